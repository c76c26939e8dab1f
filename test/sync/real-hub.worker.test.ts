import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { MemoryStore } from '../../app/sync/memory-store.ts';
import type { OpenSiteClient } from '../../app/sync/site-client.ts';
import type { Store } from '../../app/sync/store.ts';
import type { View } from '../../app/sync/view.ts';
import type { Cars } from '../../worker/protocol/api.ts';
import type { Car } from '../../worker/protocol/car.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { isSettled, openNodeClient, viewOnce } from '../support/node-client.ts';
import { makeSite, type TestPerson, type TestSite } from '../support/site.ts';
import { startWire } from '../support/wire.ts';

let hub: Hub;
let site: TestSite;
let clients: OpenSiteClient[] = [];

beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.stop());
beforeEach(async () => {
  site = await makeSite(hub);
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.stop()));
  clients = [];
});

async function open(person: TestPerson, store?: Store, origin = hub.origin): Promise<OpenSiteClient> {
  const { cookie, id } = person;
  const client = await openNodeClient({ origin, site: site.id, cookie, person: id, ...(store && { store }) });
  clients.push(client);
  return client;
}

async function addCars(count: number): Promise<void> {
  const lead = await open(site.lead);
  const rows = Array.from({ length: count }, (_, i) => ({ car: String(1000 + i), fields: {} }));
  await lead.edit({ type: 'import', rows, mode: 'merge' });
  await viewOnce(lead, isSettled);
}

