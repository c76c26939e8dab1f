import { expect, test } from 'vitest';
import { CLOSE } from '../../worker/protocol/errors.ts';
import { ACK_CHARS, ACK_MS, SENDING_TOKENS_MAX, SENDING_TOKENS_PER_S } from '../../worker/protocol/limits.ts';
import type { DownMessage, UpMessage } from '../../worker/protocol/messages.ts';
import { costOf, fullBucket, takeTokens } from '../../worker/protocol/token-bucket.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { boardOf, carOf, type ScriptedSocket } from '../support/scripted-hub.ts';
import { openClient, openLive } from './open-client.ts';

const arrived = { type: 'set', car: '414', fields: { arrived: true } } as const;
const slowDown = (seq: number): DownMessage => ({
  type: 'notice',
  notice: 'refused',
  code: 'slow-down',
  seq,
});

function changes(from: number, notes = ''): DownMessage {
  return { type: 'changes', from, to: from + 1, by: 'lea', at: 5, cars: [{ id: '414', notes }] };
}

test('H2 what has been received is acknowledged after so long, once', async () => {
  const { hub, clock } = await openLive();
  // The welcome, and that it is stored.
  for (let s = 0; s < 15; s++) {
    await clock.advance(1_000);
    hub.socket.pong();
  }
  expect(hub.socket.acks).toEqual([10]);
  hub.socket.say(changes(10));
  hub.socket.say(changes(11));
  await clock.advance(ACK_MS - 1);
  expect(hub.socket.acks).toEqual([10]);
  await clock.advance(1);
  expect(hub.socket.acks).toEqual([10, 12]);
});

test('H1 on a quiet board nothing is acknowledged, whatever is pinged', async () => {
  const { hub, clock } = await openLive();
  for (let s = 0; s < 60; s++) {
    hub.socket.pong();
    await clock.advance(1_000);
  }
  expect(hub.socket.acks).toEqual([10]);
  expect(hub.socket.sent.map(({ type }) => type)).toEqual(['hello', 'ack', 'seen']);
});

test('H2 after so many characters it is acknowledged at once, with the version that has come', async () => {
  const { hub, clock } = await openLive();
  await clock.advance(ACK_MS);
  const notes = 'x'.repeat(2_000);
  for (let from = 10; from < 60; from++) hub.socket.say(changes(from, notes));
  const acks = hub.socket.acks.slice(1);
  expect(acks.length).toBe(Math.floor((50 * JSON.stringify(changes(10, notes)).length) / ACK_CHARS));
  const each = Math.ceil(ACK_CHARS / JSON.stringify(changes(10, notes)).length);
  expect(acks[0]).toBe(10 + each);
});

test('H2 a seen of all there is stands for an acknowledgement', async () => {
  const { client, hub, clock } = await openLive();
  await clock.advance(ACK_MS);
  await client.edit(arrived);
  await clock.advance(0);
  hub.socket.say({
    type: 'outcomes',
    archived: 0,
    outcomes: [{ seq: 1, at: 5, outcome: 'applied', version: 11 }],
  });
  await clock.advance(60_000);
  expect(hub.dialled[0]!.seen).toMatchObject([{ version: 11, seq: 1 }]);
  expect(hub.dialled[0]!.acks).toEqual([10]);
});

test('H2 between the parts of a large snapshot it says that it is reading', async () => {
  const { hub } = await openClient();
  const cars = Array.from({ length: 40 }, (_, i) => carOf(`C${i}`, { notes: 'x'.repeat(1_000) }));
  hub.socket.welcome({ ...boardOf(...cars), parts: 2, version: 80 });
  expect(hub.socket.acks).toEqual([0]);
  hub.socket.say({ type: 'snapshot', part: 1, snapshot: boardOf(...cars).snapshot! });
  hub.socket.say({ type: 'snapshot', part: 2, snapshot: boardOf(carOf('414')).snapshot! });
  expect(hub.socket.acks).toEqual([0, 0]);
});

test('H2 nothing is acknowledged on a connection that has gone', async () => {
  const { hub, clock } = await openLive();
  const old = hub.socket;
  old.drop();
  await clock.advance(ACK_MS + 1_000);
  expect(old.acks).toEqual([]);
  // Nor on the next one before it is open.
  expect(hub.dialled).toHaveLength(2);
  expect(hub.socket.sent).toEqual([]);
});

test('H2 a large queue is paced: no frame of it is more than a hub takes, and all of it goes', async () => {
  const QUEUED = 20_000;
  const { client, hub, clock } = await openLive();
  const { socket } = hub;
  socket.drop();
  const edits = Array.from({ length: QUEUED }, () =>
    client.edit({ type: 'set', car: '414', fields: { late: true } }),
  );
  await Promise.all(edits);
  await clock.advance(1_000);
  hub.socket.welcome({ version: 10, changes: [] });
  const meter = new Meter(clock);
  const began = clock.now();
  while (client.view.pending.length > 0) {
    answer(hub.socket, meter);
    await clock.advance(20);
    if (clock.now() - began > 60_000) throw new Error(`${client.view.pending.length} are left`);
  }
  expect(meter.refused).toBe(0);
  expect(hub.dialled).toHaveLength(2);
  expect(hub.socket.pushed.map(({ seq }) => seq)).toEqual(Array.from({ length: QUEUED }, (_, i) => i + 1));
  // Fast enough: it waits for the hub and not for itself.
  expect(clock.now() - began).toBeLessThan(20_000);
  // In frames that are worth their while.
  expect(hub.socket.frames).toBeLessThan(QUEUED / 100);
}, 60_000);

