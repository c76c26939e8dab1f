import { expect, test } from 'vitest';
import { StoreError } from '../../app/sync/store.ts';
import type { View } from '../../app/sync/view.ts';
import { Disk } from '../support/disk-store.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { boardOf, carOf } from '../support/scripted-hub.ts';
import { openClient, openLive } from './open-client.ts';

const arrived = { type: 'set', car: '414', fields: { arrived: true } } as const;

test('R9 a link that is half open is noticed within 10 s, and the device dials again', async () => {
  const { client, hub, clock } = await openLive();
  await clock.advance(5_000);
  expect([hub.socket.pings, client.view.health.state]).toEqual([2, 'live']);
  await clock.advance(4_500);
  expect(client.view.health.state).not.toBe('live');
  expect(hub.dialled[0]?.isClosed).toBe(true);
  expect(hub.dialled.length).toBe(2);
});

test('an edit without an outcome for 8 s ends the connection; it is sent again on the next', async () => {
  const { client, hub, clock } = await openLive();
  await client.edit(arrived);
  await clock.advance(0);
  const first = hub.socket;
  for (let s = 0; s < 8; s++) {
    first.pong();
    await clock.advance(1_000);
  }
  await clock.advance(600);
  expect(first.isClosed).toBe(true);
  expect(client.view.pending).toMatchObject([{ sent: false, saved: true }]);
  hub.socket.welcome({ version: 10, changes: [] });
  expect(hub.socket.pushed).toEqual(first.pushed);
});

test('what an old connection still says is not listened to', async () => {
  const { client, hub, clock } = await openLive();
  const old = hub.socket;
  old.drop();
  await clock.advance(1_000);
  hub.socket.welcome({ version: 10, changes: [] });
  old.say({ type: 'changes', from: 10, to: 11, by: 'lea', at: 5, cars: [{ id: '414', late: true }] });
  old.drop(4403);
  expect(client.view).toMatchObject({ version: 10, health: { state: 'live' } });
});

test('after a sleep the device dials at once', async () => {
  const { client, hub, clock } = await openLive();
  clock.jump(3_600_000);
  await clock.advance(5_000);
  expect(hub.dialled).toHaveLength(2);
  expect(client.view.health).toEqual({ state: 'connecting' });
});

test('the network’s return and a page in sight make it dial at once', async () => {
  const { client, hub } = await openLive();
  hub.socket.drop();
  expect(client.view.health.state).toBe('offline');
  client.hint('online');
  expect(hub.dialled).toHaveLength(2);
  hub.socket.drop();
  client.hint('hidden');
  client.hint('visible');
  expect(hub.dialled).toHaveLength(3);
});

test('a hidden page lets go of its connection after five minutes, and is offline without a next try', async () => {
  const { client, hub, clock } = await openLive();
  client.hint('hidden');
  for (let s = 0; s < 300; s += 5) {
    hub.socket.pong();
    await clock.advance(5_000);
  }
  expect(client.view.health).toEqual({ state: 'offline', retryAt: null });
  await clock.advance(600_000);
  expect(hub.dialled).toHaveLength(1);
  client.hint('visible');
  expect(hub.dialled).toHaveLength(2);
});

test('the view tells since when there is trouble, and when the board was last proven', async () => {
  const { client, hub, clock } = await openLive();
  const start = clock.now();
  expect(client.view).toMatchObject({ troubledSince: null, syncedAt: start });
  await clock.advance(3_000);
  hub.socket.pong();
  await clock.advance(1_000);
  hub.socket.drop();
  expect(client.view).toMatchObject({ troubledSince: start + 4_000, syncedAt: start + 3_000 });
  await clock.advance(20_000);
  expect(client.view).toMatchObject({ troubledSince: start + 4_000, syncedAt: start + 3_000 });
});

test.each([
  [4401, 'unauthenticated'],
  [4403, 'forbidden'],
  [4404, 'not-found'],
  [4413, 'too-large'],
  [4426, 'unknown-protocol'],
  [4400, 'bad-frame'],
])('close code %i stops it: %s', async (code, reason) => {
  const { client, hub, clock } = await openLive();
  hub.socket.drop(code);
  expect(client.view.health).toEqual({ state: 'stopped', reason });
  await clock.advance(3_600_000);
  expect(hub.dialled).toHaveLength(1);
  // Edits are still taken, and kept for later.
  await client.edit(arrived);
  expect(client.view.pending).toMatchObject([{ saved: true }]);
});

