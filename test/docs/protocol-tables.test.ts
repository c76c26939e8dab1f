import { expect, test } from 'vitest';
import {
  CLOSE,
  ERRORS,
  type ErrorCode,
  isFinalClose,
  problemOf,
  refuse,
} from '../../worker/protocol/errors.ts';
import * as limits from '../../worker/protocol/limits.ts';
import { code, readProtocol } from './document.ts';
import { httpExamples, jsonOf } from './http-examples.ts';

const document = readProtocol();

test('B1 the table of limits has every cap, with its value', () => {
  const cells = document.tableUnder('Limits').map(([limits = '']) => limits);
  const documented = cells.flatMap((cell) =>
    cell.split(' · ').map((limit): [string, number] => {
      const [, name = limit, value = ''] = /^`([A-Z0-9_]+)` ([\d,]+)$/.exec(limit) ?? [];
      return [name, Number(value.replaceAll(',', ''))];
    }),
  );
  expect(Object.fromEntries(documented)).toEqual({ ...limits });
  expect(documented.length).toBe(Object.keys(limits).length);
});

test('the table of errors is that of the code', () => {
  const documented = document
    .tableUnder('Errors')
    .map(([name, status, retry, title]) => [
      code(name),
      { status: Number(status), retry: retry === 'yes', title },
    ]);
  const codes = Object.keys(ERRORS) as ErrorCode[];
  const titled = codes.map((name) => [name, { ...ERRORS[name], title: problemOf(refuse(name)).title }]);
  expect(documented).toEqual(titled);
});

test('the table of close codes is that of the code', () => {
  const documented = document
    .tableUnder('Close codes')
    .map(([number, name, final]) => [code(name), Number(number), final]);
  const actual = Object.entries(CLOSE).map(([name, number]) => [
    name,
    number,
    isFinalClose(number) ? 'yes' : 'no',
  ]);
  expect(documented).toEqual(actual);
});

test('each request with curl is one of the examples', () => {
  const examples = document.fences
    .filter(({ info }) => info === 'http')
    .flatMap(httpExamples)
    .map(({ method, path, body }) => ({ method, path, json: jsonOf(body) }));
  const commands = document.fences
    .filter(({ info }) => info === 'sh')
    .flatMap(({ lines }) => lines.flatMap(({ text }) => (text.startsWith('curl ') ? [text] : [])));
  expect(commands.length).toBeGreaterThan(0);
  for (const command of commands) {
    const json = /--json '([^']*)'/.exec(command)?.[1];
    const sends = json !== undefined || command.includes('--data-binary ');
    const method = /-X ([A-Z]+)/.exec(command)?.[1] ?? (sends ? 'POST' : 'GET');
    const path = /\$hub(\/[^"\s]*)"?$/.exec(command)?.[1];
    expect(examples).toContainEqual({
      method,
      path,
      json: json === undefined ? undefined : JSON.parse(json),
    });
  }
});
