import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Fleet, FleetDevice, RollCall } from '../../worker/protocol/api.ts';
import { takeD1Down } from '../support/d1-outage.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { isSettled, openNodeClient, viewOnce } from '../support/node-client.ts';
import { openDevice, type RawDevice } from '../support/raw-device.ts';
import { addPerson, makeSite, type TestPerson, type TestSite } from '../support/site.ts';
import { startWire } from '../support/wire.ts';

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.stop());

async function freshSite(): Promise<void> {
  site = await makeSite(hub);
}

const fleet = async (): Promise<Fleet> => {
  const response = await site.lead.get('fleet');
  expect(response.status).toBe(200);
  return response.json();
};
const deviceOf = async (person: TestPerson): Promise<FleetDevice | undefined> =>
  (await fleet()).devices.find((device) => device.person?.id === person.id);

async function device(person: TestPerson, place: Parameters<RawDevice['hello']>[0] = {}): Promise<RawDevice> {
  const opened = await openDevice(hub.origin, site.id, person.cookie);
  await opened.hello(place);
  return opened;
}

/** What the app's own client does, on a link that can be cut. */
async function client(person: TestPerson, origin = hub.origin) {
  const opened = await openNodeClient({ origin, site: site.id, cookie: person.cookie, app: '1.2.3' });
  await viewOnce(opened, isSettled);
  return opened;
}

const until = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 15_000, interval: 100 });

test('a lead sees of two devices that one is current, and the other was cut off with an edit', async () => {
  await freshSite();
  const wire = await startWire(hub.origin);
  const [near, far] = [await client(site.worker), await client(site.admin, wire.origin)];
  await near.edit({ type: 'add', car: '414' });
  await viewOnce(far, ({ cars }) => cars.has('414'));
  const called: RollCall = await (await site.lead.request('POST', 'roll-call')).json();
  expect(called.version).toBe(1);
  await until(async () => {
    const { devices } = await fleet();
    expect(devices).toHaveLength(2);
    for (const one of devices) {
      expect(one).toMatchObject({ connected: true, acked: 1, lag: 0, held: 0, app: '1.2.3', protocol: 2 });
      expect(one.saidAt).toBeGreaterThanOrEqual(called.at);
    }
  });

  wire.cut();
  await viewOnce(far, ({ health }) => health.state !== 'live');
  await far.edit({ type: 'note', car: '414', text: 'made where there is no network' });
  await near.edit({ type: 'set', car: '414', fields: { arrived: true } });
  await until(async () => {
    expect(await deviceOf(site.admin)).toMatchObject({ connected: false, acked: 1, lag: 1 });
    expect(await deviceOf(site.worker)).toMatchObject({ connected: true });
  });

  wire.heal();
  await far.syncNow();
  await viewOnce(far, isSettled);
  await until(async () => {
    await site.lead.request('POST', 'roll-call');
    for (const one of (await fleet()).devices)
      expect(one).toMatchObject({ connected: true, lag: 0, held: 0 });
  });
  await Promise.all([near.stop(), far.stop()]);
  await wire.stop();
});

test('a device’s id is in no answer: it is its secret', async () => {
  await freshSite();
  const { id } = await device(site.worker);
  const text = await (await site.lead.get('fleet')).text();
  expect(JSON.parse(text).devices).toHaveLength(1);
  expect(text).not.toContain(id);
});

test('B1 a roll-call less than a second after the last is 429, and says when to try again', async () => {
  await freshSite();
  await fleet();
  const [first, second] = await Promise.all([
    site.lead.request('POST', 'roll-call'),
    site.admin.request('POST', 'roll-call'),
  ]);
  expect([first.status, second.status].sort()).toEqual([202, 429]);
  const refused = first.status === 429 ? first : second;
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('H1 what connected devices have said survives an eviction, and costs no row', async () => {
  await freshSite();
  const phone = await device(site.worker, { app: '7' });
  await phone.push({ type: 'add', car: '414' });
  phone.send({ type: 'seen', version: 1, seq: 1, holds: [{ person: site.lead.id, edits: 2 }] });
  const waiting = [{ person: site.lead.id, edits: 2 }];
  const before = await until(async () => {
    const one = await deviceOf(site.worker);
    expect(one).toMatchObject({ acked: 1, waiting });
    return one;
  });
  const [row] = await hub.sql<{ standing: string }>(site.id, 'SELECT standing FROM device');
  expect(JSON.parse(row?.standing ?? '')).toMatchObject({ stored: 0, holds: [] });
  await hub.evict(site.id);
  expect(await deviceOf(site.worker)).toMatchObject({
    acked: 1,
    waiting,
    connected: true,
    saidAt: before?.saidAt,
  });
});

test('E4 a device is told once its edits are of somebody who belongs to the site no more', async () => {
  await freshSite();
  const [stays, leaves] = [
    await addPerson(hub, site.id, { role: 'worker', name: 'Sam' }),
    await addPerson(hub, site.id, { role: 'worker', name: 'Lou' }),
  ];
  await hub.db.prepare('DELETE FROM memberships WHERE person = ?').bind(leaves.id).run();
  const holds = [stays, leaves].map(({ id }) => ({ person: id, edits: 1 }));
  const tablet = await device(site.worker, { holds });
  expect(await tablet.next('notice')).toEqual({ type: 'notice', notice: 'removed', people: [leaves.id] });
});

test('E4 with D1 down nothing is said of anybody, and nobody waits for it', async () => {
  await freshSite();
  const leaves = await addPerson(hub, site.id, { role: 'worker', name: 'Lou' });
  const tablet = await device(site.worker);
  await hub.db.prepare('DELETE FROM memberships WHERE person = ?').bind(leaves.id).run();
  const holds = [{ person: leaves.id, edits: 1 }];
  const restore = takeD1Down(hub.stateDir);
  try {
    const failures = () => hub.logs.filter(({ message }) => message.includes('members not known')).length;
    await tablet.hello({ holds });
    expect(await tablet.push({ type: 'add', car: '414' })).toMatchObject([{ outcome: 'applied' }]);
    await until(async () => expect(failures()).toBe(1));
    expect(tablet.frames.filter(({ type }) => type === 'notice')).toEqual([]);
  } finally {
    restore();
  }
  await tablet.hello({ holds });
  expect(await tablet.next('notice')).toMatchObject({ notice: 'removed', people: [leaves.id] });
});
