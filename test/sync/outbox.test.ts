import { expect, test } from 'vitest';
import { StoreError } from '../../app/sync/store.ts';
import {
  EDITS_PER_FRAME_MAX,
  FRAME_UP_BYTES_MAX,
  OUTBOX_MAX,
  OUTCOMES_UNSEEN_MAX,
} from '../../worker/protocol/limits.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { Disk } from '../support/disk-store.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { boardOf, carOf } from '../support/scripted-hub.ts';
import { again, openClient, openLive } from './open-client.ts';

const arrived = (car = '414') => ({ type: 'set', car, fields: { arrived: true } }) as const;
const note = (text: string, car = '414') => ({ type: 'note', car, text }) as const;

function applied(seq: number, version: number): Outcome {
  return { seq, at: 1_790_000_000_500, outcome: 'applied', version };
}

test('O1 an edit shows in the same turn, is saved when the store has it, and is sent only then', async () => {
  const clock = new ManualClock();
  const disk = new Disk(clock, () => 20);
  const { client, hub } = await openLive({ clock, store: disk.open() });
  await clock.advance(2_000);
  const saved = client.edit(arrived());
  expect(client.view.cars.get('414')).toMatchObject({ arrived: true, updatedBy: 'wes' });
  expect(client.view.pending).toMatchObject([{ saved: false, sent: false }]);
  await clock.advance(19);
  expect([client.view.pending[0]?.saved, hub.socket.pushed]).toEqual([false, []]);
  await clock.advance(1);
  expect(await saved).toMatchObject({ type: 'set', seq: 1, base: 10 });
  expect(client.view.pending).toMatchObject([{ saved: true, sent: true }]);
  expect(hub.socket.pushed).toEqual([await saved]);
});

test('O1 an edit that is not saved yet is not sent along when others are', async () => {
  const clock = new ManualClock();
  const disk = new Disk(clock, () => 20);
  const { client, hub } = await openLive({ clock, store: disk.open() });
  await clock.advance(2_000);
  void client.edit(note('a'));
  await clock.advance(20);
  void client.edit(note('b'));
  hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [applied(1, 11)] });
  await clock.advance(19);
  expect(hub.socket.pushed).toMatchObject([{ text: 'a' }]);
  await clock.advance(1);
  expect(hub.socket.pushed).toMatchObject([{ text: 'a' }, { text: 'b' }]);
});

test('O1 an edit the store has no room for is refused, not shown any more and never sent; later ones take its seq', async () => {
  const clock = new ManualClock();
  const disk = new Disk(clock, () => 5);
  const { client, hub } = await openLive({ clock, store: disk.open() });
  await clock.advance(2_000);
  const first = client.edit(note('one'));
  await clock.advance(5);
  await first;
  disk.failure = new StoreError('quota');
  const refused = client.edit(note('two')).catch((error: StoreError) => error.kind);
  await clock.advance(1);
  const third = client.edit(note('three'));
  await clock.advance(4);
  disk.failure = null;
  await clock.advance(10);
  expect(await refused).toBe('quota');
  expect(await third).toMatchObject({ seq: 2, text: 'three' });
  expect(client.view.cars.get('414')?.notes).toBe('one\nthree');
  expect(hub.socket.pushed.map(({ seq }) => seq)).toEqual([1, 2]);
});

test('O1 what was saved is there after a crash, offline, and is sent when the hub is met again', async () => {
  const opened = await openLive();
  await opened.clock.advance(1_000);
  opened.hub.socket.drop();
  await opened.client.edit(arrived());
  await opened.client.edit(note('Door sticks', '415'));
  const { client, hub } = await again(opened);
  expect(client.view).toMatchObject({ ready: true, version: 10, epoch: 'epoch-1', you: { person: 'wes' } });
  expect(client.view.cars.get('414')?.arrived).toBe(true);
  expect(client.view.cars.get('415')?.notes).toBe('Door sticks');
  expect(client.view.pending).toMatchObject([{ saved: true }, { saved: true }]);
  hub.socket.welcome({ version: 10, snapshot: undefined, changes: [] } as never);
  expect(hub.socket.pushed.map(({ seq }) => seq)).toEqual([1, 2]);
});

