import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeD1Down } from '../support/d1-outage.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { openDevice } from '../support/raw-device.ts';
import { makeSite } from '../support/site.ts';
import { outageRun } from './outage-run.ts';
import { archiveIsAt, verdictOf } from './tamper-d1-runs.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.stop());

test('A1 R5 with D1 held by another process the floor goes on, and then the archive has every version once', async () => {
  // Longer than a checkpoint takes to come, so that one fails at least.
  const report = await outageRun(hub, { seconds: 11, normalSeconds: 1 });
  expect(report.edits).toBeGreaterThan(0);
  expect(report.failures).toBeGreaterThan(0);
  const { archive, rows } = report.versions;
  expect(report.versions).toEqual({ archive, rows: archive, hub: archive });
  expect(rows).toBe(report.versions.hub);
  expect(report.verdict).toMatchObject({ ok: true, from: 1, to: archive, checked: archive });
}, 150_000);

test('A1 a hub killed right after an edit, its alarm just set, archives it once it is up again', async () => {
  const site = await makeSite(hub);
  const device = await openDevice(hub.origin, site.id, site.lead.cookie);
  await device.hello();
  const [outcome] = await device.push({ type: 'add', car: 'KILLED' });
  expect(outcome).toMatchObject({ outcome: 'applied', version: 1 });
  await hub.kill();
  await hub.restart();
  await site.lead.get('cars');
  await archiveIsAt(hub, site.id, 1);
  expect(await verdictOf(site.lead)).toMatchObject({ ok: true, checked: 1 });
}, 60_000);

test('A1 a log that was written before there was a chain gets one with the next edit, and says where it begins', async () => {
  const site = await makeSite(hub);
  const add = (id: string) => site.lead.request('POST', 'cars', { id });
  await add('100');
  const heal = takeD1Down(hub.stateDir);
  try {
    await add('200');
    // As the version before this one left it.
    await hub.sql(site.id, "UPDATE log SET entry = json_remove(entry, '$.prev')");
    await hub.sql(site.id, "UPDATE meta SET value = json_remove(value, '$.head')");
    await hub.evict(site.id);
    await add('300');
    await add('400');
  } finally {
    heal();
  }
  await archiveIsAt(hub, site.id, 4);
  expect(await verdictOf(site.lead)).toMatchObject({ ok: true, from: 2, to: 4, checked: 3 });
}, 60_000);
