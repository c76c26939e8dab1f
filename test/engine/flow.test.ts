import { expect, test, vi } from 'vitest';
import { letGoHopeless } from '../../worker/engine/lag.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import { CLOSE } from '../../worker/protocol/errors.ts';
import type { EngineDevice } from '../support/engine-device.ts';
import { type EngineHub, makeHub } from '../support/engine-hub.ts';
import { PlainReplica } from '../support/plain-replica.ts';

const ACK = 1_000;
const LAG = 8_000;

// Caps that a test reaches in a few steps.
vi.mock(import('../../worker/protocol/limits.ts'), async (original) => {
  const small = { ACK_CHARS: 1_000, LAG_CHARS_MAX: 8_000, PEOPLE_MAX: 4 };
  return { ...(await original()), ...small } as unknown as Awaited<ReturnType<typeof original>>;
});

const CARS = ['1', '2', '3', '4', '5', '6', '7', '8'];
/** About 300 characters of changes. */
const note = (car: string, letter = 'x'): Intent => ({ type: 'note', car, text: letter.repeat(200) });

/** A hub with some cars at rest, one who works and one who reads, and the board of the second. */
function site() {
  const hub = makeHub({ people: { lea: 'lead', wes: 'worker', ann: 'worker' } });
  hub.request('lea', { type: 'import', rows: CARS.map((car) => ({ car, fields: {} })), mode: 'merge' });
  hub.settle();
  const worker = hub.device('lea');
  const reader = hub.device('wes');
  const board = new PlainReplica();
  board.take(reader.hello());
  hub.settle();
  for (const device of [worker, reader]) {
    ack(device);
    device.socket.take();
  }
  return { hub, worker, reader, board };
}

function ack(device: EngineDevice, version = device.version): void {
  device.socket.send({ type: 'ack', version });
}

/** So many changes by one who reads, each flushed by itself. */
function change(hub: EngineHub, worker: EngineDevice, times: number): void {
  for (let i = 0; i < times; i++) {
    ack(worker);
    const notes = `${hub.version} ${'x'.repeat(300)}`;
    worker.do({ type: 'set', car: CARS[i % CARS.length]!, fields: { notes } });
    hub.settle();
  }
  ack(worker);
}

const flowOf = (hub: EngineHub, { socket }: EngineDevice) => hub.hub.feed.listeners.get(socket.id)?.flow;

test('H2 one that acknowledges nothing is fed up to the cap and no further, and nothing is kept for it', () => {
  const { hub, worker, reader } = site();
  change(hub, worker, 40);
  const chars = reader.socket.texts.reduce((sum, { length }) => sum + length, 0);
  expect(chars).toBeLessThanOrEqual(LAG);
  expect(chars).toBeGreaterThan(LAG / 2);
  expect(flowOf(hub, reader)?.owed).toBe(chars);
  expect(reader.version).toBeLessThan(hub.version);
  const before = reader.socket.frames.length;
  change(hub, worker, 10);
  expect(reader.socket.frames).toHaveLength(before);
  // What is known of it is a few numbers, however much it was sent.
  expect(hub.marksMax).toBeLessThanOrEqual(LAG / (ACK / 2) + 1);
});

test('H2 one that reads again gets what it missed as one frame, from where it was, and is fed as before', () => {
  const { hub, worker, reader, board } = site();
  change(hub, worker, 40);
  for (const frame of reader.socket.take()) board.take(frame);
  const { version } = board;
  ack(reader);
  const catchUp = reader.socket.only('changes');
  expect([catchUp.from, catchUp.to]).toEqual([version, hub.version]);
  board.take(catchUp);
  expect(board.differenceFrom(hub.state.cars)).toBeNull();
  ack(reader);
  change(hub, worker, 1);
  board.take(reader.socket.only('changes'));
  expect(board.differenceFrom(hub.state.cars)).toBeNull();
  expect(reader.socket.closeCode).toBeNull();
});

test('H2 it is fed again once what it owes is what any device may owe, and not before', () => {
  const { hub, worker, reader } = site();
  change(hub, worker, 40);
  const versions = reader.socket.frames.flatMap((frame) => (frame.type === 'changes' ? [frame.to] : []));
  const sent = reader.socket.frames.length;
  ack(reader, versions[1]);
  expect(reader.socket.frames).toHaveLength(sent);
  const still = flowOf(hub, reader)!.owed;
  expect(still).toBeGreaterThan(ACK * 1.5);
  ack(reader, versions.at(-3));
  expect(reader.socket.frames).toHaveLength(sent + 1);
});

test('H2 one that acknowledges is never held back, however much it is sent', () => {
  const { hub, worker, reader } = site();
  for (let i = 0; i < 60; i++) {
    change(hub, worker, 1);
    if (i % 3 === 2) ack(reader);
  }
  expect(reader.version).toBe(hub.version);
  expect(reader.socket.frames.filter(({ type }) => type === 'changes')).toHaveLength(60);
  ack(reader);
  expect(flowOf(hub, reader)).toMatchObject({ owed: 0, marks: [] });
});