test('O1 edits made in one turn are one transaction and one frame', async () => {
  const { client, hub, clock } = await openLive();
  await Promise.all(Array.from({ length: 50 }, (_, i) => client.edit(note(String(i)))));
  await clock.advance(0);
  expect([hub.socket.frames, hub.socket.pushed.length]).toEqual([1, 50]);
});

test('E3 edits go out in the order of their seqs, in frames no larger than the hub takes', async () => {
  const { client, hub, clock } = await openLive();
  await Promise.all(Array.from({ length: 1_400 }, (_, i) => client.edit(note(`ü${i}`.repeat(30)))));
  await clock.advance(0);
  const frames = hub.socket.sent.filter((message) => message.type === 'push');
  expect(hub.socket.pushed.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_400 }, (_, i) => i + 1));
  for (const frame of frames) {
    expect(new TextEncoder().encode(JSON.stringify(frame)).length).toBeLessThanOrEqual(FRAME_UP_BYTES_MAX);
    expect(frame.edits.length).toBeLessThanOrEqual(EDITS_PER_FRAME_MAX);
  }
  expect(frames.length).toBeLessThan(8);
});

test('B1 no more is on its way, or answered and not reported as stored, than the hub keeps outcomes for', async () => {
  const { client, hub, clock } = await openLive();
  await Promise.all(Array.from({ length: 3_000 }, (_, i) => client.edit(note(String(i)))));
  await clock.advance(0);
  const { length } = hub.socket.pushed;
  expect(length).toBeLessThan(OUTCOMES_UNSEEN_MAX);
  const outcomes = Array.from({ length }, (_, i) => ({ seq: i + 1, at: 5, outcome: 'unchanged' }) as const);
  hub.socket.say({ type: 'outcomes', archived: 0, outcomes });
  expect(hub.socket.pushed.length).toBe(length);
  // As soon as they are stored they are reported, and what is left follows.
  await clock.advance(0);
  expect(hub.socket.seen).toMatchObject([{ type: 'seen', version: 10, seq: length }]);
  expect(hub.socket.pushed.length).toBeGreaterThan(length);
});

test('B1 a device that holds as many edits as it can refuses the next', async () => {
  const { client } = await openClient();
  const all = Array.from({ length: OUTBOX_MAX }, () => client.edit(arrived()));
  await expect(client.edit(arrived())).rejects.toMatchObject({ kind: 'full' });
  expect(client.view.pending).toHaveLength(OUTBOX_MAX);
  await Promise.all(all);
});

test('E2 a lost answer: the welcome brings it, and its effect is not applied again', async () => {
  const { client, hub, clock } = await openLive();
  await client.edit(note('once'));
  await clock.advance(0);
  hub.socket.drop();
  await clock.advance(1_000);
  const row = { id: '414', notes: 'once', version: 11, updatedAt: 5, updatedBy: 'wes' };
  const seen: (string | undefined)[] = [];
  client.subscribe(({ cars }) => seen.push(cars.get('414')?.notes));
  hub.socket.welcome({ version: 11, seq: 1, changes: [row], outcomes: [applied(1, 11)] });
  expect(client.view).toMatchObject({ version: 11, pending: [] });
  expect(client.view.cars.get('414')?.notes).toBe('once');
  await clock.advance(0);
  expect(hub.socket.pushed).toEqual([]);
  // Rule C2: at no moment was it there twice, or not at all.
  expect(new Set(seen)).toEqual(new Set(['once']));
});

test('E2 an edit the hub has answered without keeping the outcome is sent again, as it was', async () => {
  const { client, hub, clock } = await openLive();
  const [first, second] = await Promise.all([client.edit(note('a')), client.edit(note('b'))]);
  await clock.advance(0);
  hub.socket.drop();
  await clock.advance(1_000);
  hub.socket.welcome({ version: 10, seq: 2, changes: [] });
  expect(hub.socket.pushed).toEqual([first, second]);
});

test('E2 an outcome that comes twice settles once', async () => {
  const { client, hub, clock } = await openLive();
  await client.edit(note('once'));
  await clock.advance(0);
  for (let i = 0; i < 2; i++) hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [applied(1, 11)] });
  expect(client.view).toMatchObject({ version: 11, pending: [], health: { state: 'live' } });
  expect(client.view.cars.get('414')?.notes).toBe('once');
});

