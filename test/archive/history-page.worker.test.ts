import { afterAll, beforeAll, expect, test } from 'vitest';
import { d1Archive } from '../../worker/archive/archive.ts';
import { type HistoryPage, historyPage } from '../../worker/archive/history-page.ts';
import type { HistoryQuery } from '../../worker/ports.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { checkpoint, entry } from './checkpoints.ts';

let hub: Hub;
let site: string;

beforeAll(async () => {
  hub = await startHub();
  const saved = checkpoint(9, {
    names: { p1: 'Ada', p2: 'Bo' },
    entries: Array.from({ length: 9 }, (_, i) => {
      const version = i + 1;
      return entry(version, version % 3 === 0 ? ['300', '301'] : ['100'], { by: version % 2 ? 'p1' : 'p2' });
    }),
  });
  site = saved.site;
  await d1Archive(hub.db).save(saved);
});
afterAll(() => hub.stop());

const page = (query: Partial<HistoryQuery>): Promise<HistoryPage> =>
  historyPage(hub.db, site, { limit: 100, ...query });

test.each<[string, Partial<HistoryQuery>, number[]]>([
  ['all of it, newest first', {}, [9, 8, 7, 6, 5, 4, 3, 2, 1]],
  ['of a car', { car: '301' }, [9, 6, 3]],
  ['of a person', { person: 'p2' }, [8, 6, 4, 2]],
  ['of a car and a person', { car: '300', person: 'p1' }, [9, 3]],
  ['from a moment on', { from: 7000 }, [9, 8, 7]],
  ['up to a moment', { to: 2000 }, [2, 1]],
  ['below a version', { before: 3 }, [2, 1]],
  ['of a car that is a pattern to SQL', { car: '%' }, []],
])('history is read %s', async (_, query, versions) => {
  const { entries, more } = await page(query);
  expect(entries.map(({ version }) => version)).toEqual(versions);
  expect(more).toBe(false);
});

test('a page ends at its limit and says that there is more', async () => {
  const { entries, more } = await page({ limit: 2, before: 5 });
  expect(entries.map(({ version }) => version)).toEqual([4, 3]);
  expect(more).toBe(true);
});

test("a car's history shows what happened to that car alone", async () => {
  const { entries } = await page({ car: '301' });
  expect(entries.flatMap(({ cars }) => cars.map(({ id }) => id))).toEqual(['301', '301', '301']);
});

test('entries carry names and no device', async () => {
  const { entries } = await page({ limit: 2 });
  expect(entries.map(({ name }) => name)).toEqual(['Ada', 'Bo']);
  expect(Object.keys(entries[0] ?? {}).sort()).toEqual(['at', 'by', 'cars', 'name', 'type', 'version']);
});

test('I1 history of one site is none of another', async () => {
  expect(await historyPage(hub.db, 'elsewhere', { limit: 100 })).toEqual({ entries: [], more: false });
});

test('B1 a page ends early rather than grow past its cap, and nothing is passed over', async () => {
  const ids = Array.from({ length: 3_000 }, (_, i) => String(i));
  const note = 'n'.repeat(500);
  const cars = ids.map((id) => ({ id, before: { notes: '' }, after: { notes: note } }));
  const large = checkpoint(4, { entries: [1, 2, 3, 4].map((version) => entry(version, [], { cars })) });
  await d1Archive(hub.db).save(large);
  const seen: number[] = [];
  let before: number | undefined;
  do {
    const { entries, more } = await historyPage(hub.db, large.site, { limit: 4, ...(before && { before }) });
    expect(entries.length).toBeLessThan(4);
    expect(entries[0]?.cars).toHaveLength(ids.length);
    seen.push(...entries.map(({ version }) => version));
    before = more ? seen.at(-1) : undefined;
  } while (before);
  expect(seen).toEqual([4, 3, 2, 1]);
});