test('H2 a seen acknowledges as well: it is all that protocol 1 has', () => {
  const { hub, worker, reader } = site();
  reader.hello({ protocol: 1, epoch: hub.state.epoch, version: hub.version });
  change(hub, worker, 40);
  expect(reader.version).toBeLessThan(hub.version);
  reader.socket.send({ type: 'seen', version: reader.version, seq: 0 });
  expect(reader.version).toBe(hub.version);
});

test('H2 news of people count against protocol 1 only with a version it could acknowledge them by', () => {
  const { hub, worker, reader } = site();
  reader.hello({ protocol: 1, epoch: hub.state.epoch, version: hub.version });
  const open = (car: string | null) => {
    worker.socket.send({ type: 'where', car });
    hub.settle();
  };
  for (let i = 0; i < 200; i++) open(i % 2 ? '1' : null);
  expect(flowOf(hub, reader)?.owed).toBe(0);
  change(hub, worker, 1);
  open('2');
  expect(flowOf(hub, reader)?.owed).toBeGreaterThan(350);
});

test('H2 a frame larger than the cap goes to one that has read all before it', () => {
  const { hub, reader } = site();
  const rows = CARS.map((car) => ({ car, fields: { notes: 'y'.repeat(1_900) } }));
  hub.request('lea', { type: 'import', rows, mode: 'merge' });
  hub.settle();
  expect(reader.socket.texts[0]!.length).toBeGreaterThan(LAG);
  expect(reader.version).toBe(hub.version);
  // The next has to wait until it has.
  hub.request('lea', { type: 'set', car: '1', fields: { late: true } });
  hub.settle();
  expect(reader.version).toBe(hub.version - 1);
  ack(reader);
  expect(reader.version).toBe(hub.version);
});

test('H2 a welcome of any size does not trip the cap, and is not put on top of one that was not read', () => {
  const { hub, worker, reader } = site();
  const rows = CARS.map((car) => ({ car, fields: { notes: 'y'.repeat(1_900) } }));
  hub.request('lea', { type: 'import', rows, mode: 'merge' });
  hub.settle();
  reader.reconnect({ epoch: null, version: 0 });
  expect(flowOf(hub, reader)).toMatchObject({ owed: 0 });
  expect(flowOf(hub, reader)!.welcome).toBeGreaterThan(LAG);
  change(hub, worker, 5);
  expect(reader.version).toBe(hub.version);
  reader.socket.send({ type: 'hello', protocol: 2, device: reader.id, epoch: null, version: 0 });
  expect(reader.socket.closeCode).toBe(CLOSE.lagging);
});

test('H2 a small welcome asked for again and again without being read ends the same way', () => {
  const { hub, reader } = site();
  const hello = { type: 'hello', protocol: 2, device: reader.id, epoch: null, version: 0 } as const;
  let chars = 0;
  for (let i = 0; i < 100 && reader.socket.closeCode === null; i++) {
    reader.socket.send(hello);
    chars = reader.socket.texts.reduce((sum, { length }) => sum + length, 0);
  }
  expect(reader.socket.closeCode).toBe(CLOSE.lagging);
  expect(chars).toBeLessThan(2 * LAG);
  expect(hub.hub.feed.listeners.has(reader.socket.id)).toBe(false);
});

test('H2 one that lags and acknowledges nothing for 10 s is let go, and asked to come again', () => {
  const { hub, worker, reader } = site();
  const holds = [{ person: 'bo', edits: 7 }];
  reader.socket.send({ type: 'seen', version: hub.version, seq: 0, holds });
  change(hub, worker, 40);
  const since = flowOf(hub, reader)!.lagSince!;
  hub.tick(since + 9_900 - hub.now);
  change(hub, worker, 1);
  expect(reader.socket.closeCode).toBeNull();
  hub.tick(since + 10_000 - hub.now);
  change(hub, worker, 1);
  expect(reader.socket.closeCode).toBe(CLOSE.lagging);
  expect(hub.hub.feed.listeners.has(reader.socket.id)).toBe(false);
  // What its device had said is stored, as with any that goes.
  expect(hub.twin.load().devices.get(reader.id)?.standing).toMatchObject({
    holds: [{ person: 'bo', edits: 7 }],
  });
  // It is gone from presence too.
  hub.settle();
  expect(worker.socket.take()).toContainEqual({
    type: 'people',
    people: [{ id: 'wes', name: 'Wes', role: 'worker', devices: 0, car: null }],
  });
});

test('H1 H2 where nothing happens it is noticed as the hub looks after its sockets, and no timer is kept', () => {
  const { hub, worker, reader } = site();
  change(hub, worker, 40);
  hub.settle();
  expect(hub.timers).toEqual([]);
  hub.tick(60_000);
  expect(reader.socket.closeCode).toBeNull();
  hub.run(({ feed }) => letGoHopeless(feed, hub.now));
  expect(reader.socket.closeCode).toBe(CLOSE.lagging);
});