test('E2 a seq the hub has given to another edit: a new device id, and all that waits again from seq 1', async () => {
  const { client, hub, clock } = await openLive();
  const edits = await Promise.all([client.edit(note('a')), client.edit(note('b')), client.edit(note('c'))]);
  await clock.advance(0);
  const { device } = hub.socket.hello;
  hub.socket.say({
    type: 'outcomes',
    archived: 0,
    outcomes: [{ seq: 1, at: 5, outcome: 'rejected', code: 'seq-reused' }],
  });
  // The others are still on their way under the old seqs.
  expect(hub.dialled).toHaveLength(1);
  hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [applied(2, 11)] });
  hub.socket.say({
    type: 'outcomes',
    archived: 0,
    outcomes: [{ seq: 3, at: 5, outcome: 'rejected', code: 'seq-reused' }],
  });
  await clock.advance(1_000);
  expect(hub.socket.hello.device).not.toBe(device);
  expect(client.view.attention).toEqual([]);
  hub.socket.welcome({ version: 11, changes: [] });
  expect(hub.socket.pushed).toEqual([
    { ...edits[0], seq: 1 },
    { ...edits[2], seq: 2 },
  ]);
});

test('E3 what the hub may have answered already is asked for by itself: nothing made later gets in before it', async () => {
  const { client, hub, clock } = await openLive();
  hub.socket.drop();
  const edits = await Promise.all([client.edit(note('a')), client.edit(note('b')), client.edit(note('c'))]);
  client.hint('online');
  // Another process of this device has sent an edit as seq 1, which this store has lost.
  hub.socket.welcome({ version: 11, changes: [], seq: 1 });
  expect(hub.socket.pushed).toEqual([edits[0]]);
  const { device } = hub.socket.hello;
  hub.socket.say({
    type: 'outcomes',
    archived: 0,
    outcomes: [{ seq: 1, at: 5, outcome: 'rejected', code: 'seq-reused' }],
  });
  await clock.advance(1_000);
  expect(hub.socket.hello.device).not.toBe(device);
  hub.socket.welcome({ version: 11, changes: [] });
  expect(hub.socket.pushed).toMatchObject([
    { text: 'a', seq: 1 },
    { text: 'b', seq: 2 },
    { text: 'c', seq: 3 },
  ]);
});

test('O2 a store whose list of queues is older than its edits gives out no seq again', async () => {
  const opened = await openLive();
  const { client, hub, clock, store } = opened;
  const { meta } = await store.load();
  await client.edit(note('a'));
  hub.socket.say({
    type: 'outcomes',
    archived: 0,
    outcomes: [{ seq: 1, at: 5, outcome: 'rejected', code: 'unknown-car' }],
  });
  await clock.advance(2_000);
  // A process that had lost the store wrote what it knew.
  await store.commit({ durability: 'strict', meta: meta! });
  const later = await again(opened);
  expect(await later.client.edit(note('b'))).toMatchObject({ seq: 2 });
  expect(later.client.view.attention).toMatchObject([{ edit: { text: 'a' } }]);
});

test('E2 a clone does not take an outcome for another edit as its own', async () => {
  const { client, hub, clock } = await openLive();
  hub.socket.drop();
  const edit = await client.edit(note('mine'));
  await clock.advance(1_000);
  hub.socket.welcome({
    version: 11,
    seq: 1,
    changes: [],
    outcomes: [{ ...applied(1, 11), id: 'the other one' }],
  });
  await clock.advance(1_000);
  hub.socket.welcome({ version: 11, changes: [] });
  expect(hub.socket.pushed).toEqual([edit]);
  expect(client.view.pending).toHaveLength(1);
});

