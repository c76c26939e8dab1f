import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OpenSiteClient } from '../../app/sync/site-client.ts';
import { CLOSE } from '../../worker/protocol/errors.ts';
import { LAG_CHARS_MAX, SENDING_TOKENS_MAX } from '../../worker/protocol/limits.ts';
import type { Changes, DownMessage } from '../../worker/protocol/messages.ts';
import { retryAfterMs } from '../../worker/protocol/retry-after.ts';
import { takeD1Down } from '../support/d1-outage.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { isSettled, openNodeClient, viewOnce } from '../support/node-client.ts';
import { editsOf, openDevice, type RawDevice } from '../support/raw-device.ts';
import { makeSite, type TestPerson, type TestSite } from '../support/site.ts';
import { openSocket } from '../support/socket.ts';
import { startWire } from '../support/wire.ts';

let hub: Hub;
let site: TestSite;
const clients: OpenSiteClient[] = [];

beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.stop());
beforeEach(async () => {
  site = await makeSite(hub);
  const added = await site.lead.request('POST', 'cars', { id: '128489' });
  expect(added.status).toBe(201);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.stop()));
  // Whatever a socket does, nothing breaks in the hub.
  expect(hub.logs.filter(({ message }) => message.includes('event failed'))).toEqual([]);
});

async function open({ cookie, id }: TestPerson): Promise<OpenSiteClient> {
  const client = await openNodeClient({ origin: hub.origin, site: site.id, cookie, person: id });
  clients.push(client);
  await viewOnce(client, isSettled);
  return client;
}

async function openRaw(person: TestPerson, origin = hub.origin): Promise<RawDevice> {
  const device = await openDevice(origin, site.id, person.cookie);
  await device.hello();
  return device;
}

/** So many changes of two thousand characters each, one after the other. */
async function change(writer: OpenSiteClient, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const notes = `${writer.view.version} ${'x'.repeat(1_980)}`;
    await writer.edit({ type: 'set', car: '128489', fields: { notes } });
    await viewOnce(writer, isSettled);
  }
}

const isChanges = (frame: DownMessage): frame is Changes => frame.type === 'changes';
const charsOf = (frames: readonly DownMessage[]): number =>
  frames.reduce((sum, frame) => sum + JSON.stringify(frame).length, 0);
/** Some more than the cap. */
const TOO_MANY = Math.ceil((LAG_CHARS_MAX / 2_000) * 1.3);

test('R8 H2 a reader that has stalled is let go, was sent no more than the cap, and nobody else notices', async () => {
  await using wire = await startWire(hub.origin);
  const [writer, watcher] = [await open(site.lead), await open(site.worker)];
  const stalled = await openRaw(site.viewer, wire.origin);
  await viewOnce(watcher, ({ people }) => people.some(({ id }) => id === site.viewer.id));
  wire.stall();
  await change(writer, TOO_MANY);
  const full = performance.now();
  const isGone = () => !watcher.view.people.some(({ id }) => id === site.viewer.id);
  while (!isGone() && performance.now() - full < 30_000) {
    await change(writer, 1);
    await sleep(100);
  }
  expect(isGone()).toBe(true);
  await viewOnce(watcher, ({ version }) => version === writer.view.version);
  expect(watcher.view.health.state).toBe('live');

  // It has not answered the close, and never may: the hub goes on without it, after a sleep too.
  await change(writer, 1);
  await hub.evict(site.id);
  await change(writer, 1);
  await viewOnce(watcher, ({ version }) => version === writer.view.version);

  wire.heal();
  expect(await stalled.closed).toBe(CLOSE.lagging);
  const chars = charsOf(stalled.frames.filter(isChanges));
  expect(chars).toBeLessThanOrEqual(LAG_CHARS_MAX);
  expect(chars).toBeGreaterThan(LAG_CHARS_MAX / 2);
}, 90_000);

