import { afterAll, beforeAll, expect, test } from 'vitest';
import { d1Archive } from '../../worker/archive/archive.ts';
import { historyPage } from '../../worker/archive/history-page.ts';
import type { Archive, Checkpoint } from '../../worker/ports.ts';
import type { Settled } from '../../worker/protocol/history.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { car, checkpoint, entry } from './checkpoints.ts';

let hub: Hub;
let archive: Archive;

beforeAll(async () => {
  hub = await startHub();
  archive = d1Archive(hub.db);
});
afterAll(() => hub.stop());

/** Everything the archive has of a site. */
async function contents(site: string): Promise<unknown[][]> {
  const tables = [
    'archive_sites',
    'archive_cars',
    'archive_names',
    'history',
    'history_parts',
    'history_cars',
  ];
  const results = await hub.db.batch(
    tables.map((table) =>
      hub.db.prepare(`SELECT * FROM ${table} WHERE site = ? ORDER BY 1, 2, 3`).bind(site),
    ),
  );
  return results.map((result) => result.results);
}

async function versionsOf(site: string): Promise<number[]> {
  const { results } = await hub.db
    .prepare('SELECT version FROM history WHERE site = ? ORDER BY version')
    .bind(site)
    .all<{ version: number }>();
  return results.map(({ version }) => version);
}

const first = (): Checkpoint =>
  checkpoint(3, {
    cars: [
      car('100', 3, { arrived: true, arrivedAt: 3000, notes: 'a "quoted"\nnote — ñ 🚚' }),
      car('200', 1),
    ],
    entries: [entry(1, ['200']), entry(2), entry(3)],
  });

test('a site nobody has archived is nothing', async () => {
  expect(await archive.load('nowhere')).toBeNull();
});

test('what is saved is loaded again, field for field', async () => {
  const saved = first();
  await archive.save(saved);
  const { epoch, version, cars, names, entries } = saved;
  const loaded = { epoch, version, archived: version, cars, names, newest: entries.at(-1) };
  expect(await archive.load(saved.site)).toEqual(loaded);
});

test('A1 a checkpoint saved twice is there once', async () => {
  const saved = first();
  await archive.save(saved);
  const before = await contents(saved.site);
  await archive.save(saved);
  expect(await contents(saved.site)).toEqual(before);
});

test('A1 E6 a settling, which changed no car, is in the history and in that of no car', async () => {
  const { site } = first();
  const settled: Settled = { item: 'edit-1-of-wes', author: 'p2', cars: ['100'], choice: 'theirs' };
  const entries = [entry(1), entry(2, [], { type: 'settle', settled }), entry(3)];
  await archive.save(checkpoint(3, { site, entries }));
  expect(await versionsOf(site)).toEqual([1, 2, 3]);
  const whole = await historyPage(hub.db, site, { limit: 10 });
  expect(whole.entries[1]).toMatchObject({ version: 2, type: 'settle', settled, cars: [] });
  const ofCar = await historyPage(hub.db, site, { limit: 10, car: '100' });
  expect(ofCar.entries.map(({ version }) => version)).toEqual([3, 1]);
});

test('A1 entries that come again with more behind them are not doubled, and none is missing', async () => {
  const { site } = first();
  await archive.save(checkpoint(3, { site, entries: [entry(1), entry(2), entry(3)] }));
  await archive.save(checkpoint(5, { site, entries: [entry(2), entry(3), entry(4), entry(5)] }));
  expect(await versionsOf(site)).toEqual([1, 2, 3, 4, 5]);
});

test('A1 an entry that is in the archive is not replaced by another of the same version', async () => {
  const { site } = first();
  await archive.save(checkpoint(1, { site, entries: [entry(1, ['100'])] }));
  await archive.save(checkpoint(1, { site, entries: [entry(1, ['666'])] }));
  const { entries } = await historyPage(hub.db, site, { limit: 10 });
  expect(entries.map(({ cars }) => cars.map(({ id }) => id))).toEqual([['100']]);
});