test('E2 a hub that has forgotten the device gets its edits from a new one', async () => {
  const { client, hub, clock } = await openLive();
  await client.edit(note('a'));
  await clock.advance(0);
  hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [applied(1, 11)] });
  const second = await client.edit(note('b'));
  const { device } = hub.socket.hello;
  hub.socket.drop();
  await clock.advance(1_000);
  hub.socket.welcome({ version: 11, seq: 0, changes: [] });
  await clock.advance(1_000);
  expect(hub.socket.hello.device).not.toBe(device);
  hub.socket.welcome({ version: 11, seq: 0, changes: [] });
  expect(hub.socket.pushed).toEqual([{ ...second, seq: 1 }]);
});

test('E2 a gap the hub names is filled after a new hello, or where it asks for what is gone, by a new device', async () => {
  const { client, hub, clock } = await openLive();
  await client.edit(note('a'));
  await clock.advance(0);
  const { device } = hub.socket.hello;
  hub.socket.say({ type: 'notice', notice: 'refused', code: 'seq-gap', seq: 1 });
  await clock.advance(1_000);
  expect([hub.dialled.length, hub.socket.hello.device]).toEqual([2, device]);
  hub.socket.welcome({ version: 10, changes: [] });
  hub.socket.say({ type: 'notice', notice: 'refused', code: 'seq-gap', seq: 7 });
  await clock.advance(1_000);
  expect(hub.socket.hello.device).not.toBe(device);
});

test('E2 a store that was put back to an earlier day goes on after the seqs the hub has answered', async () => {
  const { client, hub, clock } = await openClient();
  hub.socket.welcome({ ...boardOf(carOf('414')), seq: 7 });
  await clock.advance(0);
  await client.edit(note('a'));
  await clock.advance(0);
  expect(hub.socket.pushed.map(({ seq }) => seq)).toEqual([8]);
});

test('an edit the hub cannot read does not block those behind it: it is found, and its person is asked', async () => {
  const { client, hub, clock } = await openLive();
  const edits = await Promise.all([
    client.edit(note('fine')),
    client.edit(note('bad')),
    client.edit(note('after')),
  ]);
  await clock.advance(0);
  // A hub that refuses every frame with that edit in it, and takes all others.
  for (let i = 0; i < 12 && client.view.pending.length > 0; i++) {
    const { socket } = hub;
    const before = socket.pushed.length;
    if (socket.sent.length === 0) socket.welcome({ version: 10, changes: [], seq: 0 });
    await clock.advance(0);
    const frame = socket.sent.filter((message) => message.type === 'push').at(-1);
    if (frame && socket.pushed.length >= before) {
      const isBad = frame.edits.some((edit) => edit.type === 'note' && edit.text === 'bad');
      if (isBad)
        socket.say({ type: 'notice', notice: 'refused', code: 'bad-frame', seq: frame.edits[0]!.seq });
      else {
        const outcomes = frame.edits.map(({ seq }) => ({ seq, at: 5, outcome: 'unchanged' }) as const);
        socket.say({ type: 'outcomes', archived: 0, outcomes });
      }
    }
    await clock.advance(1_500);
  }
  expect(client.view.pending).toEqual([]);
  expect(client.view.attention).toMatchObject([
    { edit: { id: edits[1]!.id }, outcome: { code: 'bad-frame' } },
  ]);
});

test.each([
  { when: 'before it is stored', pause: 4, expected: [10, 1] },
  { when: 'when it is stored', pause: 5, expected: [11, 0] },
])(
  'O2 killed right after the outcome, $when, and opened offline, it still shows what was done',
  async ({ pause, expected }) => {
    const clock = new ManualClock();
    const disk = new Disk(clock, () => 5);
    const opened = await openLive({ clock, store: disk.open() });
    await clock.advance(2_000);
    const saved = opened.client.edit(arrived());
    await clock.advance(5);
    await saved;
    opened.hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [applied(1, 11)] });
    await clock.advance(pause);
    const { client } = await openClient({ clock, store: disk.open(), seed: 3 });
    expect(client.view.cars.get('414')?.arrived).toBe(true);
    expect([client.view.version, client.view.pending.length]).toEqual(expected);
  },
);

