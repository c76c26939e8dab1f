import { expect, test } from 'vitest';
import { putSettings } from '../../worker/directory/settings.ts';
import { ArchivedSite } from './archived-site.ts';

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
  await north.d1.db.batch([putSettings(north.d1.db, { site: { ...hub, name: 'Newer' }, at: 2_000 })]);
  await north.d1.db.batch([putSettings(north.d1.db, { site: { ...hub, name: 'Older' }, at: 1_000 })]);
  expect(nameIn(north)).toBe('Newer');
});
