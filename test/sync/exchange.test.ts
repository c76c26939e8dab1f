import { expect, test } from 'vitest';
import { httpExchange } from '../../app/sync/http-exchange.ts';
import { SYNC_BODY_BYTES_MAX } from '../../worker/protocol/limits.ts';
import { boardOf, carOf, responseOf, type ScriptedHub } from '../support/scripted-hub.ts';
import { type Opened, openClient, openLive } from './open-client.ts';

const note = (text: string, car = '414') => ({ type: 'note', car, text }) as const;

/** Where sockets never open, until the first exchange is on its way. */
async function openBlocked(given: Parameters<typeof openClient>[0] = {}): Promise<Opened> {
  const opened = await openClient(given);
  for (let i = 0; i < 3; i++) {
    opened.hub.socket.drop();
    if (i < 2) await opened.clock.advance(3_000);
  }
  return opened;
}

/** The exchange that waits for its answer. */
function last(hub: ScriptedHub) {
  return hub.exchanges.at(-1)!;
}

test('where no socket opens three times the device exchanges over HTTP, every five seconds', async () => {
  const { client, hub, clock } = await openBlocked();
  expect(last(hub).request).toMatchObject({ epoch: null, version: 0, edits: [] });
  last(hub).answer(responseOf(boardOf(carOf('414'))));
  await clock.advance(0);
  expect(client.view).toMatchObject({
    ready: true,
    version: 10,
    health: { state: 'live' },
    you: { person: 'wes' },
  });
  await clock.advance(5_000);
  expect(hub.exchanges).toHaveLength(2);
  expect(last(hub).request).toMatchObject({ epoch: 'epoch-1', version: 10 });
  const changes = [{ id: '414', late: true, version: 11, updatedAt: 5, updatedBy: 'lea' }];
  last(hub).answer(responseOf({ version: 11, changes }));
  await clock.advance(0);
  expect(client.view.cars.get('414')).toMatchObject({ late: true, version: 11 });
});

test('edits go out with an exchange at once, with their author, once the hub has said who this is', async () => {
  const { client, hub, clock } = await openBlocked();
  await client.edit(note('a'));
  expect(hub.exchanges).toHaveLength(1);
  last(hub).answer(responseOf(boardOf(carOf('414'))));
  await clock.advance(0);
  expect(hub.exchanges).toHaveLength(2);
  expect(last(hub).request.edits).toMatchObject([{ seq: 1, text: 'a', author: 'wes' }]);
  const stamps = { version: 11, updatedAt: 5, updatedBy: 'wes' };
  last(hub).answer(
    responseOf({
      version: 11,
      seq: 1,
      changes: [{ id: '414', notes: 'a', ...stamps }],
      outcomes: [{ seq: 1, at: 5, outcome: 'applied', version: 11 }],
    }),
  );
  await clock.advance(0);
  expect(client.view).toMatchObject({ pending: [], version: 11 });
  expect(client.view.cars.get('414')?.notes).toBe('a');
  await clock.advance(5_000);
  expect(last(hub).request).toMatchObject({ seen: 1, edits: [] });
});

test('E2 an exchange without an answer is made again with the same edits', async () => {
  const { client, hub, clock } = await openBlocked();
  last(hub).answer(responseOf(boardOf(carOf('414'))));
  await client.edit(note('a'));
  await clock.advance(0);
  const { edits } = last(hub).request;
  last(hub).answer({ ok: false, code: null });
  await clock.advance(0);
  expect(client.view).toMatchObject({ health: { state: 'offline' }, pending: [{ sent: false }] });
  await clock.advance(2_000);
  hub.socket.drop();
  last(hub).answer(responseOf({ changes: [] }));
  await clock.advance(0);
  expect(last(hub).request.edits).toEqual(edits);
});

test('a refusal for the session stops the client, as a final close code would', async () => {
  const { client, hub, clock } = await openBlocked();
  last(hub).answer({ ok: false, code: 'unauthenticated' });
  await clock.advance(0);
  expect(client.view.health).toEqual({ state: 'stopped', reason: 'unauthenticated' });
});

test('a socket that opens again is used again', async () => {
  const { client, hub, clock } = await openBlocked();
  for (let s = 0; s < 120; s += 5) {
    last(hub).answer(responseOf(s === 0 ? boardOf(carOf('414')) : { changes: [] }));
    await clock.advance(5_000);
  }
  expect([hub.dialled.length, client.view.health.state]).toEqual([4, 'live']);
  hub.socket.welcome({ changes: [] });
  const { length } = hub.exchanges;
  await clock.advance(4_000);
  expect([hub.exchanges.length, client.view.health.state]).toEqual([length, 'live']);
});

test('syncNow exchanges at once', async () => {
  const { client, hub, clock } = await openBlocked();
  last(hub).answer(responseOf(boardOf(carOf('414'))));
  await clock.advance(1_000);
  const done = client.syncNow();
  expect(hub.exchanges).toHaveLength(2);
  last(hub).answer(responseOf({ changes: [] }));
  expect(await done).toBe(true);
});

const ROSTER = Array.from({ length: 1_000 }, (_, i) => ({
  car: `C${i}`,
  fields: { location: 'Yard', notes: 'x'.repeat(60) },
}));
const roster = { type: 'import', mode: 'merge', rows: ROSTER } as const;