function boardOf({ cars }: View): Car[] {
  return [...cars.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const note = (text: string, car = '1000') => ({ type: 'note', car, text }) as const;

test('two people see one board: what one does the other sees, field for field', async () => {
  await addCars(20);
  const [lee, wes] = [await open(site.lead), await open(site.worker)];
  await Promise.all([viewOnce(lee, isSettled), viewOnce(wes, isSettled)]);
  await Promise.all([
    wes.edit({ type: 'set', car: '1001', fields: { arrived: true, location: '300' } }),
    wes.edit(note('Door sticks')),
    lee.edit({ type: 'remove', car: '1002' }),
    lee.edit({ type: 'add', car: '9000', fields: { location: 'Shop' } }),
  ]);
  const versions = await Promise.all([viewOnce(lee, isSettled), viewOnce(wes, isSettled)]);
  const version = Math.max(...versions.map((view) => view.version));
  await Promise.all([lee, wes].map((client) => viewOnce(client, (view) => view.version >= version)));
  expect(boardOf(wes.view)).toEqual(boardOf(lee.view));
  const answer: Cars = await (await site.viewer.get('cars')).json();
  expect(answer.cars.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
    boardOf(lee.view)
      .filter(({ removed }) => !removed)
      .map(({ removed: _, ...car }) => car),
  );
});

test('a conflict comes back to the one who was late, with what the other did', async () => {
  await addCars(1);
  await using wire = await startWire(hub.origin);
  const [lee, wes] = [await open(site.lead), await open(site.worker, undefined, wire.origin)];
  await viewOnce(wes, isSettled);
  wire.cut();
  await wes.edit({ type: 'set', car: '1000', fields: { location: '300' } });
  await lee.edit({ type: 'set', car: '1000', fields: { location: '200' } });
  await viewOnce(lee, isSettled);
  wire.heal();
  wes.hint('online');
  const { attention, cars } = await viewOnce(wes, (view) => view.attention.length > 0);
  expect(cars.get('1000')?.location).toBe('200');
  expect(attention).toMatchObject([
    {
      outcome: {
        outcome: 'conflict',
        conflicts: [{ mine: { location: '300' }, theirs: { location: '200' } }],
      },
    },
  ]);
  await wes.settle([attention[0]!], { choice: 'mine' });
  await viewOnce(lee, (view) => view.cars.get('1000')?.location === '300');
});

test('what one has done can be undone', async () => {
  await addCars(1);
  const wes = await open(site.worker);
  await viewOnce(wes, isSettled);
  await wes.edit({ type: 'set', car: '1000', fields: { empty: true } });
  const { own } = await viewOnce(wes, isSettled);
  await wes.undo(own[0]!);
  const { cars, own: after } = await viewOnce(wes, isSettled);
  expect(cars.get('1000')).toMatchObject({ arrived: false, empty: false, arrivedAt: null });
  expect(after[0]).toMatchObject({ undone: true });
});

test('a roster too large for a frame is imported as one edit, and the edits behind it follow', async () => {
  const lee = await open(site.lead);
  const rows = Array.from({ length: 2_000 }, (_, i) => ({
    car: String(1000 + i),
    fields: { notes: 'n'.repeat(40) },
  }));
  await Promise.all([lee.edit({ type: 'import', rows, mode: 'merge' }), lee.edit(note('behind'))]);
  const { cars, version } = await viewOnce(lee, isSettled);
  expect([cars.size, version]).toEqual([2_000, 2]);
  expect(cars.get('1000')?.notes).toMatch(/n\nbehind$/);
  const wes = await open(site.worker);
  await viewOnce(wes, isSettled);
  expect(boardOf(wes.view)).toEqual(boardOf(lee.view));
});

test('E1 E2 the hub is killed while edits are on their way: all are there once, in order', async () => {
  await addCars(4);
  const [lee, wes] = [await open(site.lead), await open(site.worker)];
  await Promise.all([viewOnce(lee, isSettled), viewOnce(wes, isSettled)]);
  const texts = Array.from({ length: 40 }, (_, i) => `n${i}`);
  for (const [i, text] of texts.entries()) {
    void wes.edit(note(text, String(1000 + (i % 4))));
    void lee.edit({ type: 'set', car: String(1000 + (i % 4)), fields: { late: i % 2 === 0 } });
    if (i === 15) await hub.kill();
    if (i === 25) await hub.restart();
    if (i === 33) await hub.evict(site.id);
    await new Promise(setImmediate);
  }
  await Promise.all([viewOnce(lee, isSettled), viewOnce(wes, isSettled)]);
  const version = Math.max(lee.view.version, wes.view.version);
  await Promise.all([lee, wes].map((client) => viewOnce(client, (view) => view.version >= version)));
  expect(boardOf(wes.view)).toEqual(boardOf(lee.view));
  for (let car = 0; car < 4; car++) {
    expect(wes.view.cars.get(String(1000 + car))?.notes).toBe(
      texts.filter((_, i) => i % 4 === car).join('\n'),
    );
  }
}, 40_000);

test('R9 a link that lets nothing through is noticed, and the board is current again once it heals', async () => {
  await addCars(1);
  await using wire = await startWire(hub.origin);
  const [lee, wes] = [await open(site.lead), await open(site.worker, undefined, wire.origin)];
  await viewOnce(wes, isSettled);
  wire.stall();
  await wes.edit(note('from the dead spot'));
  await lee.edit(note('meanwhile'));
  await viewOnce(wes, ({ health }) => health.state !== 'live', 10_000);
  wire.heal();
  const { cars } = await viewOnce(wes, (view) => isSettled(view) && view.version === 3, 15_000);
  expect(cars.get('1000')?.notes.split('\n').sort()).toEqual(['from the dead spot', 'meanwhile']);
}, 40_000);

test('a device that was away for 1,000 edits of its own has them all answered in moments', async () => {
  await addCars(100);
  const store = new MemoryStore();
  await using wire = await startWire(hub.origin);
  const wes = await open(site.worker, store, wire.origin);
  await viewOnce(wes, isSettled);
  wire.cut();
  await viewOnce(wes, ({ health }) => health.state === 'offline');
  await Promise.all(
    Array.from({ length: 1_000 }, (_, i) =>
      wes.edit({ type: 'set', car: String(1000 + (i % 100)), fields: { late: i % 200 < 100 } }),
    ),
  );
  expect(wes.view.pending).toHaveLength(1_000);
  wire.heal();
  wes.hint('online');
  await viewOnce(wes, isSettled);
  expect(wes.view.attention).toEqual([]);
  const lee = await open(site.lead);
  await viewOnce(lee, isSettled);
  expect(boardOf(wes.view)).toEqual(boardOf(lee.view));
});

test('a person who is signed out is stopped, with the board gone and the edits kept', async () => {
  await addCars(1);
  const store = new MemoryStore();
  const wes = await open(site.worker, store);
  await viewOnce(wes, isSettled);
  await fetch(`${hub.origin}/api/auth/logout`, {
    method: 'POST',
    headers: { Cookie: site.worker.cookie, Origin: hub.origin },
  });
  await viewOnce(wes, ({ health }) => health.state === 'stopped', 20_000);
  expect(wes.view).toMatchObject({ ready: false, health: { reason: 'unauthenticated' } });
  await wes.edit(note('still mine'));
  expect(wes.view.pending).toMatchObject([{ saved: true }]);
}, 30_000);
