import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLOSE } from '../../worker/protocol/errors.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { openDevice, type RawDevice } from '../support/raw-device.ts';
import { addPerson, makeSite, signIn, type TestPerson, type TestSite } from '../support/site.ts';

/** R12: how soon a socket is closed once the answer that somebody has been removed is there. */
const CLOSED_MS_MAX = 1_000;

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
  await site.lead.request('POST', 'cars', { id: '128489' });
});
afterAll(() => hub.stop());

async function device(person: TestPerson): Promise<RawDevice> {
  const opened = await openDevice(hub.origin, site.id, person.cookie);
  await opened.hello();
  return opened;
}

const remove = (person: TestPerson) => site.admin.request('DELETE', `people/${person.id}`);
const make = (person: TestPerson, role: string) =>
  site.admin.request('PATCH', `people/${person.id}`, { role });

/** What a socket is closed with, and how many milliseconds after `since`. */
async function closing({ closed }: RawDevice, since: number): Promise<[code: number, ms: number]> {
  return [await closed, performance.now() - since];
}

async function board(): Promise<{ version: number; notes: string }> {
  const car = (await (await site.admin.get('cars/128489')).json()) as { notes: string };
  const { version } = (await (await site.admin.get('cars')).json()) as { version: number };
  return { version, notes: car.notes };
}

/** A frame sent on whatever is left of a socket: nobody answers it. */
function pushBlindly({ socket }: RawDevice, text: string): void {
  const edit = { type: 'note', car: '128489', text, id: `late-${text}`, seq: 1, base: 0, at: 0 };
  socket.send(JSON.stringify({ type: 'push', edits: [edit] }));
}

const MOMENTS: [string, () => Promise<void>][] = [
  ['is awake', async () => {}],
  ['sleeps', () => hub.evict(site.id)],
];

describe.each(MOMENTS)('I3 R12 while the hub %s', (_, moment) => {
  test('whoever is removed has every socket closed within a second, and nothing they send after is applied', async () => {
    const gone = await addPerson(hub, site.id, { role: 'worker', name: 'Gus' });
    const sockets = [await device(gone), await device(gone), await device(gone)];
    const bystander = await device(site.worker);
    const before = await board();
    await moment();

    const removed = remove(gone);
    expect((await removed).status).toBe(204);
    const since = performance.now();
    for (const socket of sockets) pushBlindly(socket, 'after');
    for (const [code, ms] of await Promise.all(sockets.map((socket) => closing(socket, since)))) {
      expect(code).toBe(CLOSE.unauthenticated);
      expect(ms).toBeLessThan(CLOSED_MS_MAX);
    }

    // By no other way either.
    const sync = { device: 'device-gone-1', epoch: null, version: 0, edits: [] };
    expect((await gone.request('POST', 'sync', sync)).status).toBe(401);
    expect((await gone.request('PATCH', 'cars/128489', { late: true })).status).toBe(401);
    expect(await (await openDevice(hub.origin, site.id, gone.cookie)).closed).toBe(CLOSE.unauthenticated);
    expect(await board()).toEqual(before);
    expect(bystander.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('whoever is demoted is closed within a second, comes again, and is judged by the role they have left', async () => {
    const lead = await addPerson(hub, site.id, { role: 'lead', name: 'Len' });
    const desk = await device(lead);
    const before = await board();
    await moment();

    expect((await make(lead, 'viewer')).status).toBe(204);
    const since = performance.now();
    pushBlindly(desk, 'after');
    const [code, ms] = await closing(desk, since);
    expect([code, ms < CLOSED_MS_MAX]).toEqual([CLOSE.resync, true]);

    const again = await openDevice(hub.origin, site.id, lead.cookie);
    expect((await again.hello()).you).toMatchObject({ person: lead.id, role: 'viewer' });
    const outcomes = await again.push(
      { type: 'remove', car: '128489' },
      { type: 'note', car: '128489', text: 'as a viewer' },
    );
    expect(outcomes).toMatchObject([
      { outcome: 'rejected', code: 'forbidden' },
      { outcome: 'rejected', code: 'forbidden' },
    ]);
    // The cookie still says lead.
    expect((await lead.request('DELETE', 'cars/128489')).status).toBe(403);
    expect((await lead.get('people')).status).toBe(403);
    expect(await board()).toEqual(before);
  });
});

test('I3 sessions the hub has never met are kept out too, however many come while somebody is removed', async () => {
  for (let run = 0; run < 5; run++) {
    const gone = await addPerson(hub, site.id, { role: 'worker', name: 'Gus' });
    // Each a session of its own, which the hub has to look up.
    const cookies = await Promise.all(Array.from({ length: 8 }, () => signIn(hub.origin, gone.email)));
    const coming = cookies.map((cookie) => openDevice(hub.origin, site.id, cookie));
    const [removed, ...sockets] = await Promise.all([remove(gone), ...coming]);
    expect(removed.status).toBe(204);
    const isOver = () => sockets.every(({ socket }) => socket.readyState > WebSocket.OPEN);
    await expect.poll(isOver, { timeout: CLOSED_MS_MAX }).toBe(true);
    const admitted = 'SELECT hash FROM session WHERE person = ? AND revoked = 0';
    expect(await hub.sql(site.id, admitted, gone.id)).toEqual([]);
  }
});

test('whoever has been made a lead acts as one at once, under the session they have', async () => {
  const person = await addPerson(hub, site.id, { role: 'worker', name: 'Pia' });
  const phone = await device(person);
  expect((await person.get('people')).status).toBe(403);
  expect((await make(person, 'lead')).status).toBe(204);
  expect(await phone.closed).toBe(CLOSE.resync);
  const again = await device(person);
  const [added] = await again.push({ type: 'add', car: '128700' });
  expect(added).toMatchObject({ outcome: 'applied' });
  expect((await person.get('people')).status).toBe(200);
  expect((await person.request('DELETE', 'cars/128700')).status).toBe(204);
});

// The last: what was connected to the one before is of no use any more.
test('I3 R12 a hub that was killed and came back keeps out whoever was removed, and knows who was demoted', async () => {
  const gone = await addPerson(hub, site.id, { role: 'lead', name: 'Gil' });
  const less = await addPerson(hub, site.id, { role: 'lead', name: 'Liv' });
  await Promise.all([device(gone), device(less)]);
  expect((await remove(gone)).status).toBe(204);
  expect((await make(less, 'viewer')).status).toBe(204);
  await hub.kill();
  await hub.restart();
  expect(await (await openDevice(hub.origin, site.id, gone.cookie)).closed).toBe(CLOSE.unauthenticated);
  const again = await openDevice(hub.origin, site.id, less.cookie);
  expect((await again.hello()).you).toMatchObject({ role: 'viewer' });
});
