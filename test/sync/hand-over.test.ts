import { expect, test } from 'vitest';
import { UNSEEN_MAX } from '../../app/sync/sender.ts';
import { ATTENTION_PER_PERSON_MAX, OUTCOMES_UNSEEN_MAX } from '../../worker/protocol/limits.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { parseSync } from '../../worker/protocol/parse-up.ts';
import { responseOf } from '../support/scripted-hub.ts';
import { again, type Opened, openLive } from './open-client.ts';
import { World } from './world.ts';

const note = (text: string) => ({ type: 'note', car: '414', text }) as const;
const ANN = { person: 'ann', name: 'Ann', role: 'worker' } as const;

/** Wes has left two edits on a device, and belongs to the site no more; Ann is live on it. */
async function afterWes(): Promise<Opened & { device: string }> {
  const wes = await openLive({ person: 'wes' });
  const { device } = wes.hub.socket.hello;
  wes.hub.socket.drop();
  await wes.client.edit(note('one'));
  await wes.client.edit(note('two'));
  const ann = await again(wes, { person: 'ann' });
  ann.hub.socket.welcome({ version: 10, changes: [], you: ANN });
  await ann.clock.advance(0);
  return { ...ann, device };
}

async function removed({ hub, clock }: Opened): Promise<void> {
  hub.socket.say({ type: 'notice', notice: 'removed', people: ['wes'] });
  await clock.advance(0);
}

/** Time passes on a connection that answers. */
async function aliveFor({ hub, clock }: Opened, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    hub.socket.pong();
    await clock.advance(500);
  }
}

const refusal = (seq: number): Outcome => ({
  seq,
  at: 5,
  outcome: 'rejected',
  code: 'forbidden',
  detail: 'author',
});
const answer = (...outcomes: Outcome[]) =>
  responseOf({ version: 10, changes: [], you: ANN, seq: 2, outcomes });

test('E4 what somebody who has left has not sent goes to the hub with its author, and never under another’s name', async () => {
  const opened = await afterWes();
  const { client, hub, clock, device, store } = opened;
  await client.edit(note('by Ann'));
  await clock.advance(0);
  expect(hub.exchanges).toEqual([]);
  await removed(opened);
  const [{ request, answer: reply }] = hub.exchanges as [(typeof hub.exchanges)[number]];
  expect(parseSync(request)).toMatchObject({ ok: true });
  expect(request).toMatchObject({
    device,
    edits: [
      { seq: 1, text: 'one', author: 'wes' },
      { seq: 2, text: 'two', author: 'wes' },
    ],
  });
  // Until the hub has answered, they are here.
  expect(client.view.waiting).toMatchObject([{ author: 'wes', edits: [{ text: 'one' }, { text: 'two' }] }]);
  reply(answer(refusal(1), refusal(2)));
  await clock.advance(0);
  expect(client.view.waiting).toBeUndefined();
  expect(client.view.attention).toEqual([]);
  expect(hub.socket.pushed).toMatchObject([{ text: 'by Ann' }]);
  expect(hub.socket.pushed.every(({ author }) => author === undefined)).toBe(true);
  // The hub lists so many items and of each so much: here they are until it says that they are settled.
  const stored = (await store.load()).edits.filter(({ author }) => author === 'wes');
  expect(stored).toMatchObject([{ outcome: refusal(1) }, { outcome: refusal(2) }]);
  const { view } = (await again(opened, { person: 'wes' })).client;
  expect(view).toMatchObject({
    pending: [],
    attention: [{ edit: { text: 'one' } }, { edit: { text: 'two' } }],
  });
});

test('E4 where no socket gets through an exchange says who has left, and their edits are handed over all the same', async () => {
  const wes = await openLive({ person: 'wes' });
  wes.hub.socket.drop();
  await wes.client.edit(note('one'));
  const { client, hub, clock } = await again(wes, { person: 'ann', saver: true });
  const board = { version: 10, changes: [], you: ANN };
  hub.exchanges[0]!.answer(responseOf(board));
  expect(hub.exchanges[0]!.request.holds).toEqual([{ person: 'wes', edits: 1 }]);
  await clock.advance(60_000);
  expect(hub.exchanges.map(({ request }) => request.edits)).toEqual([[], []]);
  hub.exchanges[1]!.answer(responseOf({ ...board, removed: ['wes'] }));
  await clock.advance(0);
  const handed = hub.exchanges[2]!;
  expect(handed.request.edits).toMatchObject([{ seq: 1, text: 'one', author: 'wes' }]);
  handed.answer(responseOf({ ...board, seq: 1, outcomes: [refusal(1)] }));
  await clock.advance(0);
  expect(client.view.waiting).toBeUndefined();
});

test('O2 what was handed over and the hub lists is asked about on this device too, whichever comes first', async () => {
  const opened = await afterWes();
  const { client, hub, clock } = opened;
  await removed(opened);
  const [{ request, answer: reply }] = hub.exchanges as [(typeof hub.exchanges)[number]];
  const items = request.edits.map((edit) => ({
    author: 'wes',
    edit,
    outcome: { seq: edit.seq, at: 5, outcome: 'rejected', code: 'forbidden' } as const,
  }));
  hub.socket.say({ type: 'attention', items, closed: [] });
  await clock.advance(0);
  expect(client.view.attention).toEqual([]);
  reply(answer(refusal(1), refusal(2)));
  await clock.advance(0);
  expect(client.view.attention.map(({ edit }) => edit.id)).toEqual(request.edits.map(({ id }) => id));
});

