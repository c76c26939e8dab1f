import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../app/sync/memory-store.ts';
import { ENVELOPE_BYTES } from '../../app/sync/sender.ts';
import { type EditRecord, FORMAT, type Queue, type Store, StoreError } from '../../app/sync/store.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import { APP_VERSION_CHARS_MAX, HOLDINGS_MAX, SYNC_BODY_BYTES_MAX } from '../../worker/protocol/limits.ts';
import type { SyncRequest } from '../../worker/protocol/messages.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { Disk } from '../support/disk-store.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { responseOf, YOU } from '../support/scripted-hub.ts';
import { again, type Opened, openClient, openLive } from './open-client.ts';

const note = (text: string, car = '414') => ({ type: 'note', car, text }) as const;
const applied = (seq: number, version: number): Outcome => ({ seq, at: 5, outcome: 'applied', version });
const held = (person: string, edits: number) => ({ person, edits });

/** What Ann left on the device before Wes took it over. */
async function shared() {
  const ann = await openClient({ person: 'ann' });
  for (const text of ['a', 'b']) await ann.client.edit(note(text));
  return again(ann, { person: 'wes' });
}

/** Until all that was new at the beginning has been reported; the hub answers its pings. */
async function rest({ hub, clock }: Pick<Opened, 'hub' | 'clock'>, ms = 20_000): Promise<void> {
  for (let passed = 0; passed < ms; passed += 2_000) {
    await clock.advance(2_000);
    hub.socket.pong();
  }
}

/** As long as an id may be. */
const personOf = (i: number) => `person-${i}`.padEnd(32, '-');

/** The store of a device on which so many people have left edits: the first one, the second two, and so on. */
async function crowded(people: number): Promise<Store> {
  const store = new MemoryStore();
  const queues = Array.from({ length: people }, (_, i): Queue => {
    return { number: i + 1, device: `device-${i}`, person: personOf(i), epoch: null, lastSeq: i + 1 };
  });
  const records = queues.flatMap(({ number }) =>
    Array.from({ length: number }, (_, i): EditRecord => {
      const edit = { ...note('x'), id: `edit-${number}-${i}`, seq: i + 1, base: 0, at: 0 };
      return { queue: number, author: personOf(number - 1), edit };
    }),
  );
  await store.commit({
    durability: 'strict',
    meta: {
      format: FORMAT,
      epoch: null,
      version: 0,
      archived: 0,
      queues,
      lastQueue: people,
      you: null,
      site: null,
      names: {},
      hubTimeOffsetMs: 0,
      syncedAt: null,
    },
    edits: { remove: [], put: [], add: records },
  });
  return store;
}

describe('hello', () => {
  test('says which app this is and, where there are any, which edits are held', async () => {
    const opened = await openLive({ app: '1.2.3' });
    expect(opened.hub.socket.hello).toMatchObject({ app: '1.2.3' });
    expect(opened.hub.socket.hello).not.toHaveProperty('holds');
    opened.hub.socket.drop();
    await opened.client.edit(note('a'));
    const next = await again(opened, { person: 'wes' });
    expect(next.hub.socket.hello.holds).toEqual([held('wes', 1)]);
    expect(next.hub.socket.hello).not.toHaveProperty('app');
  });

  test('E4 says of each person how many wait for them, one’s own first', async () => {
    const { client, hub } = await shared();
    await client.edit(note('c'));
    expect(hub.socket.hello.holds).toEqual([held('wes', 1), held('ann', 2)]);
  });

  test('B1 says no more than the hub takes: those with the most edits', async () => {
    const count = HOLDINGS_MAX + 5;
    const store = await crowded(count);
    const { hub } = await openClient({ store, person: personOf(0) });
    const { holds = [] } = hub.socket.hello;
    expect(holds).toHaveLength(HOLDINGS_MAX);
    expect(holds.slice(0, 2)).toEqual([held(personOf(0), 1), held(personOf(count - 1), count)]);
  });
});

describe('seen', () => {
  test('says within a second what is held, and that it is held no more', async () => {
    const { client, hub, clock } = await openLive();
    await rest({ hub, clock });
    const before = hub.socket.seen.length;
    await client.edit(note('a'));
    await clock.advance(999);
    expect(hub.socket.seen).toHaveLength(before);
    await clock.advance(1);
    expect(hub.socket.seen.at(-1)).toEqual({ type: 'seen', version: 10, seq: 0, holds: [held('wes', 1)] });
    hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [applied(1, 11)] });
    await clock.advance(1_000);
    expect(hub.socket.seen.at(-1)).toEqual({ type: 'seen', version: 11, seq: 1, holds: [] });
  });

  test('says nothing of an edit that was answered by then', async () => {
    const { client, hub, clock } = await openLive();
    await rest({ hub, clock });
    const before = hub.socket.seen.length;
    for (let seq = 1; seq <= 5; seq++) {
      await client.edit(note('a'));
      await clock.advance(100);
      hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [{ seq, at: 5, outcome: 'unchanged' }] });
      await clock.advance(500);
    }
    await clock.advance(2_000);
    const said = hub.socket.seen.slice(before);
    expect(said.length).toBeGreaterThan(0);
    for (const frame of said) expect(frame).not.toHaveProperty('holds');
  });

  test('says what was made between hello and welcome, too', async () => {
    const { client, hub, clock } = await openLive();
    await rest({ hub, clock });
    hub.socket.drop();
    await clock.advance(3_000);
    expect(hub.socket.hello).not.toHaveProperty('holds');
    await client.edit(note('a'));
    hub.socket.welcome({ changes: [] });
    await clock.advance(1_000);
    expect(hub.socket.seen).toMatchObject([{ holds: [held('wes', 1)] }]);
  });

  test('C3 says that what the welcome brought is stored', async () => {
    const opened = await openLive();
    await rest(opened);
    opened.hub.socket.drop();
    await opened.clock.advance(3_000);
    const { socket } = opened.hub;
    expect(socket.hello.version).toBe(10);
    const changes = [{ id: '414', late: true, version: 12, updatedAt: 5, updatedBy: 'lea' }];
    socket.welcome({ version: 12, changes });
    await rest(opened, 12_000);
    expect(socket.seen).toEqual([{ type: 'seen', version: 12, seq: 0 }]);
  });

  test('says nothing while there is no connection', async () => {
    const { client, hub, clock } = await openLive();
    await rest({ hub, clock });
    const { socket } = hub;
    const before = socket.sent.length;
    socket.drop();
    await client.edit(note('a'));
    await clock.advance(2_000);
    expect(socket.sent).toHaveLength(before);
  });
});