test('H2 one that reads slowly is not let go, however long it takes', () => {
  const { hub, worker, reader } = site();
  change(hub, worker, 40);
  const versions = reader.socket.frames.flatMap((frame) => (frame.type === 'changes' ? [frame.to] : []));
  for (const version of versions.slice(0, 8)) {
    hub.tick(9_000);
    ack(reader, version);
    change(hub, worker, 1);
  }
  expect(reader.socket.closeCode).toBeNull();
});

test('H2 the push of one that lags is refused whole by the seq expected, and taken once it has read', () => {
  const { hub, worker, reader, board } = site();
  change(hub, worker, 40);
  const { version } = hub;
  const edits = reader.edits(note('1', 'a'), note('2', 'b'));
  expect(reader.send(edits)).toMatchObject({ notice: 'refused', code: 'slow-down', seq: 1 });
  expect(hub.version).toBe(version);
  ack(reader);
  expect(reader.send(edits)).toMatchObject({ outcomes: [{ seq: 1 }, { seq: 2, outcome: 'applied' }] });
  for (const edit of edits) board.edits.set(edit.seq, edit);
  board.person = 'wes';
  for (const frame of reader.socket.take()) expect(board.take(frame)).toBe(true);
  expect(board.differenceFrom(hub.state.cars)).toBeNull();
});

test('H2 one that only pushes and never reads is refused before its answers outgrow the cap', () => {
  const { hub, reader } = site();
  for (let i = 0; i < 200; i++) reader.send(reader.edits(note(CARS[i % 8]!)));
  expect(hub.owedMax).toBeLessThan(LAG + 200 * 120);
  expect(flowOf(hub, reader)!.lagSince).not.toBeNull();
});

test('H2 an answer too large for one that is behind is kept, and comes with the welcome of its next hello', () => {
  const { hub, worker, reader } = site();
  hub.admit('wes', 'lead');
  change(hub, worker, 12);
  expect(flowOf(hub, reader)!.owed).toBeGreaterThan(ACK * 1.5);
  const rows = CARS.map((car) => ({ car, fields: { notes: 'y'.repeat(1_900) } }));
  reader.socket.send({ type: 'push', edits: reader.edits({ type: 'import', rows, mode: 'merge' }) });
  expect(reader.socket.closeCode).toBe(CLOSE.resync);
  expect(reader.reconnect().outcomes).toMatchObject([{ seq: 1, outcome: 'applied', version: hub.version }]);
});

test('H2 news of people that one missed while it lagged come when it reads again', () => {
  const { hub, worker, reader } = site();
  change(hub, worker, 40);
  reader.socket.take();
  const other = hub.device('ann');
  hub.settle();
  other.socket.send({ type: 'where', car: '3' });
  hub.settle();
  expect(reader.socket.take()).toEqual([]);
  ack(reader);
  expect(reader.socket.only('people').people).toEqual([
    { id: 'ann', name: 'Ann', role: 'worker', devices: 1, car: '3' },
  ]);
});

test('B1 H2 one that missed news of too many people, or something no catch-up brings, is asked to come again', () => {
  for (const miss of [
    (hub: EngineHub) => {
      for (const person of ['a', 'b', 'c', 'd', 'e']) {
        hub.admit(person, 'worker');
        hub.device(person);
        hub.settle();
      }
    },
    (hub: EngineHub) => {
      const text = JSON.stringify({ type: 'notice', notice: 'site', site: hub.state.site });
      hub.run(({ feed }) => [...feed.listeners.keys()].map((to) => ({ type: 'send', to, text })));
    },
  ]) {
    const { hub, worker, reader } = site();
    change(hub, worker, 40);
    miss(hub);
    expect(flowOf(hub, reader)!.people.size).toBeLessThanOrEqual(4);
    ack(reader);
    expect(reader.socket.closeCode).toBe(CLOSE.resync);
  }
});

test('H2 one that takes no cars acknowledges by whatever version it knows', () => {
  const { hub, worker, reader } = site();
  reader.hello({ topics: ['people'] });
  for (let i = 0; i < 100; i++) {
    worker.socket.send({ type: 'where', car: i % 2 ? '1' : null });
    hub.settle();
    change(hub, worker, 1);
    if (i % 5 === 4) ack(reader, 0);
  }
  expect(reader.socket.frames.filter(({ type }) => type === 'people').length).toBeGreaterThanOrEqual(100);
  expect(reader.socket.closeCode).toBeNull();
});

test('H2 an acknowledgement of what was never sent is worth what was sent', () => {
  const { hub, worker, reader } = site();
  change(hub, worker, 40);
  ack(reader, 1_000_000);
  expect(flowOf(hub, reader)!.acked).toBeLessThan(hub.version);
  expect(reader.version).toBe(hub.version);
  change(hub, worker, 40);
  expect(reader.version).toBeLessThan(hub.version);
});

test('H1 after a sleep nothing is owed, and the account begins anew', () => {
  const { hub, worker, reader } = site();
  change(hub, worker, 10);
  hub.restart({ sockets: 'kept' });
  expect(flowOf(hub, reader)?.owed ?? 0).toBeLessThan(200);
});