test('H2 a reader that comes back gets what it missed as one frame, and is fed as before', async () => {
  await using wire = await startWire(hub.origin);
  const writer = await open(site.lead);
  const reader = await openRaw(site.viewer, wire.origin);
  wire.stall();
  await change(writer, TOO_MANY);
  wire.heal();
  const versionOf = (): number => reader.frames.findLast(isChanges)?.to ?? 0;
  let last = -1;
  // All it was sent before it lagged has come when no more comes.
  while (versionOf() !== last) {
    last = versionOf();
    await sleep(300);
  }
  expect(last).toBeLessThan(writer.view.version);
  const before = reader.frames.length;
  reader.send({ type: 'ack', version: last });
  while (versionOf() < writer.view.version) await sleep(20);
  const after = reader.frames.slice(before).filter(isChanges);
  const { version } = writer.view;
  expect(after).toMatchObject([{ from: last, to: version, cars: [{ id: '128489' }] }]);

  reader.send({ type: 'ack', version: versionOf() });
  await change(writer, 1);
  while (versionOf() < writer.view.version) await sleep(20);
  expect(reader.frames.findLast(isChanges)).toMatchObject({ from: version, to: version + 1 });
}, 60_000);

test('B1 one that sends too fast is told, then closed with a time to come again, and loses nothing', async () => {
  const sender = await openRaw(site.worker);
  let reason = '';
  sender.socket.addEventListener('close', (event) => {
    reason = event.reason;
  });
  const { version } = (await (await site.lead.get('cars')).json()) as { version: number };
  const edits = editsOf([{ type: 'note', car: '128489', text: 'kept' }], { seq: 1, base: version });
  // What flows in meanwhile is much less.
  for (let i = 0; i < 3 * SENDING_TOKENS_MAX; i++) sender.send({ type: 'where', car: null });
  sender.send({ type: 'push', edits });
  expect(await sender.closed).toBe(CLOSE.slowDown);
  expect(retryAfterMs(reason)).toBeGreaterThan(1_000);
  expect(await sender.next('notice')).toMatchObject({ notice: 'refused', code: 'slow-down', seq: 1 });

  const again = await openDevice(hub.origin, site.id, site.worker.cookie, sender.id);
  expect((await again.hello()).seq).toBe(0);
  again.send({ type: 'push', edits });
  expect((await again.next('outcomes')).outcomes).toMatchObject([{ seq: 1, outcome: 'applied' }]);
});

test('B1 with the directory down an unknown session is told when to come again', async () => {
  const giveBack = takeD1Down(hub.stateDir);
  try {
    const times = await Promise.all(
      [site.viewer, site.worker].map(async ({ cookie }) => {
        const origin = hub.origin;
        const socket = await openSocket(`${origin}/api/sites/${site.id}/live`, {
          Cookie: cookie,
          Origin: origin,
        });
        return new Promise<number | null>((resolve) => {
          socket.addEventListener('close', ({ code, reason }) => {
            resolve(code === CLOSE.slowDown ? retryAfterMs(reason) : null);
          });
        });
      }),
    );
    for (const ms of times) expect(ms).toBeGreaterThanOrEqual(10_000);
  } finally {
    giveBack();
  }
}, 60_000);

test('H2 B1 the app’s own client is not sent away, however much it has queued', async () => {
  await using wire = await startWire(hub.origin);
  const { cookie, id } = site.worker;
  const client = await openNodeClient({ origin: wire.origin, site: site.id, cookie, person: id });
  clients.push(client);
  await viewOnce(client, isSettled);
  wire.cut();
  await viewOnce(client, ({ health }) => health.state === 'offline');
  const late = (i: number) => ({ type: 'set', car: '128489', fields: { late: i % 2 === 0 } }) as const;
  await Promise.all(Array.from({ length: 6_000 }, (_, i) => client.edit(late(i))));
  wire.heal();
  client.hint('online');
  await viewOnce(client, ({ health }) => health.state === 'live');
  // A hub that is sent too much three times closes the socket.
  const states = new Set<string>();
  client.subscribe(({ health }) => states.add(health.state));
  await viewOnce(client, isSettled, 40_000);
  expect([...states]).toEqual(['live']);
  expect(client.view.attention).toEqual([]);
}, 60_000);
