import { expect, test } from 'vitest';
import { boardOf, carOf, responseOf, type ScriptedHub } from '../support/scripted-hub.ts';
import { type Opened, openClient, openLive } from './open-client.ts';

const MINUTE = 60_000;
const note = { type: 'note', car: '414', text: 'a' } as const;

function last(hub: ScriptedHub) {
  return hub.exchanges.at(-1)!;
}

/** A device that saves data and has its board. */
async function openSaving(): Promise<Opened> {
  const opened = await openClient({ saver: true });
  last(opened.hub).answer(responseOf(boardOf(carOf('414'))));
  await opened.clock.advance(0);
  return opened;
}

test('a device that saves data never dials: it asks once a minute, and says when next', async () => {
  const { client, hub, clock } = await openSaving();
  const start = clock.now();
  expect(client.view).toMatchObject({
    health: { state: 'live', by: 'saver', nextAt: start + MINUTE },
    syncedAt: start,
    people: [],
  });
  for (let i = 1; i <= 5; i++) {
    await clock.advance(MINUTE - 1);
    expect(hub.exchanges).toHaveLength(i);
    await clock.advance(1);
    expect(hub.exchanges).toHaveLength(i + 1);
    last(hub).answer(responseOf({ changes: [] }));
    await clock.advance(0);
    expect(client.view.syncedAt).toBe(clock.now());
  }
  expect(hub.dialled).toEqual([]);
});

test('an edit goes out at once, and its answer is the board as of then', async () => {
  const { client, hub, clock } = await openSaving();
  await clock.advance(20_000);
  await client.edit(note);
  await clock.advance(0);
  expect(last(hub).request.edits).toMatchObject([{ seq: 1, text: 'a', author: 'wes' }]);
  const outcomes = [{ seq: 1, at: 5, outcome: 'applied', version: 11 } as const];
  const changes = [{ id: '414', notes: 'a', version: 11, updatedAt: 5, updatedBy: 'wes' }];
  last(hub).answer(responseOf({ version: 11, seq: 1, changes, outcomes }));
  await clock.advance(0);
  expect(client.view).toMatchObject({ pending: [], version: 11, syncedAt: clock.now() });
});

test('an edit made while an exchange is under way goes out with the next, at once', async () => {
  const { client, hub, clock } = await openSaving();
  await clock.advance(MINUTE);
  await client.edit(note);
  await clock.advance(0);
  expect(last(hub).request.edits).toEqual([]);
  last(hub).answer(responseOf({ changes: [] }));
  await clock.advance(0);
  expect(last(hub).request.edits).toMatchObject([{ text: 'a' }]);
});

test.each(['online', 'visible'] as const)('`%s` makes it ask at once', async (hint) => {
  const { client, hub } = await openSaving();
  client.hint(hint);
  expect(hub.exchanges).toHaveLength(2);
});

test('a hub that does not answer is a failure like any other: offline, and tried again with longer waits', async () => {
  const { client, hub, clock } = await openSaving();
  await clock.advance(MINUTE);
  last(hub).answer({ ok: false, code: null });
  await clock.advance(0);
  expect(client.view.health).toMatchObject({ state: 'offline', retryAt: expect.any(Number) });
  await clock.advance(30_000);
  expect([hub.exchanges.length > 2, hub.dialled.length]).toEqual([true, 0]);
});

test('a hidden page that saves data stops asking after five minutes, and asks when it is seen again', async () => {
  const { client, hub, clock } = await openSaving();
  client.hint('hidden');
  for (let i = 0; i < 5; i++) {
    await clock.advance(MINUTE);
    last(hub).answer(responseOf({ changes: [] }));
    await clock.advance(0);
  }
  const { length } = hub.exchanges;
  await clock.advance(30 * MINUTE);
  expect([hub.exchanges.length, client.view.health]).toEqual([length, { state: 'offline', retryAt: null }]);
  client.hint('visible');
  expect([hub.exchanges.length, hub.dialled.length]).toEqual([length + 1, 0]);
});

test('it can be switched on and off at any time: the socket is let go, and dialled again', async () => {
  const { client, hub, clock } = await openLive();
  client.saveData(true);
  expect([hub.socket.isClosed, hub.exchanges.length]).toEqual([true, 1]);
  last(hub).answer(responseOf({ changes: [] }));
  await clock.advance(0);
  expect(client.view.health).toMatchObject({ state: 'live', by: 'saver' });
  client.saveData(false);
  expect(hub.dialled).toHaveLength(2);
  hub.socket.welcome({ version: 10, changes: [] });
  expect(client.view.health).toEqual({ state: 'live', by: 'socket' });
  await clock.advance(4_000);
  expect(hub.exchanges).toHaveLength(1);
});

test('what is on its way when data begins to be saved is sent again, under the same seqs', async () => {
  const { client, hub, clock } = await openLive();
  await client.edit(note);
  await clock.advance(0);
  expect(hub.socket.pushed).toMatchObject([{ seq: 1 }]);
  client.saveData(true);
  last(hub).answer(responseOf({ changes: [] }));
  await clock.advance(0);
  expect(last(hub).request.edits).toMatchObject([{ seq: 1, id: hub.socket.pushed[0]!.id }]);
});

test('E2 what is on its way over HTTP when data begins to be saved is sent again, and none behind it alone', async () => {
  const { client, hub, clock } = await openClient();
  for (let i = 0; i < 3; i++) {
    hub.socket.drop();
    if (i < 2) await clock.advance(3_000);
  }
  last(hub).answer(responseOf(boardOf(carOf('414'))));
  await clock.advance(0);
  await client.edit(note);
  await clock.advance(0);
  expect(last(hub).request.edits).toMatchObject([{ seq: 1 }]);
  await client.edit(note);
  client.saveData(true);
  expect(hub.exchanges).toHaveLength(3);
  expect(last(hub).request.edits).toMatchObject([{ seq: 1 }, { seq: 2 }]);
});

test('a refusal for the session stops it, as over a socket', async () => {
  const { client, hub, clock } = await openSaving();
  await clock.advance(MINUTE);
  last(hub).answer({ ok: false, code: 'unauthenticated' });
  await clock.advance(0);
  expect(client.view.health).toEqual({ state: 'stopped', reason: 'unauthenticated' });
  client.saveData(false);
  expect(hub.dialled).toEqual([]);
});

test('E4 what one person has made is not sent under another’s session: the first exchange only asks who this is', async () => {
  const wes = await openLive({ person: 'wes' });
  wes.hub.socket.drop();
  await wes.client.edit(note);
  const { store, clock } = wes;
  const { client, hub } = await openClient({ store, clock, saver: true, idle: true, seed: 2 });
  const done = client.syncNow();
  const you = { person: 'ann', name: 'Ann', role: 'worker' } as const;
  for (let i = 0; i < 2; i++) {
    last(hub).answer(responseOf({ you, changes: [] }));
    await clock.advance(0);
  }
  expect(await done).toBe(true);
  expect(hub.exchanges.map(({ request }) => request.edits)).toEqual([[], []]);
  expect(client.view).toMatchObject({ pending: [], waiting: [{ author: 'wes', edits: [{ text: 'a' }] }] });
});

test('a client that is opened idle does nothing before it is asked', async () => {
  const { client, hub, clock } = await openClient({ saver: true, idle: true });
  await clock.advance(10 * MINUTE);
  expect([hub.exchanges, hub.dialled]).toEqual([[], []]);
  const done = client.syncNow();
  last(hub).answer(responseOf(boardOf(carOf('414'))));
  expect(await done).toBe(true);
});