test('A2 the archive never goes back: a checkpoint D1 was late with changes no car, no tombstone and no mark', async () => {
  const late = checkpoint(3, {
    cars: [car('100', 3), car('300', 2, { removed: true })],
    entries: [entry(3)],
  });
  const { site } = late;
  await archive.save(checkpoint(9, { site, cars: [car('100', 8, { location: '400' })], floor: 5 }));
  await archive.save(late);
  expect(await archive.load(site)).toMatchObject({
    version: 9,
    cars: [{ id: '100', version: 8, location: '400' }],
  });
  expect((await contents(site))[0]).toEqual([{ site, epoch: 'epoch-a', version: 9, at: 9000 }]);
  expect(await versionsOf(site)).toEqual([3]);
});

test('A2 a car is replaced only by a later version of it, whatever the checkpoint says of itself', async () => {
  const { site } = first();
  await archive.save(checkpoint(5, { site, cars: [car('100', 5, { location: '500' })] }));
  await archive.save(checkpoint(5, { site, cars: [car('100', 4, { location: '400' })] }));
  await archive.save(checkpoint(5, { site, cars: [car('100', 5, { location: '600' })] }));
  expect((await archive.load(site))?.cars).toMatchObject([{ version: 5, location: '500' }]);
});

test('A2 the archive says as of which version and when', async () => {
  const { site } = first();
  await archive.save(checkpoint(4, { site, at: 777 }));
  expect((await contents(site))[0]).toEqual([{ site, epoch: 'epoch-a', version: 4, at: 777 }]);
});

test('a tombstone the hub has forgotten is forgotten, a car that came back is not', async () => {
  const saved = checkpoint(4, {
    cars: [car('100', 2, { removed: true }), car('200', 3), car('300', 4, { removed: true })],
  });
  const { site } = saved;
  await archive.save(saved);
  await archive.save(checkpoint(6, { site, floor: 4, cars: [car('400', 6)] }));
  const loaded = await archive.load(site);
  expect(loaded?.cars.map(({ id }) => id)).toEqual(['200', '300', '400']);
});

test('a car that was removed and forgotten between two checkpoints goes from the archive', async () => {
  const saved = checkpoint(2, { cars: [car('100', 1), car('200', 2)] });
  const { site } = saved;
  await archive.save(saved);
  await archive.save(checkpoint(9, { site, forgotten: ['100'] }));
  await archive.save(saved);
  expect((await archive.load(site))?.cars.map(({ id }) => id)).toEqual(['200']);
});

test('V2 a hub that began again from the archive carries on in its own epoch', async () => {
  const { site } = first();
  await archive.save(checkpoint(3, { site, cars: [car('100', 3)], entries: [entry(3)] }));
  await archive.save(
    checkpoint(5, { site, epoch: 'epoch-b', cars: [car('100', 5)], entries: [entry(4), entry(5)] }),
  );
  expect(await archive.load(site)).toMatchObject({ epoch: 'epoch-b', version: 5, cars: [{ version: 5 }] });
});

test('V2 what a lost hub still had on its way does not mix with what came after it', async () => {
  const { site } = first();
  await archive.save(
    checkpoint(5, { site, epoch: 'epoch-b', at: 9000, cars: [car('100', 5)], entries: [entry(5)] }),
  );
  const before = await contents(site);
  const lost = checkpoint(8, {
    site,
    at: 8000,
    cars: [car('100', 8)],
    entries: [entry(6), entry(7), entry(8)],
  });
  await expect(archive.save(lost)).rejects.toThrow('another epoch');
  expect(await contents(site)).toEqual(before);
});

test('V2 nor does it before the new epoch has archived anything of its own', async () => {
  const { site } = first();
  await archive.save(checkpoint(5, { site, at: 5000, cars: [car('100', 5)], entries: [entry(5)] }));
  await archive.load(site, { epoch: 'epoch-b', at: 9000 });
  const before = await contents(site);
  const lost = checkpoint(6, { site, at: 8000, cars: [car('100', 6)], entries: [entry(6)] });
  await expect(archive.save(lost)).rejects.toThrow('another epoch');
  expect(await contents(site)).toEqual(before);
  await archive.save(checkpoint(6, { site, epoch: 'epoch-b', at: 9500, entries: [entry(6, ['200'])] }));
  expect((await archive.load(site))?.newest).toEqual(entry(6, ['200']));
});

