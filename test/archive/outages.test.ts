import { describe, expect, test, vi } from 'vitest';
import { sha256 } from '../../worker/hash.ts';
import { entryText, genesisText } from '../../worker/protocol/chain.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';
import { integer, pick } from '../support/random.ts';
import { ArchivedSite } from './archived-site.ts';
import { AILMENTS, type Ailment } from './outage.ts';

// Some seconds on a machine that has nothing else to do.
vi.setConfig({ testTimeout: 60_000 });

const MINUTE_MS = 60_000;
/** R5: everything that waited is in the archive so long after D1 works again. */
const DRAINED_MS = 10_000;

/** The history of the archive, whole, oldest first. */
function historyOf({ d1 }: ArchivedSite): LogEntry[] {
  const rows = d1.raw.prepare('SELECT version, entry FROM history ORDER BY version').all();
  return rows.map(({ entry }) => JSON.parse(String(entry)));
}

/** Rule A1: no row missing, none twice, each with the hash of the one before. */
function expectExact(site: ArchivedSite): void {
  const history = historyOf(site);
  expect(history).toEqual(site.log);
  let expected = sha256(genesisText('hub-1'));
  for (const entry of history) {
    expect(entry.prev).toBe(expected);
    expected = sha256(entryText(entry));
  }
  expect(expected).toBe(site.hub.state.head);
  const cars = site.d1.raw.prepare('SELECT car FROM archive_cars ORDER BY id').all();
  const held = [...site.hub.state.cars.values()].map(({ car }) => car).sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(cars.map(({ car }) => JSON.parse(String(car)))).toEqual(held);
  expect(site.d1.raw.prepare('SELECT version FROM archive_sites').get()).toEqual({
    version: site.hub.version,
  });
}

/** D1 works again: what waited is there in time, though people go on working. */
async function heal(site: ArchivedSite): Promise<void> {
  site.archive.ailment = 'well';
  const { version } = site.hub;
  await site.work(DRAINED_MS, 200);
  expect(site.hub.state.archived).toBeGreaterThanOrEqual(version);
  await site.clock.advance(3 * DRAINED_MS);
  expect(site.isDrained).toBe(true);
}

describe('A1 R5 with D1 for ten minutes', () => {
  test.each(AILMENTS)('%s, the archive has it all ten seconds after it heals', async (ailment) => {
    const site = new ArchivedSite(7);
    await site.clock.advance(12_000);
    expect(site.isDrained).toBe(true);
    site.archive.ailment = ailment;
    await site.work(10 * MINUTE_MS, 200);
    expect(site.log.length).toBeGreaterThan(1_000);
    // A try every four to eight seconds, whatever goes on: each is one row for the alarm.
    expect(site.alarms).toBeLessThan((11 * MINUTE_MS) / 4_000);
    await heal(site);
    expectExact(site);
  });
});

test('A1 A2 R5 an hour of all of it, with crashes and lost alarms: the archive is the log, row by row', async () => {
  const met = new Map<string, number>();
  for (const seed of [1, 2]) {
    const site = new ArchivedSite(seed);
    const ailments: Ailment[] = [...AILMENTS, 'well'];
    for (let minutes = 0; minutes < 60; ) {
      site.archive.ailment = pick(site.random, ailments);
      const some = integer(site.random, 1, 4);
      minutes += some;
      await site.work(some * MINUTE_MS, pick(site.random, [300, 1_000, 3_000]));
      // Between two edits, and in the middle of whatever is on its way to the archive.
      await site.clock.advance(integer(site.random, 0, 9_000));
      if (site.random() < 0.3) site.crash(pick(site.random, ['kept', 'lost']));
      else if (site.random() < 0.2) site.loseAlarm();
      const { archived } = site.hub.state;
      const mark = site.d1.raw.prepare('SELECT max(version) AS version FROM history').get();
      // The archive may know more than the hub has been told, and nothing the hub has not written.
      expect(Number(mark?.version)).toBeGreaterThanOrEqual(archived);
      expect(Number(mark?.version)).toBeLessThanOrEqual(site.hub.version);
    }
    await heal(site);
    expectExact(site);
    expect(site.log.length).toBeGreaterThan(1_500);
    for (const [what, times] of site.archive.met) met.set(what, (met.get(what) ?? 0) + times);
  }
  expect([...met.keys()].sort()).toEqual([
    'answered late, after a newer one',
    'applied, and its hub was told it failed',
    'failed before it applied',
    'hung',
  ]);
});

describe('H1 A1 an alarm', () => {
  test('that was set and then lost with the crash is set again as the hub wakes', async () => {
    const site = new ArchivedSite(1);
    site.edit();
    site.crash('lost');
    await site.clock.advance(10_000);
    expect(site.isDrained).toBe(true);
    expectExact(site);
  });

  test('that the runtime has given up on is set again by whatever happens next', async () => {
    const site = new ArchivedSite(1);
    site.loseAlarm();
    await site.clock.advance(10 * MINUTE_MS);
    expect(site.isDrained).toBe(false);
    site.heard();
    await site.clock.advance(11_000);
    expect(site.isDrained).toBe(true);
  });

  test('goes off ever more rarely while D1 is down and nobody is there, and soon once somebody is', async () => {
    const site = new ArchivedSite(1);
    site.archive.ailment = 'down';
    await site.clock.advance(60 * MINUTE_MS);
    // Every four to eight seconds would be 450 and more.
    expect(site.alarms).toBeLessThan(40);
    // A hub that sleeps in between knows from its log how long it has been quiet: it tries as it wakes, and then waits.
    const { alarms } = site;
    for (let sleeps = 0; sleeps < 30; sleeps++) {
      site.crash('kept');
      await site.clock.advance(MINUTE_MS);
    }
    expect(site.alarms - alarms).toBeLessThan(45);
    site.archive.ailment = 'well';
    site.heard();
    await site.clock.advance(2_000);
    expect(site.isDrained).toBe(true);
    expectExact(site);
  });

  test('is set once for all that happens before it goes off', async () => {
    const site = new ArchivedSite(1);
    for (let i = 0; i < 40; i++) site.edit();
    await site.clock.advance(10_000);
    expect(site.alarms).toBe(1);
    expect(site.archive.saves).toBe(1);
    await site.clock.advance(60 * MINUTE_MS);
    expect(site.alarms).toBe(1);
  });
});

test('A1 a backlog of pieces goes on where it got to: an archive that fails every other time still gets it', async () => {
  const site = new ArchivedSite(5);
  site.archive.ailment = 'down';
  for (let i = 0; i < 9_000; i++)
    site.edit({ type: 'set', car: '101', fields: { location: i % 2 ? '100' : '200' } });
  expect(site.log.length).toBeGreaterThan(8_000);
  const { archive } = site;
  const { save } = archive;
  let fails = false;
  archive.save = (checkpoint) => {
    fails = !fails;
    archive.ailment = fails ? 'well' : 'down';
    return save.call(archive, checkpoint);
  };
  await site.work(2 * MINUTE_MS, 1_000);
  archive.save = save;
  await heal(site);
  // A piece with each try that is not refused, and none of them again.
  expect(archive.saves).toBeLessThan(45);
  expectExact(site);
});
