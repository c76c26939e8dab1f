import { beforeEach, describe, expect, test } from 'vitest';
import '../../app/messages/add-later.ts';
import type { Reply } from '../../app/state/api.ts';
import { ImportFlow, rowsTouched } from '../../app/state/import-flow.ts';
import type { RosterOptions } from '../../app/state/roster-api.ts';
import { rosterText } from '../../app/state/roster-text.ts';
import type { ImportResult } from '../../worker/protocol/api.ts';
import { CSV_BODY_BYTES_MAX } from '../../worker/protocol/limits.ts';

const result: ImportResult = {
  dryRun: true,
  counts: { new: 2, changed: 1, unchanged: 4, bad: 1, conflict: 0, removed: 0 },
  rows: [],
  bad: [],
  removed: [],
  conflicts: [],
  base: 7,
  version: null,
};
const bytes = (text: string) => new TextEncoder().encode(text);

let calls: [string, RosterOptions][];
let reply: Reply<ImportResult>;
let flow: ImportFlow;

beforeEach(() => {
  calls = [];
  reply = { ok: true, value: result };
  const importRoster = async (_site: string, csv: string, options: RosterOptions) => {
    calls.push([csv, options]);
    return reply;
  };
  flow = new ImportFlow({ importRoster }, 'north');
});

describe('an import', () => {
  test('is looked at before anything changes', async () => {
    await flow.file('roster.csv', bytes('id\n1'));
    expect(calls).toEqual([['id\n1', { mode: 'merge', dryRun: true }]]);
    expect(flow.at.value).toMatchObject({ step: 'check', mode: 'merge', roster: { name: 'roster.csv' } });
  });

  test('goes back to what was looked at when it is done', async () => {
    await flow.file('roster.csv', bytes('id\n1'));
    reply = { ok: true, value: { ...result, dryRun: false, version: 8 } };
    await flow.apply();
    expect(calls[1]).toEqual(['id\n1', { mode: 'merge', dryRun: false, base: 7 }]);
    expect(flow.at.value).toMatchObject({ step: 'done', result: { version: 8 } });
  });

  test('removes nothing unless told, and shows what it would remove', async () => {
    await flow.file('roster.csv', bytes('id\n1'));
    await flow.check({ name: 'roster.csv', csv: 'id\n1' }, 'replace');
    expect(calls[1]?.[1]).toEqual({ mode: 'replace', dryRun: true });
    expect(flow.at.value).toMatchObject({ step: 'check', mode: 'replace' });
  });

  test('that cannot be checked says why and stays at the choice', async () => {
    reply = { ok: false, code: 'bad-csv' };
    await flow.file('roster.csv', bytes('nothing'));
    expect(flow.at.value).toMatchObject({ step: 'choose', busy: false });
    expect(flow.at.value.step === 'choose' && flow.at.value.problem).toContain('no column is named');
  });

  test('that fails at the end can be tried again', async () => {
    await flow.file('roster.csv', bytes('id\n1'));
    reply = { ok: false, code: 'offline' };
    await flow.apply();
    expect(flow.at.value).toMatchObject({ step: 'check', busy: false, result });
  });

  test('of an empty or far too large file never leaves the device', async () => {
    await flow.file('empty.csv', bytes('  \n'));
    expect(flow.at.value).toMatchObject({ problem: 'This file is empty.' });
    await flow.file('video.mp4', new Uint8Array(CSV_BODY_BYTES_MAX + 1));
    expect(flow.at.value.step === 'choose' && flow.at.value.problem).toContain('larger than');
    expect(calls).toEqual([]);
  });

  test('touches what is new, changed or removed', () => {
    expect(rowsTouched({ ...result, counts: { ...result.counts, removed: 5 } })).toBe(8);
  });
});

describe('the text of a roster', () => {
  test('is read as UTF-8 with and without its mark', () => {
    expect(rosterText(bytes('Ölwechsel'))).toBe('Ölwechsel');
    expect(rosterText(new Uint8Array([0xef, 0xbb, 0xbf, 0x69, 0x64]))).toBe('id');
  });

  test('is read as UTF-16 and as a Windows code page', () => {
    expect(rosterText(new Uint8Array([0xff, 0xfe, 0x69, 0, 0x64, 0]))).toBe('id');
    expect(rosterText(new Uint8Array([0xfe, 0xff, 0, 0x69, 0, 0x64]))).toBe('id');
    expect(rosterText(new Uint8Array([0xd6, 0x6c]))).toBe('Öl');
  });
});