test('V2 an epoch that begins where nothing was ever archived is safe from a late one as well', async () => {
  const { site } = first();
  await archive.load(site, { epoch: 'epoch-b', at: 9000 });
  const lost = checkpoint(2, { site, at: 8000, cars: [car('100', 2)], entries: [entry(1), entry(2)] });
  await expect(archive.save(lost)).rejects.toThrow('another epoch');
  expect(await archive.load(site)).toEqual({
    epoch: 'epoch-b',
    version: 0,
    archived: 0,
    cars: [],
    names: {},
  });
});

test('V2 a beginning that D1 was late with takes nothing from the epoch that came after it', async () => {
  const { site } = first();
  await archive.load(site, { epoch: 'epoch-c', at: 9000 });
  await archive.load(site, { epoch: 'epoch-b', at: 8000 });
  expect((await contents(site))[0]).toEqual([{ site, epoch: 'epoch-c', version: 0, at: 9000 }]);
});

test('history that got there before its cars did is applied to them, and no version is used again', async () => {
  const { site } = first();
  await archive.save(checkpoint(2, { site, cars: [car('100', 2)] }));
  const added = { id: '500', before: null, after: { location: '600', notes: 'new' } };
  await archive.save(checkpoint(2, { site, entries: [entry(3), entry(4, [], { cars: [added], by: 'p2' })] }));
  const loaded = await archive.load(site);
  expect(loaded).toMatchObject({ version: 4, archived: 2 });
  expect(loaded?.cars).toMatchObject([
    { id: '100', location: '3', version: 3, updatedAt: 3000, updatedBy: 'p1' },
    { id: '500', location: '600', notes: 'new', version: 4, updatedBy: 'p2', removed: false },
  ]);
});

test('a checkpoint of 5,000 cars and 3,000 entries, one of them an import of all, is one save', async () => {
  const ids = Array.from({ length: 5_000 }, (_, i) => String(100_000 + i));
  const cars = ids.map((id) => car(id, 3_000, { notes: 'é'.repeat(100) }));
  const imported = {
    cars: ids.map((id) => ({ id, before: null, after: { location: 'Yard', notes: 'é'.repeat(100) } })),
  };
  const entries = Array.from({ length: 3_000 }, (_, i) =>
    entry(i + 1, [ids[i] ?? ''], i === 0 ? imported : {}),
  );
  const saved = checkpoint(3_000, { cars, entries });
  await archive.save(saved);
  await archive.save(saved);
  expect(await versionsOf(saved.site)).toEqual(entries.map(({ version }) => version));
  expect((await archive.load(saved.site))?.cars).toEqual(cars);
  const oldest = await historyPage(hub.db, saved.site, { limit: 1, before: 2 });
  expect(oldest.entries[0]?.cars).toEqual(imported.cars);
  const ofOne = await historyPage(hub.db, saved.site, { limit: 10, car: ids[7] ?? '' });
  expect(ofOne.entries.map((each) => [each.version, each.cars.map(({ id }) => id)])).toEqual([
    [8, [ids[7]]],
    [1, [ids[7]]],
  ]);
});

test('a checkpoint that cannot be stored in whole leaves nothing behind', async () => {
  const broken = first();
  broken.entries.push({ ...entry(4), version: -1 });
  await expect(archive.save(broken)).rejects.toThrow('SQLITE_CONSTRAINT');
  expect((await contents(broken.site)).flat()).toEqual([]);
});

test.each([
  ['changed', `UPDATE history SET entry = '{}'`],
  ['deleted', 'DELETE FROM history'],
  ['changed in its parts', `UPDATE history_parts SET cars = '[]'`],
  ['deleted in its parts', 'DELETE FROM history_parts'],
  ['hidden from a car', 'DELETE FROM history_cars'],
  ['moved to another car', `UPDATE history_cars SET car = '9'`],
])('history cannot be %s', async (_, sql) => {
  const ids = Array.from({ length: 400 }, (_, i) => String(i));
  await archive.save(checkpoint(1, { entries: [entry(1, ids)] }));
  await expect(hub.db.prepare(sql).run()).rejects.toThrow('history is append-only');
});

test('history cannot be replaced', async () => {
  const saved = first();
  await archive.save(saved);
  const before = await contents(saved.site);
  await hub.db
    .prepare(
      `INSERT OR REPLACE INTO history (site, version, at, person, type, entry, parts, size)
       VALUES (?, 1, 0, 'p9', 'set', '{}', 0, 2)`,
    )
    .bind(saved.site)
    .run();
  expect(await contents(saved.site)).toEqual(before);
});