test('a tap among others is not paced', async () => {
  const { client, hub, clock } = await openLive();
  for (let i = 0; i < 100; i++) {
    await client.edit({ type: 'set', car: '414', fields: { late: i % 2 === 0 } });
    await clock.advance(0);
    expect(hub.socket.frames).toBe(i + 1);
  }
});

test('told to slow down, it waits on the same connection and sends the same again', async () => {
  const { client, hub, clock } = await openLive();
  await client.edit(arrived);
  await clock.advance(0);
  const [first] = hub.socket.pushed;
  hub.socket.say(slowDown(1));
  expect(client.view.pending).toMatchObject([{ sent: false, saved: true }]);
  // The hub may be waiting for it to have read.
  expect(hub.socket.acks).toEqual([10]);
  await clock.advance(900);
  expect(hub.socket.frames).toBe(1);
  await clock.advance(200);
  expect(hub.socket.pushed).toEqual([first, first]);
  hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [{ seq: 1, at: 5, outcome: 'unchanged' }] });
  expect([client.view.pending, hub.dialled.length]).toEqual([[], 1]);
});

test('what was on its way with a refused frame is refused for the gap it leaves, and goes after it', async () => {
  const { client, hub, clock } = await openLive();
  for (let i = 0; i < 3; i++) {
    await client.edit({ type: 'note', car: '414', text: `${i}` });
    await clock.advance(0);
  }
  hub.socket.say(slowDown(1));
  for (let i = 0; i < 2; i++)
    hub.socket.say({ type: 'notice', notice: 'refused', code: 'seq-gap', seq: 1, detail: 'seq 2' });
  await clock.advance(1_100);
  expect(hub.dialled).toHaveLength(1);
  expect(hub.socket.pushed.map(({ seq }) => seq)).toEqual([1, 2, 3, 1, 2, 3]);
});

test('R15 a hub that says so again and again is asked anew: it may not know what this device has seen', async () => {
  const { client, hub, clock } = await openLive();
  await client.edit(arrived);
  await clock.advance(0);
  const { socket } = hub;
  for (let i = 0; i < 3; i++) {
    socket.say(slowDown(1));
    expect(socket.isClosed).toBe(false);
    await clock.advance(1_100);
  }
  socket.say(slowDown(1));
  expect(socket.isClosed).toBe(true);
  await clock.advance(1_000);
  hub.socket.welcome({ version: 10, changes: [] });
  expect(hub.socket.pushed.map(({ seq }) => seq)).toEqual([1]);
});

test('it comes back when the hub says, and neither sooner nor by a guess of its own', async () => {
  const { hub, clock } = await openLive();
  hub.socket.drop(CLOSE.slowDown, 'retry-after-ms=3210');
  await clock.advance(3_209);
  expect(hub.dialled).toHaveLength(1);
  await clock.advance(1);
  expect(hub.dialled).toHaveLength(2);
});

test('a hub that would have it wait for hours is asked again after a minute', async () => {
  const { hub, clock } = await openLive();
  hub.socket.drop(CLOSE.slowDown, 'retry-after-ms=99999999');
  await clock.advance(60_000);
  expect(hub.dialled).toHaveLength(2);
});

test('one that was let go because it did not read comes again by itself', async () => {
  const { client, hub, clock } = await openLive();
  hub.socket.drop(CLOSE.lagging);
  expect(client.view.health.state).toBe('offline');
  await clock.advance(1_000);
  expect(hub.dialled).toHaveLength(2);
});

/** What a hub would make of all that comes. */
class Meter {
  refused = 0;
  heard = 0;
  readonly #bucket;
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
    this.#bucket = fullBucket(SIZE, clock.now());
  }

  take(message: UpMessage): void {
    const cost = costOf(message.type === 'push' ? message.edits.length : 0);
    if (!takeTokens(this.#bucket, SIZE, cost, this.#clock.now())) this.refused++;
  }
}

const SIZE = { capacity: SENDING_TOKENS_MAX, perS: SENDING_TOKENS_PER_S };

/** Answers what has come since, as unchanged. */
function answer(socket: ScriptedSocket, meter: Meter): void {
  for (const message of socket.sent.slice(meter.heard)) {
    meter.take(message);
    if (message.type !== 'push') continue;
    const outcomes = message.edits.map(({ seq }) => ({ seq, at: 5, outcome: 'unchanged' }) as const);
    socket.say({ type: 'outcomes', archived: 0, outcomes });
  }
  meter.heard = socket.sent.length;
}
