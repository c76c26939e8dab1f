import { describe, expect, test, vi } from 'vitest';
import { VERIFY_PAGE_ENTRIES_MAX } from '../../worker/protocol/limits.ts';
import { ArchivedSite } from './archived-site.ts';
import { put, tablesOf, tamperRuns, verify, verifyOnce, writtenSite } from './tamper-runs.ts';
import { TAMPERING_NAMES, type Tables } from './tampering.ts';

// Some seconds on a machine that has nothing else to do.
vi.setConfig({ testTimeout: 60_000 });

test('A1 R14 an archive that was altered is told from one that was not, whatever was done to it', async () => {
  const report = await tamperRuns(400);
  expect(report.undetected).toEqual([]);
  expect(Object.keys(report.kinds).sort()).toEqual([...TAMPERING_NAMES].sort());
  const verdicts = ['ahead', 'altered', 'cars', 'index', 'missing', 'parts'];
  expect(Object.keys(report.verdicts).sort()).toEqual(verdicts);
});

/** The versions of the site that is made for this. */
const LAST = 46;

describe('A1 the verdict names what is wrong', () => {
  test.each<[string, (tables: Tables) => void, object]>([
    [
      'a field of an entry',
      ({ history }) => {
        history[4]!.entry = history[4]!.entry.replace('"lea"', '"wes"');
      },
      { version: 5, reason: 'altered', checked: LAST - 5, entry: { name: 'Lea' } },
    ],
    [
      'three entries in the middle',
      (tables) => {
        tables.history = tables.history.filter(({ version }) => version < 5 || version > 7);
      },
      { version: 7, reason: 'missing', since: 5 },
    ],
    [
      'the oldest',
      (tables) => {
        tables.history = tables.history.slice(2);
      },
      { version: 2, reason: 'missing', since: 1 },
    ],
    [
      'the newest',
      (tables) => {
        tables.history = tables.history.slice(0, -2);
      },
      { version: LAST, reason: 'missing', since: LAST - 1, checked: 0 },
    ],
    [
      'when it was',
      ({ history }) => {
        history[4]!.at++;
      },
      { version: 5, reason: 'index' },
    ],
    [
      'what it says, by one thing more',
      ({ history }) => {
        more(history[4]!, '{');
      },
      { version: 5, reason: 'altered' },
    ],
    [
      'what it says of a car, by one thing more',
      ({ history }) => {
        more(history[4]!, '"after":{');
      },
      { version: 5, reason: 'altered' },
    ],
    [
      'whom it is found by',
      ({ history }) => {
        history[4]!.person = 'wes';
      },
      { version: 5, reason: 'index' },
    ],
    [
      'a car it is listed under',
      ({ cars }) => {
        cars.push({ car: '999', version: 5 });
      },
      { version: 5, reason: 'cars' },
    ],
    [
      'a part of it',
      ({ parts }) => {
        parts.shift();
      },
      { reason: 'parts' },
    ],
  ])('%s', async (_, alter, verdict) => {
    const site = await writtenSite(1);
    const tables = tablesOf(site);
    expect(tables.history).toHaveLength(LAST);
    alter(tables);
    put(site, tables);
    expect(await verify(site)).toMatchObject({ ok: false, ...verdict });
  });
});

/** Says one thing more than was written, and is filed as if it had been. */
function more(row: Tables['history'][number], after: string): void {
  row.entry = row.entry.replace(after, `${after}"extra":true,`);
  row.size = row.entry.length;
}

describe('A1 an archive that is as it was written', () => {
  test('passes while it lags behind the hub, and where it has got further than the hub has been told', async () => {
    const site = await writtenSite(2);
    const { archived } = site.hub.state;
    site.edit({ type: 'add', car: 'NEW1' });
    expect(await verify(site)).toMatchObject({ ok: true, from: 1, to: archived });
    site.archive.ailment = 'applied but failed';
    await site.clock.advance(30_000);
    site.edit({ type: 'add', car: 'NEW2' });
    expect(site.hub.state.archived).toBe(archived);
    expect(await verify(site)).toMatchObject({ ok: true, from: 1, to: archived + 1 });
  });

  test('passes with nothing in it', async () => {
    const site = new ArchivedSite(1);
    expect(await verify(site)).toMatchObject({ ok: true, checked: 0, next: null });
  });

  test('V2 passes across epochs: what the new one writes follows on what the lost one left', async () => {
    const site = await writtenSite(3);
    await site.loseStorage();
    site.edit({ type: 'add', car: 'NEW1' });
    await site.work(20_000, 500);
    await site.clock.advance(20_000);
    expect(site.isDrained).toBe(true);
    const { version, epoch } = site.hub.state;
    expect(epoch).toBe('epoch-2');
    expect(await verify(site)).toMatchObject({ ok: true, from: 1, to: version });
  });

  test('V2 passes at once in an epoch that has not written anything yet, and tells what was altered before it', async () => {
    const site = await writtenSite(3);
    await site.loseStorage();
    expect(await verify(site)).toMatchObject({ ok: true, from: 1 });
    const tables = tablesOf(site);
    tables.history[9]!.entry = tables.history[9]!.entry.replace('"lea"', '"wes"');
    put(site, tables);
    expect(await verify(site)).toMatchObject({ ok: false, version: 10, reason: 'altered' });
  });

  test('B1 is asked a page at a time, each going on where the one before ended', async () => {
    const site = new ArchivedSite(4);
    for (let i = 0; i < 2 * VERIFY_PAGE_ENTRIES_MAX + 10; i++) {
      site.edit({ type: 'set', car: '101', fields: { location: i % 2 ? '100' : '200' } });
    }
    await site.clock.advance(20_000);
    const { version } = site.hub;
    const pages: number[] = [];
    let place: Parameters<typeof verifyOnce>[1] = null;
    let due = version;
    do {
      const page = await verifyOnce(site, place);
      if (!page.ok) throw new Error(page.reason);
      expect(page.to).toBe(due);
      expect(page.checked).toBe(page.to - page.from + 1);
      due = page.from - 1;
      pages.push(page.checked);
      place = page.next && { version: page.next.before - 1, hash: page.next.expect };
    } while (place);
    expect(due).toBe(0);
    expect(pages.slice(0, 2)).toEqual([VERIFY_PAGE_ENTRIES_MAX, VERIFY_PAGE_ENTRIES_MAX]);
    // A page that is asked with another hash than the one before said finds it at once.
    const wrong = await verifyOnce(site, { version: 5, hash: 'x'.repeat(43) });
    expect(wrong).toMatchObject({ ok: false, version: 5, reason: 'altered', checked: 0 });
  });

  test('of which the oldest entries were written before there was a chain says how far down it goes', async () => {
    const site = new ArchivedSite(5);
    for (let i = 0; i < 20; i++) site.edit({ type: 'note', car: '101', text: `${i}` });
    site.hub.twin.unchain();
    site.crash('kept');
    for (let i = 0; i < 5; i++) site.edit({ type: 'note', car: '102', text: `${i}` });
    await site.clock.advance(20_000);
    // The newest of the old ones has its hash in the first of the new.
    expect(await verify(site)).toMatchObject({ ok: true, from: 21, to: 26, next: null });
    const tables = tablesOf(site);
    tables.history[20]!.entry = tables.history[20]!.entry.replace('"lea"', '"wes"');
    put(site, tables);
    expect(await verify(site)).toMatchObject({ ok: false, version: 21, reason: 'altered' });
  });
});