test('E2 an edit the hub had taken before the person left is answered as it was, and not handed over', async () => {
  const opened = await afterWes();
  await removed(opened);
  opened.hub.exchanges[0]!.answer(answer({ seq: 1, at: 5, outcome: 'applied', version: 9 }, refusal(2)));
  await opened.clock.advance(0);
  expect(opened.client.view.waiting).toBeUndefined();
  // Kept until it is archived (rule O2).
  const { edits } = await opened.store.load();
  expect(edits).toMatchObject([{ author: 'wes', outcome: { version: 9 } }, { outcome: refusal(2) }]);
});

test('E2 a crash before the answer is stored loses nothing: the same edits are asked about again, as the same device', async () => {
  const opened = await afterWes();
  await removed(opened);
  const first = opened.hub.exchanges[0]!.request;
  const next = await again(opened, { person: 'ann' });
  next.hub.socket.welcome({ version: 10, changes: [], you: ANN });
  await next.clock.advance(0);
  expect(next.hub.exchanges).toEqual([]);
  await removed(next);
  const { request } = next.hub.exchanges[0]!;
  expect([request.device, request.edits]).toEqual([first.device, first.edits]);
});

test('a crash after it has left nothing to be handed over', async () => {
  const opened = await afterWes();
  await removed(opened);
  opened.hub.exchanges[0]!.answer(answer(refusal(1), refusal(2)));
  await opened.clock.advance(0);
  const next = await again(opened, { person: 'ann' });
  expect(next.hub.socket.hello.holds).toBeUndefined();
  next.hub.socket.welcome({ version: 10, changes: [], you: ANN });
  await removed(next);
  expect(next.hub.exchanges).toEqual([]);
});

test('where the exchange brings nothing it is tried again, and a broken connection ends that', async () => {
  const opened = await afterWes();
  const { hub, clock } = opened;
  await removed(opened);
  hub.exchanges[0]!.answer({ ok: false, code: null });
  await aliveFor(opened, 9_000);
  expect(hub.exchanges).toHaveLength(1);
  await aliveFor(opened, 1_000);
  expect(hub.exchanges).toHaveLength(2);
  hub.exchanges[1]!.answer({ ok: false, code: 'unavailable' });
  await clock.advance(0);
  await opened.client.stop();
  await clock.advance(60_000);
  expect(hub.exchanges).toHaveLength(2);
});

test('an edit the hub cannot read is found one by one, kept for its author’s lead, and does not hold up the rest', async () => {
  const opened = await afterWes();
  const { hub, clock, client } = opened;
  await removed(opened);
  hub.exchanges[0]!.answer({ ok: false, code: 'invalid' });
  await clock.advance(0);
  expect(hub.exchanges[1]!.request.edits).toMatchObject([{ seq: 1, text: 'one' }]);
  hub.exchanges[1]!.answer({ ok: false, code: 'invalid' });
  await aliveFor(opened, 10_000);
  const { device, edits } = hub.exchanges[2]!.request;
  expect(edits).toMatchObject([{ seq: 1, text: 'two' }]);
  // The hub has not counted the first: what follows needs other seqs, so another device.
  expect(device).not.toBe(opened.device);
  hub.exchanges[2]!.answer(answer(refusal(1)));
  await clock.advance(0);
  expect(client.view.waiting).toBeUndefined();
  hub.socket.drop();
  const before = hub.dialled.length;
  while (hub.dialled.length === before) await clock.advance(500);
  hub.socket.welcome({ version: 10, changes: [], you: ANN });
  expect(hub.socket.reported[0]).toMatchObject({ author: 'wes', edit: { text: 'one' }, code: 'invalid' });
});

test('a person who comes back meanwhile finds the edits under their own name', async () => {
  const opened = await afterWes();
  await removed(opened);
  const { client, hub, clock } = opened;
  hub.socket.drop();
  const before = hub.dialled.length;
  while (hub.dialled.length === before) await clock.advance(500);
  hub.socket.welcome({ version: 10, changes: [] });
  expect(client.view.pending.map(({ edit }) => edit)).toMatchObject([{ text: 'one' }, { text: 'two' }]);
  hub.exchanges[0]!.answer(answer(refusal(1), refusal(2)));
  await clock.advance(0);
  expect(client.view.pending).toHaveLength(2);
});

test('H2 more edits than the hub keeps answers for are handed over all: each exchange says what is stored of the last', async () => {
  const world = new World(3, { people: { lea: 'lead', wes: 'worker', ann: 'worker' } });
  const tablet = world.device('wes');
  const left = OUTCOMES_UNSEEN_MAX + UNSEEN_MAX;
  const wes = await tablet.start();
  await world.clock.advance(1_000);
  tablet.setNetwork('down');
  for (let i = 1; i <= left; i++) void wes.edit({ ...note('n'), text: `${i}` });
  await world.clock.advance(1_000);
  tablet.kill();
  tablet.person = 'ann';
  tablet.setNetwork('up');
  const ann = await tablet.start();
  await world.clock.advance(1_000);
  expect(ann.view.waiting?.[0]?.edits).toHaveLength(left);
  world.atHub((hub) => hub.answerMembers(['lea', 'ann']));
  await world.clock.advance(5_000);
  expect(ann.view.waiting).toBeUndefined();
  // Of the oldest the hub has let go: they are on the tablet.
  expect(world.hub.state.attention.size).toBe(ATTENTION_PER_PERSON_MAX);
  ann.stop();
  tablet.person = 'wes';
  expect((await tablet.start()).view.attention).toHaveLength(left);
});