test('an edit too large for a frame goes over HTTP, after those before it and before those behind it', async () => {
  const { client, hub, clock } = await openLive();
  await Promise.all([client.edit(note('before')), client.edit(roster), client.edit(note('behind'))]);
  await clock.advance(0);
  expect(hub.socket.pushed.map(({ seq }) => seq)).toEqual([1]);
  expect(hub.exchanges).toEqual([]);
  hub.socket.say({
    type: 'outcomes',
    archived: 0,
    outcomes: [{ seq: 1, at: 5, outcome: 'applied', version: 11 }],
  });
  expect(last(hub).request).toMatchObject({ version: 11 });
  expect(last(hub).request.edits.map(({ seq }) => seq)).toEqual([2, 3]);
  const changes = ROSTER.map(({ car, fields }) => ({ ...carOf(car), ...fields, version: 12 }));
  const outcomes = [2, 3].map((seq) => ({ seq, at: 5, outcome: 'applied', version: 10 + seq }) as const);
  last(hub).answer(responseOf({ version: 13, seq: 3, changes, outcomes }));
  await clock.advance(0);
  expect(client.view).toMatchObject({ version: 13, pending: [], health: { state: 'live' } });
  expect(client.view.cars.size).toBe(1_002);
});

test('the socket may tell of a large edit first: its outcome settles it, and nothing is taken twice', async () => {
  const { client, hub, clock } = await openLive();
  await client.edit(roster);
  await clock.advance(0);
  const rows = ROSTER.map(({ car, fields }) => ({ ...carOf(car), ...fields, version: 11 }));
  hub.socket.say({ type: 'changes', from: 10, to: 11, by: 'wes', at: 5, cars: rows });
  hub.socket.say({ type: 'changes', from: 11, to: 12, by: 'lea', at: 6, cars: [{ id: 'C1', late: true }] });
  const outcomes = [{ seq: 1, at: 5, outcome: 'applied', version: 11 }] as const;
  last(hub).answer(responseOf({ version: 11, seq: 1, changes: rows, outcomes: [...outcomes] }));
  await clock.advance(0);
  expect(client.view).toMatchObject({ version: 12, pending: [], health: { state: 'live' } });
  expect(client.view.cars.get('C1')).toMatchObject({ late: true, version: 12 });
});

test('O2 an item that a socket tells of meanwhile is not taken back by the answer to an exchange', async () => {
  const { client, hub, clock, store } = await openLive();
  const { id, seq } = await client.edit(note('a', '404'));
  await clock.advance(0);
  const outcome = { seq, at: 5, outcome: 'rejected', code: 'unknown-car' } as const;
  hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [outcome] });
  await client.edit(roster);
  await clock.advance(0);
  const [item] = client.view.attention;
  hub.socket.say({
    type: 'attention',
    items: [{ author: 'wes', edit: item!.edit, outcome }],
    closed: [],
  });
  last(hub).answer(responseOf({ version: 10, seq: 1, changes: [] }));
  await clock.advance(0);
  expect(client.view.attention.map(({ edit }) => edit.id)).toEqual([id]);
  const { edits } = await store.load();
  expect(edits.find(({ edit }) => edit.id === id)?.settled).toBeUndefined();
});

test('an answer that starts from another version than this device is at by now is not built on', async () => {
  const { client, hub, clock } = await openLive();
  await client.edit(roster);
  await clock.advance(0);
  hub.socket.say({ type: 'changes', from: 10, to: 11, by: 'lea', at: 6, cars: [{ id: '415', late: true }] });
  last(hub).answer(responseOf({ version: 12, seq: 1, changes: [] }));
  await clock.advance(0);
  expect([client.view.version, hub.socket.isClosed]).toEqual([11, true]);
});

test('an answer from before an item was opened does not say that it has been settled', async () => {
  const { client, hub, clock } = await openLive();
  const { id, seq } = await client.edit(note('refused'));
  await clock.advance(0);
  const rejected = { seq, at: 5, outcome: 'rejected', code: 'notes-full' } as const;
  hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [rejected] });
  await client.edit(roster);
  await clock.advance(0);
  const { edit, outcome } = client.view.attention[0]!;
  hub.socket.say({ type: 'attention', items: [{ author: 'wes', edit, outcome }], closed: [] });
  last(hub).answer(responseOf({ seq: 2, changes: [], outcomes: [{ seq: 2, at: 6, outcome: 'unchanged' }] }));
  await clock.advance(0);
  expect(client.view.attention.map((item) => item.edit.id)).toEqual([id]);
});

test('an edit too large for any way to the hub is refused when it is made', async () => {
  const { client } = await openLive();
  const rows = Array.from({ length: 600 }, (_, i) => ({
    car: `C${i}`,
    fields: { notes: 'x'.repeat(2_000) },
  }));
  expect(JSON.stringify(rows).length).toBeGreaterThan(SYNC_BODY_BYTES_MAX);
  await expect(client.edit({ type: 'import', mode: 'merge', rows })).rejects.toMatchObject({
    kind: 'too-large',
  });
  expect(client.view.pending).toEqual([]);
});

test('only a problem document of the hub’s says why an exchange was refused', async () => {
  const answer = (ok: boolean, json: unknown) =>
    httpExchange(async () => ({ ok, json: async () => json }))('{}');
  expect(await answer(true, { epoch: 'e' })).toEqual({ ok: true, body: { epoch: 'e' } });
  expect(await answer(false, { code: 'unauthenticated' })).toEqual({ ok: false, code: 'unauthenticated' });
  for (const body of ['<html>', null, { code: 'toString' }, { code: 7 }, {}]) {
    expect(await answer(false, body)).toEqual({ ok: false, code: null });
  }
  const silent = httpExchange(() => Promise.reject(new TypeError('fetch failed')));
  expect(await silent('{}')).toEqual({ ok: false, code: null });
});