describe('the roll-call', () => {
  test('is answered at once, with all there is, though it has been said', async () => {
    const { hub, clock } = await openLive();
    await rest({ hub, clock });
    const before = hub.socket.seen.length;
    hub.socket.say({ type: 'notice', notice: 'roll-call' });
    await clock.advance(0);
    expect(hub.socket.seen.slice(before)).toEqual([{ type: 'seen', version: 10, seq: 0, holds: [] }]);
  });

  test('O1 what is said to be stored is stored first', async () => {
    const clock = new ManualClock();
    const disk = new Disk(clock, () => 40);
    const { client, hub } = await openLive({ clock, store: disk.open() });
    await rest({ hub, clock });
    const before = hub.socket.seen.length;
    hub.socket.say({
      type: 'changes',
      from: 10,
      to: 11,
      by: 'lea',
      at: 5,
      cars: [{ id: '414', late: true }],
    });
    void client.edit(note('a'));
    hub.socket.say({ type: 'notice', notice: 'roll-call' });
    await clock.advance(39);
    expect(hub.socket.seen).toHaveLength(before);
    await clock.advance(1);
    expect(hub.socket.seen.slice(before)).toEqual([
      { type: 'seen', version: 11, seq: 0, holds: [held('wes', 1)] },
    ]);
    expect(await disk.load()).toMatchObject({ meta: { version: 11 } });
  });

  test('O1 a store that refuses is told as what it has', async () => {
    const clock = new ManualClock();
    const disk = new Disk(clock);
    const { hub } = await openLive({ clock, store: disk.open() });
    await rest({ hub, clock });
    disk.failure = new StoreError('quota');
    hub.socket.say({
      type: 'changes',
      from: 10,
      to: 11,
      by: 'lea',
      at: 5,
      cars: [{ id: '414', late: true }],
    });
    hub.socket.say({ type: 'notice', notice: 'roll-call' });
    await clock.advance(1);
    expect(hub.socket.seen.at(-1)).toEqual({ type: 'seen', version: 10, seq: 0, holds: [] });
  });
});

describe('an exchange', () => {
  /** Where sockets never open, until the first exchange is on its way. */
  async function openBlocked(given: Parameters<typeof openClient>[0]): Promise<Opened> {
    const opened = await openClient(given);
    for (let i = 0; i < 3; i++) {
      opened.hub.socket.drop();
      await opened.clock.advance(i < 2 ? 3_000 : 0);
    }
    return opened;
  }

  const bodies = (exchanges: { request: SyncRequest }[]) =>
    exchanges.map(({ request: { app, holds } }) => ({ app, holds }));

  test('says the same, and that nothing is held', async () => {
    const { hub, clock, client } = await openBlocked({ app: '1.2.3', person: 'wes' });
    hub.exchanges[0]!.answer(responseOf({ you: YOU }));
    await clock.advance(0);
    void client.edit(note('a'));
    await clock.advance(5_000);
    expect(bodies(hub.exchanges).slice(0, 2)).toEqual([
      { app: '1.2.3', holds: [] },
      { app: '1.2.3', holds: [held('wes', 1)] },
    ]);
  });

  test('B1 has room for it beside the largest edit there is, however many people have left some', async () => {
    const store = await crowded(HOLDINGS_MAX);
    const person = personOf(0);
    const { hub, clock, client } = await openBlocked({
      app: 'x'.repeat(APP_VERSION_CHARS_MAX),
      person,
      store,
    });
    hub.exchanges[0]!.answer(responseOf({ you: { ...YOU, person } }));
    await clock.advance(0);
    // The one that was there goes first.
    const outcomes: Outcome[] = [{ seq: 1, at: 5, outcome: 'unchanged' }];
    hub.exchanges[1]!.answer(responseOf({ you: { ...YOU, person }, seq: 1, outcomes, changes: [] }));
    await clock.advance(0);
    const roster = (notes: string): Intent => ({
      type: 'import',
      mode: 'merge',
      rows: [{ car: '414', fields: { notes } }],
    });
    const room = SYNC_BODY_BYTES_MAX - 2 * ENVELOPE_BYTES - JSON.stringify(roster('')).length;
    await client.edit(roster('x'.repeat(room)));
    await expect(client.edit(roster('x'.repeat(room + 1)))).rejects.toMatchObject({ kind: 'too-large' });
    await clock.advance(5_000);
    const { request } = hub.exchanges[2]!;
    expect(request.holds).toHaveLength(HOLDINGS_MAX);
    expect(request.edits).toHaveLength(1);
    const bytes = new TextEncoder().encode(JSON.stringify(request)).length;
    expect(bytes).toBeLessThanOrEqual(SYNC_BODY_BYTES_MAX);
  });
});