test('O2 an outcome is stored together with the board it belongs to, and only then reported as seen', async () => {
  const clock = new ManualClock();
  const disk = new Disk(clock, () => 50);
  const { client, hub } = await openLive({ clock, store: disk.open() });
  await clock.advance(2_000);
  void client.edit(arrived());
  await clock.advance(60);
  hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [applied(1, 11)] });
  await clock.advance(49);
  expect(await disk.load()).toMatchObject({ meta: { version: 10 }, edits: [{ edit: { seq: 1 } }] });
  await clock.advance(1);
  const stored = await disk.load();
  expect(stored).toMatchObject({ meta: { version: 11 }, edits: [{ outcome: { version: 11 } }] });
  expect(stored.cars.find(({ id }) => id === '414')?.arrived).toBe(true);
  expect(hub.socket.seen).toEqual([]);
  await clock.advance(1_000);
  expect(hub.socket.seen).toEqual([{ type: 'seen', version: 11, seq: 1 }]);
});

test('O2 what is reported as seen is what is stored, not what has come since', async () => {
  const clock = new ManualClock();
  const disk = new Disk(clock, () => 1_500);
  const { client, hub } = await openLive({ clock, store: disk.open() });
  for (const text of ['a', 'b']) void client.edit(note(text));
  await clock.advance(3_000);
  expect(hub.socket.pushed).toHaveLength(2);
  hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [applied(1, 11)] });
  await clock.advance(600);
  hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [applied(2, 12)] });
  // The first is stored after 1.5 s and reported a second later; the second is stored after 3 s.
  await clock.advance(1_950);
  expect(hub.socket.seen.at(-1)).toMatchObject({ type: 'seen', version: 11, seq: 1 });
  await clock.advance(2_000);
  expect(hub.socket.seen.at(-1)).toMatchObject({ type: 'seen', version: 12, seq: 2 });
});

test('O2 an applied edit stays in the store until the hub has archived it', async () => {
  const clock = new ManualClock();
  const disk = new Disk(clock);
  const { client, hub } = await openLive({ clock, store: disk.open() });
  const makers = Array.from({ length: 30 }, (_, i) => client.edit(note(String(i))));
  await clock.advance(10);
  await Promise.all(makers);
  const outcomes = makers.map((_, i) => applied(i + 1, 11 + i));
  hub.socket.say({ type: 'outcomes', archived: 10, outcomes });
  await clock.advance(10);
  expect((await disk.load()).edits).toHaveLength(30);
  hub.socket.drop();
  await clock.advance(1_000);
  hub.socket.welcome({ version: 40, archived: 15, seq: 30, changes: [] });
  await clock.advance(1_100);
  expect((await disk.load()).edits).toHaveLength(25);
  hub.socket.drop();
  await clock.advance(1_000);
  hub.socket.welcome({ version: 40, archived: 40, seq: 30, changes: [] });
  await clock.advance(1_100);
  // The last twenty can still be undone.
  expect((await disk.load()).edits).toHaveLength(20);
  expect(client.view.own).toHaveLength(20);
});

test('changes of others are written once a second at most, with the version they belong to', async () => {
  const clock = new ManualClock();
  const disk = new Disk(clock);
  const { hub } = await openLive({ clock, store: disk.open() });
  await clock.advance(2_000);
  for (let version = 11; version <= 20; version++) {
    const change = { id: '415', late: version % 2 === 0 };
    hub.socket.say({ type: 'changes', from: version - 1, to: version, by: 'lea', at: 5, cars: [change] });
    await clock.advance(50);
  }
  expect((await disk.load()).meta?.version).toBe(10);
  await clock.advance(600);
  const { meta, cars } = await disk.load();
  expect([meta?.version, cars.find(({ id }) => id === '415')?.version]).toEqual([20, 20]);
});

test('a store that is cleared while the app runs gets everything again, and nothing is sent meanwhile', async () => {
  const clock = new ManualClock();
  const disk = new Disk(clock, () => 5);
  const { client, hub } = await openLive({ clock, store: disk.open() });
  await clock.advance(2_000);
  hub.socket.drop();
  void client.edit(note('before'));
  await clock.advance(10);
  disk.wipe();
  const after = client.edit(note('after'));
  await clock.advance(20);
  await after;
  const { meta, cars, edits } = await disk.load();
  expect([meta?.version, cars.length, edits.map(({ edit }) => edit.seq)]).toEqual([10, 2, [1, 2]]);
});
