import { expect, test } from 'vitest';
import { historyPage } from '../../worker/archive/history-page.ts';
import { putSettings } from '../../worker/directory/settings.ts';
import { ArchivedSite } from './archived-site.ts';
import { verify } from './tamper-runs.ts';

const MINUTE_MS = 60_000;

async function site(): Promise<ArchivedSite> {
  const site = new ArchivedSite(1);
  site.d1.raw.exec(
    `INSERT INTO sites (id, name, time_zone, locations, created_at) VALUES ('hub-1', 'Hub 1', 'UTC', '["Yard"]', 0)`,
  );
  await site.clock.advance(MINUTE_MS);
  return site;
}

const nameIn = ({ d1 }: ArchivedSite) => d1.raw.prepare('SELECT name FROM sites').get()?.name;

test('R5 settings changed while D1 is down are in the directory once it heals, though nobody touches a car', async () => {
  const north = await site();
  north.archive.ailment = 'down';
  north.settle({ name: 'North' });
  await north.clock.advance(MINUTE_MS);
  expect(nameIn(north)).toBe('Hub 1');
  north.archive.ailment = 'well';
  await north.clock.advance(10 * MINUTE_MS);
  expect(nameIn(north)).toBe('North');
});

test('settings that wait outlive a crash that takes the alarm with it', async () => {
  const north = await site();
  north.archive.ailment = 'down';
  north.settle({ name: 'North' });
  await north.clock.advance(MINUTE_MS);
  north.crash('lost');
  north.archive.ailment = 'well';
  await north.clock.advance(MINUTE_MS);
  expect(nameIn(north)).toBe('North');
});

test('H1 once the directory has the settings no alarm is set for them', async () => {
  const north = await site();
  north.settle({ name: 'North' });
  await north.clock.advance(MINUTE_MS);
  const { alarms } = north;
  north.heard();
  await north.clock.advance(10 * MINUTE_MS);
  expect(north.alarms).toBe(alarms);
});

test('settings that come late do not undo newer ones', async () => {
  const north = await site();
  const { site: hub } = north.hub.state;
  const put = (name: string, at: number) =>
    north.d1.db.batch(putSettings(north.d1.db, { site: { ...hub, name }, at, changes: [] }));
  await put('Newer', 2_000);
  await put('Older', 1_000);
  expect(nameIn(north)).toBe('Newer');
});

test('who changed what is recorded once each, however late, and however often it is sent', async () => {
  const north = await site();
  north.archive.ailment = 'down';
  north.settle({ name: 'North' });
  north.settle({ locations: ['Yard', 'Dock'] });
  const { site: settled, settingsAt: at, settingsChanges: changes } = north.hub.state;
  // As the route does, with what it has heard of: the first alone, then both, then the first again.
  for (const known of [changes.slice(0, 1), changes, changes.slice(0, 1)]) {
    const to = known.at(-1)?.at ?? at;
    await north.d1.db.batch(putSettings(north.d1.db, { site: settled, at: to, changes: known }));
  }
  north.archive.ailment = 'well';
  await north.clock.advance(10 * MINUTE_MS);
  expect(north.hub.state.settingsChanges).toEqual([]);
  const events = north.d1.raw.prepare('SELECT type, site, actor, at, details FROM security_events').all();
  const told = events.map(({ details, ...event }) => ({ ...event, details: JSON.parse(String(details)) }));
  const who = { type: 'site-changed', site: 'hub-1', actor: 'ada' };
  expect(told).toEqual([
    { ...who, at: changes[0]?.at, details: { name: 'North', nameBefore: 'Hub 1' } },
    { ...who, at: changes[1]?.at, details: { added: 'Dock', removed: expect.stringContaining('Shop') } },
  ]);
});

test('A1 a location with another name is in the archive as what it is, and the archive is as it was written', async () => {
  const north = await site();
  const { locations } = north.hub.state.site;
  const renames = [{ from: locations[0] ?? '', to: 'Dock' }];
  north.settle({ locations: ['Dock', ...locations.slice(1)], renames });
  await north.clock.advance(MINUTE_MS);
  expect(north.isDrained).toBe(true);
  const { entries } = await historyPage(north.d1.db, 'hub-1', { limit: 1 });
  expect(entries).toMatchObject([{ by: 'ada', type: 'import', renamed: renames, cars: { length: 6 } }]);
  expect(await verify(north)).toMatchObject({ ok: true, checked: 2 });
});
