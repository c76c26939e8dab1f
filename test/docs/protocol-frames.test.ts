import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EDIT_ACCESS, FRAME_ACCESS } from '../../worker/protocol/access.ts';
import type { EditType } from '../../worker/protocol/edit.ts';
import {
  type DownMessage,
  type Notice,
  PROTOCOL,
  PROTOCOLS_SERVED,
  type UpMessage,
} from '../../worker/protocol/messages.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { parseUp } from '../../worker/protocol/parse-up.ts';
import { code, type Fence, readFrames, readProtocol } from './document.ts';
import { replay } from './frame-replay.ts';
import { shapesOf } from './wire-shape.ts';

const document = readProtocol();
const fences = document.fences.filter(({ info }) => info === 'frames');
const up = framesOf(fences, '→');
const down = framesOf(fences, '←');
const downMessages = down.map(({ text }) => messageOf(text));

/** A kind without a row does not compile, one without an example fails. */
const DOWN: { [T in DownMessage['type']]: true } = {
  welcome: true,
  snapshot: true,
  changes: true,
  outcomes: true,
  people: true,
  attention: true,
  notice: true,
};
const NOTICES: { [N in Notice['notice']]: true } = {
  refused: true,
  site: true,
  archive: true,
  'roll-call': true,
  removed: true,
};
const OUTCOMES: { [O in Outcome['outcome']]: true } = {
  applied: true,
  unchanged: true,
  conflict: true,
  rejected: true,
};

test('every line of an example is a frame or says what happens elsewhere', () => {
  const lines = fences.flatMap((fence) => fence.lines);
  expect(lines.filter(({ text }) => !/^([→←] [{[].*[\]}]|# .*\.)$/.test(text))).toEqual([]);
});

test.each(up)('line $number: the hub takes this frame', ({ text }) => {
  expect(parseUp(text)).toEqual({ ok: true, value: JSON.parse(text) });
});

test('what comes from the hub is byte for byte what it sends, and it sends nothing else', () => {
  const replayed = replay(fences);
  expect(replayed.map(({ line }) => line)).toEqual(down.map(({ number }) => number));
  for (const { line, documented, sent } of replayed) expect.soft(sent, `line ${line}`).toBe(documented);
});

describe('there is an example of every', () => {
  test.each(Object.keys(FRAME_ACCESS))('frame to the hub: %s', (type) => {
    expect(up.map(({ text }) => (JSON.parse(text) as UpMessage).type)).toContain(type);
  });
  test.each(Object.keys(DOWN))('frame from the hub: %s', (type) => {
    expect(downMessages.map((message) => message.type)).toContain(type);
  });
  test.each(Object.keys(NOTICES))('notice: %s', (kind) => {
    expect(downMessages.flatMap((message) => (message.type === 'notice' ? message.notice : []))).toContain(
      kind,
    );
  });
  test.each(Object.keys(OUTCOMES))('outcome: %s', (kind) => {
    const outcomes = downMessages.flatMap((message) => (message.type === 'outcomes' ? message.outcomes : []));
    expect(outcomes.map(({ outcome }) => outcome)).toContain(kind);
    expect(document.tableUnder('Cars and edits').map(([name]) => code(name))).toContain(kind);
  });
  test.each(Object.entries(EDIT_ACCESS) as [EditType, string][])(
    'edit: %s, with the role it needs',
    (type, role) => {
      const row = document.tableUnder('Cars and edits').find(([name]) => code(name) === type);
      const edit = { ...JSON.parse(code(row?.[1])), id: 'k3v9XbQ1', seq: 1, base: 0, at: 0 };
      expect(edit.type).toBe(type);
      expect(parseUp(JSON.stringify({ type: 'push', edits: [edit] }))).toMatchObject({ ok: true });
      expect(row?.[2]).toBe(role);
    },
  );
});

test('a change of the wire comes with a change of PROTOCOL', () => {
  expect(/^Protocol version: \*\*(\d+)\*\*\.$/m.exec(document.text)?.[1]).toBe(String(PROTOCOL));
  expect(
    shapesIn(fences),
    `The examples have other fields than wire-${PROTOCOL}.txt. Where clients of protocol ${PROTOCOL} would stumble over them, PROTOCOL grows and the file begins anew under its number; where they pass over them, the file takes them in.`,
  ).toBe(wire(PROTOCOL));
});

describe.each(PROTOCOLS_SERVED.filter((protocol) => protocol !== PROTOCOL))(
  'to a client of protocol %i',
  (protocol) => {
    const older = readFrames(protocol);

    test('the hub says byte for byte what it said when that was the newest, and nothing else', () => {
      const replayed = replay(older, protocol);
      expect(replayed.map(({ line }) => line)).toEqual(framesOf(older, '←').map(({ number }) => number));
      for (const { line, documented, sent } of replayed) expect.soft(sent, `line ${line}`).toBe(documented);
    });

    test('what it said then stays as it was', () => {
      expect(shapesIn(older)).toBe(wire(protocol));
    });
  },
);

function framesOf(from: readonly Fence[], mark: '→' | '←') {
  return from
    .flatMap((fence) => fence.lines)
    .flatMap(({ number, text }) => (text.startsWith(`${mark} `) ? [{ number, text: text.slice(2) }] : []));
}

/** The short form of changes has no type of its own. */
function messageOf(text: string): DownMessage | { type: 'brief'; frame: unknown } {
  const frame = JSON.parse(text);
  return Array.isArray(frame) ? { type: 'brief', frame } : frame;
}

function shapesIn(from: readonly Fence[]): string {
  const said = framesOf(from, '→').map(({ text }) => JSON.parse(text));
  const heard = framesOf(from, '←').map(({ text }) => messageOf(text));
  return `${[...shapesOf('→', said), ...shapesOf('←', heard)].join('\n')}\n`;
}

function wire(protocol: number): string {
  return readFileSync(join(import.meta.dirname, `wire-${protocol}.txt`), 'utf8');
}