test('listeners are called once a turn, and not after they have left', async () => {
  const { client, clock } = await openLive();
  const views: View[] = [];
  const leave = client.subscribe((view) => views.push(view));
  void client.edit(arrived);
  void client.edit({ type: 'note', car: '415', text: 'x' });
  expect(views).toHaveLength(0);
  await Promise.resolve();
  expect(views).toHaveLength(1);
  expect(views[0]).toBe(client.view);
  await clock.advance(0);
  const { length } = views;
  leave();
  await client.edit(arrived);
  await clock.advance(0);
  expect(views).toHaveLength(length);
});

test('parts of the view that did not change are the same objects', async () => {
  const { client, hub } = await openLive();
  const before = client.view;
  hub.socket.say({ type: 'changes', from: 10, to: 11, by: 'lea', at: 5, cars: [{ id: '414', late: true }] });
  const after = client.view;
  expect(after).not.toBe(before);
  for (const part of ['pending', 'attention', 'own', 'people', 'names', 'site', 'you'] as const) {
    expect(after[part], part).toBe(before[part]);
  }
  expect(client.view).toBe(after);
});

test('syncNow on a live board asks for proof, and is done when it comes', async () => {
  const { client, hub, clock } = await openLive();
  const done = client.syncNow();
  expect(hub.socket.pings).toBe(2);
  await clock.advance(100);
  hub.socket.pong();
  expect(await done).toBe(true);
});

test('syncNow waits until every edit is answered', async () => {
  const { client, hub, clock } = await openLive();
  hub.socket.drop();
  await client.edit(arrived);
  let isDone: boolean | null = null;
  void client.syncNow().then((done) => {
    isDone = done;
  });
  hub.socket.welcome({ version: 10, changes: [] });
  await clock.advance(0);
  expect(isDone).toBeNull();
  hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [{ seq: 1, at: 5, outcome: 'unchanged' }] });
  await clock.advance(0);
  expect(isDone).toBe(true);
});

test('syncNow fails with the try it made, or after 15 s; a stopped client tries as well', async () => {
  const { client, hub, clock } = await openLive();
  hub.socket.drop();
  const first = client.syncNow();
  hub.socket.drop();
  expect(await first).toBe(false);
  const second = client.syncNow();
  hub.socket.open();
  await clock.advance(15_000);
  expect(await second).toBe(false);
  client.hint('online');
  hub.socket.drop(4401);
  const third = client.syncNow();
  hub.socket.welcome(boardOf(carOf('414')));
  expect(await third).toBe(true);
});

test('a client that has stopped lets go of everything and takes no more edits; what is queued stays', async () => {
  let hasClosed = false;
  const closed = (): void => {
    hasClosed = true;
  };
  const { client, hub, clock, store } = await openLive({ closed });
  hub.socket.drop();
  void client.edit(arrived).catch(() => {});
  await client.stop();
  expect([hasClosed, client.view.health]).toEqual([true, { state: 'offline', retryAt: null }]);
  await expect(client.edit({ type: 'note', car: '415', text: 'late' })).rejects.toMatchObject({
    kind: 'closed',
  });
  expect(client.view.cars.get('415')?.notes).toBe('');
  await expect(store.load()).rejects.toMatchObject({ kind: 'closed' });
  await clock.advance(3_600_000);
  expect([hub.dialled.length, clock.pending]).toEqual([1, 0]);
});

test.each([
  ['taken', 'taken', { state: 'offline', retryAt: null }],
  ['failed', 'failed', { state: 'stopped', reason: 'store-failed' }],
] as const)(
  'O3 a store that fails with `%s` makes the client let go of it, and say why',
  async (kind, why, health) => {
    const clock = new ManualClock();
    const disk = new Disk(clock);
    const ends: string[] = [];
    const closed = (end: string): void => void ends.push(end);
    const { client, hub } = await openLive({ clock, store: disk.open(), closed });
    await clock.advance(2_000);
    disk.failure = new StoreError(kind);
    const refused = client.edit(arrived).catch((error: StoreError) => error.kind);
    await clock.advance(10);
    expect(await refused).toBe(kind);
    expect(client.view).toMatchObject({ pending: [], health });
    expect([ends, hub.socket.isClosed]).toEqual([[why], true]);
    expect(client.view.cars.get('414')?.arrived).toBe(false);
  },
);

test('a store that cannot be read at all is told to whoever opens it', async () => {
  const store = {
    load: () => Promise.reject(new StoreError('failed')),
    commit: () => Promise.reject(new StoreError('failed')),
    close: () => {},
  };
  await expect(openClient({ store })).rejects.toMatchObject({ kind: 'failed' });
});
