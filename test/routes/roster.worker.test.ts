import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ImportResult } from '../../worker/protocol/api.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { makeSite, type TestSite } from '../support/site.ts';
import { problemIn } from './http.ts';

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.stop());
beforeEach(async () => {
  site = await makeSite(hub);
});

const importing = (csv: string, query = ''): Promise<Response> =>
  site.lead.request('POST', `cars/import${query}`, csv);
const imported = async (csv: string, query = ''): Promise<ImportResult> => {
  const response = await importing(csv, query);
  if (response.status !== 200) throw new Error(await response.text());
  return response.json();
};
const board = async (): Promise<{ version: number; cars: { id: string; notes: string }[] }> =>
  (await site.viewer.get('cars')).json();

test('a dry run says what would happen and changes nothing; the import then does it', async () => {
  const csv = 'id,location,late\n100,Yard,no\n200,300,yes\n300,Mars,no\n';
  const dry = await imported(csv, '?dryRun=true');
  expect(dry).toMatchObject({ dryRun: true, version: null, counts: { new: 2, bad: 1 } });
  expect(dry.bad).toMatchObject([{ line: 4, car: '300', reason: 'unknown-location', value: 'Mars' }]);
  expect((await board()).cars).toEqual([]);
  const done = await imported(csv, `?base=${dry.base}`);
  expect(done).toMatchObject({ dryRun: false, version: dry.base + 1, counts: { new: 2, bad: 1 } });
  expect((await board()).cars.map(({ id }) => id).sort()).toEqual(['100', '200']);
});

test('a merge removes nothing; a replacement removes what no row names', async () => {
  await imported('id\n100\n200');
  expect((await imported('id\n300')).removed).toEqual([]);
  expect((await imported('id\n100\n300', '?mode=replace')).removed).toEqual(['200']);
  expect((await board()).cars.map(({ id }) => id).sort()).toEqual(['100', '300']);
});

test('an export comes back to no change, whatever stands in the notes', async () => {
  const notes = ['=1+1', '+1', '-1', '@x', "'quoted", '\ttab', 'a "b", c\nd', 'ñ 🚚'];
  for (const [i, note] of notes.entries()) {
    await site.lead.request('POST', 'cars', {
      id: String(100 + i),
      location: '300',
      late: true,
      notes: note,
    });
  }
  const response = await site.viewer.get('cars.csv');
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${site.id}-cars.csv"`);
  const before = await board();
  const again = await imported(await response.text());
  expect(again.counts).toEqual({ new: 0, changed: 0, unchanged: 8, bad: 0, conflict: 0, removed: 0 });
  expect(await board()).toEqual(before);
  expect(before.cars.map((car) => car.notes)).toEqual(notes);
});

test.each(['roster-43.csv', 'roster-300.csv', 'roster-2000.csv'])(
  '%s is on the board in one edit',
  async (file) => {
    const csv = readFileSync(join(import.meta.dirname, '../data', file), 'utf8');
    const done = await imported(csv);
    expect(done.counts.bad).toBe(0);
    const now = await board();
    expect(now.version).toBe(1);
    expect(now.cars).toHaveLength(done.counts.new);
  },
);

describe('a roster that cannot be taken is refused whole and changes nothing', () => {
  const rows = Array.from({ length: 5_001 }, (_, i) => i).join('\n');
  test.each<[string, string, string, number, string]>([
    ['empty', '', '', 422, 'bad-csv'],
    ['without a column of cars', 'colour\nbrown', '', 422, 'bad-csv'],
    ['of more rows than a site can hold', `id\n${rows}`, '', 413, 'too-large'],
    ['over its cap', `id,notes\n1,${'x'.repeat(1024 * 1024)}`, '', 413, 'too-large'],
    ['with an unknown parameter', 'id\n100', '?dryrun=true', 422, 'invalid'],
    ['with a parameter twice', 'id\n100', '?dryRun=true&dryRun=false', 422, 'invalid'],
    ['half dry', 'id\n100', '?dryRun=maybe', 422, 'invalid'],
    ['in an unknown mode', 'id\n100', '?mode=wipe', 422, 'invalid'],
    ['based on no version', 'id\n100', '?base=-1', 422, 'invalid'],
    ['based on the future', 'id\n100', '?base=999', 422, 'base-from-future'],
  ])('%s', async (_, csv, query, status, code) => {
    expect(await problemIn(await importing(csv, query))).toMatchObject({ status, code });
    expect((await board()).version).toBe(0);
  });

  test.each<[string, string | Uint8Array<ArrayBuffer>, string, number]>([
    ['as JSON', '{"id":"100"}', 'application/json', 415],
    ['in the code page of a spreadsheet', new Uint8Array([0x69, 0x64, 0x0a, 0xe9]), 'text/csv', 422],
  ])('%s', async (_, body, type, status) => {
    const response = await fetch(`${hub.origin}/api/sites/${site.id}/cars/import`, {
      method: 'POST',
      headers: { Cookie: site.lead.cookie, Origin: hub.origin, 'Content-Type': type },
      body,
    });
    expect((await problemIn(response)).status).toBe(status);
  });
});
