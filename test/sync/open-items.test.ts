import { expect, test } from 'vitest';
import type { AttentionItem } from '../../worker/protocol/attention.ts';
import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import { ATTENTION_ITEMS_PER_FRAME_MAX } from '../../worker/protocol/limits.ts';
import type { Welcome } from '../../worker/protocol/messages.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import type { Principal } from '../../worker/protocol/site.ts';
import { boardOf, carOf, responseOf, YOU } from '../support/scripted-hub.ts';
import { again, type Opened, openClient, openLive } from './open-client.ts';

const LEAD: Principal = { ...YOU, role: 'lead' };
const late: Intent = { type: 'set', car: '414', fields: { late: true } };
const welcome = { version: 10, changes: [] };

/** An item of somebody else, refused at a moment. */
function itemOf(id: string, at = 5, author = 'ann', parts: Partial<AttentionItem> = {}): AttentionItem {
  const edit: Edit = { ...late, id: `${id}-12345678`, seq: 1, base: 3, at: 4 };
  return { author, edit, outcome: { seq: 1, at, outcome: 'rejected', code: 'forbidden' }, ...parts };
}

function idOf(id: string): string {
  return itemOf(id).edit.id;
}

/** The device makes an edit, and the hub refuses it. */
async function refused({ client, hub, clock }: Opened, intent: Intent = late): Promise<string> {
  const { id, seq } = await client.edit(intent);
  await clock.advance(0);
  const outcomes = [{ seq, at: 5, outcome: 'rejected', code: 'forbidden' } as const];
  hub.socket.say({ type: 'outcomes', archived: 0, outcomes });
  return id;
}

/** What the hub answers with an outcome it keeps a person for. */
function listed({ client, hub }: Opened, id: string): void {
  const { edit, outcome } = client.view.attention.find((item) => item.edit.id === id)!;
  hub.socket.say({ type: 'attention', items: [{ author: YOU.person, edit, outcome }], closed: [] });
}

/** The connection breaks, and the next one is welcomed. */
async function redial({ hub, clock }: Opened, parts: Partial<Welcome> = {}): Promise<void> {
  const before = hub.dialled.length;
  hub.socket.drop();
  while (hub.dialled.length === before) await clock.advance(500);
  hub.socket.welcome({ ...(!parts.snapshot && welcome), ...parts });
}

const openIds = ({ client }: Opened) => client.view.attention.map(({ edit }) => edit.id);

test('what the hub has listed and lists no more was settled elsewhere: it is gone here too', async () => {
  const opened = await openLive();
  const id = await refused(opened);
  listed(opened, id);
  await opened.clock.advance(0);
  expect((await opened.store.load()).edits).toMatchObject([{ reported: true }]);
  expect(openIds(opened)).toEqual([id]);
  await redial(opened, { attention: { ids: [id] } });
  expect(openIds(opened)).toEqual([id]);
  await redial(opened);
  expect(openIds(opened)).toEqual([]);
  await opened.clock.advance(1_000);
  expect((await opened.store.load()).edits).toEqual([]);
});

test('the word that an item is closed settles it here', async () => {
  const opened = await openLive();
  const id = await refused(opened);
  listed(opened, id);
  opened.hub.socket.say({ type: 'attention', items: [], closed: [id] });
  expect(openIds(opened)).toEqual([]);
});

test('nothing expires unseen: absence says nothing of what was never listed, nor where some are not listed', async () => {
  const opened = await openLive();
  const [never, once] = [await refused(opened), await refused(opened)];
  listed(opened, once);
  await redial(opened, { attention: { ids: [], more: true } });
  expect(openIds(opened)).toEqual([never, once]);
  expect(opened.client.view.attention.every(({ isHere }) => isHere)).toBe(true);
});

test('nothing expires unseen: a hub of protocol 1 lists nothing, and is told of nothing', async () => {
  const opened = await openLive();
  const id = await refused(opened);
  listed(opened, id);
  await redial(opened, { protocol: 1 });
  expect(openIds(opened)).toEqual([id]);
  expect(opened.hub.socket.reported).toEqual([]);
  await opened.client.settle(opened.client.view.attention.slice(0, 1), { choice: 'theirs' });
});

test('V2 nothing expires unseen: what the last epoch had listed is open here until the new one has listed it', async () => {
  const opened = await openLive();
  const id = await refused(opened);
  listed(opened, id);
  await redial(opened, { ...boardOf(carOf('414')), epoch: 'epoch-2' });
  expect(openIds(opened)).toEqual([id]);
  expect(opened.hub.socket.reported).toMatchObject([{ author: 'wes', edit: { id }, code: 'forbidden' }]);
});

test('what only this device knows of is reported after each welcome, until the hub has listed it', async () => {
  const first = await openLive();
  first.hub.socket.drop();
  const { id } = await first.client.edit(late);
  await first.clock.advance(1_000);
  first.hub.socket.welcome({ ...boardOf(carOf('414')), epoch: 'epoch-2' });
  expect(first.client.view.attention).toMatchObject([{ edit: { id }, outcome: { code: 'other-epoch' } }]);
  expect(first.hub.socket.reported).toMatchObject([{ author: 'wes', edit: { id }, code: 'other-epoch' }]);
  await first.clock.advance(0);
  const opened = await again(first);
  const epoch = { epoch: 'epoch-2', ...welcome };
  opened.hub.socket.welcome(epoch);
  expect(opened.hub.socket.reported).toMatchObject([{ edit: { id } }]);
  listed(opened, id);
  await redial(opened, { ...epoch, attention: { ids: [id] } });
  expect(opened.hub.socket.reported).toEqual([]);
  expect(openIds(opened)).toEqual([id]);
});

test('B1 a report has so many items a frame at most', async () => {
  const opened = await openLive();
  opened.hub.socket.drop();
  const count = ATTENTION_ITEMS_PER_FRAME_MAX + 3;
  for (let i = 0; i < count; i++) void opened.client.edit(late);
  await opened.clock.advance(1_000);
  opened.hub.socket.welcome({ ...boardOf(carOf('414')), epoch: 'epoch-2' });
  const frames = opened.hub.socket.sent.flatMap((frame) =>
    frame.type === 'attention' ? [frame.items.length] : [],
  );
  expect(frames).toEqual([ATTENTION_ITEMS_PER_FRAME_MAX, 3]);
  expect(new Set(opened.hub.socket.reported.map(({ edit }) => edit.id)).size).toBe(count);
});

test('where there is no socket, the exchange that asks where the hub is brings the report, and the answer the list', async () => {
  const opened = await openLive();
  opened.hub.socket.drop();
  const { id } = await opened.client.edit(late);
  await opened.clock.advance(1_000);
  opened.hub.socket.welcome({ ...boardOf(carOf('414')), epoch: 'epoch-2' });
  await opened.clock.advance(0);
  const { client, hub, clock } = await again(opened);
  for (let i = 0; i < 20 && hub.exchanges.length === 0; i++) {
    hub.socket.drop();
    await clock.advance(30_000);
  }
  const [exchange] = hub.exchanges;
  expect(exchange?.request).toMatchObject({
    edits: [],
    holds: [],
    report: [{ author: 'wes', edit: { id } }],
  });
  const { edit, outcome } = client.view.attention[0]!;
  const items = [{ author: 'wes', edit, outcome }];
  exchange!.answer(responseOf({ epoch: 'epoch-2', ...welcome, attention: { ids: [id], items } }));
  await clock.advance(60_000);
  expect(hub.exchanges.at(-1)?.request.report).toBeUndefined();
  expect(client.view.attention).toHaveLength(1);
});

test('a lead sees the open items of all, their own first, then by age; nobody else’s are kept for a worker', async () => {
  const opened = await openClient();
  opened.hub.socket.welcome({
    ...boardOf(carOf('414')),
    you: LEAD,
    attention: { ids: ['a', 'b', 'c'].map(idOf) },
  });
  await opened.clock.advance(0);
  const mine = await refused(opened);
  const items = [itemOf('b', 9), itemOf('a', 3), itemOf('c', 1, 'wes')];
  opened.hub.socket.say({ type: 'attention', items, closed: [] });
  expect(opened.client.view.attention.map(({ edit, author, isHere }) => [edit.id, author, isHere])).toEqual([
    [mine, 'wes', true],
    [idOf('c'), 'wes', false],
    [idOf('a'), 'ann', false],
    [idOf('b'), 'ann', false],
  ]);
  const before = opened.client.view.attention;
  await opened.client.edit(late);
  expect(opened.client.view.attention).toBe(before);
});

test('a lead settles for another: the edit is made again under the lead’s own name, and the item is gone at once', async () => {
  const opened = await openClient();
  opened.hub.socket.welcome({ ...boardOf(carOf('414')), you: LEAD, attention: { ids: [idOf('a')] } });
  await opened.clock.advance(0);
  opened.hub.socket.say({ type: 'attention', items: [itemOf('a')], closed: [] });
  await opened.client.settle(opened.client.view.attention, { choice: 'mine' });
  expect(opened.client.view.attention).toEqual([]);
  await opened.clock.advance(0);
  const [again, decision] = opened.hub.socket.pushed;
  expect([again, decision]).toMatchObject([late, { type: 'settle', item: idOf('a'), choice: 'mine' }]);
  expect([again?.author, decision?.author]).toEqual([undefined, undefined]);
  const answer = (outcome: Partial<Outcome>) => ({ at: 9, ...outcome }) as Outcome;
  const outcomes = [
    answer({ seq: 1, outcome: 'applied', version: 11 }),
    answer({ seq: 2, outcome: 'applied', version: 12 }),
  ];
  opened.hub.socket.say({ type: 'outcomes', archived: 12, outcomes });
  expect(opened.client.view).toMatchObject({ attention: [], pending: [], version: 12 });
  expect(opened.client.view.own).toHaveLength(1);
});

test('E2 a decision that is asked for again, by who has not heard that it was kept, is made once', async () => {
  const opened = await openClient();
  opened.hub.socket.welcome({ ...boardOf(carOf('414')), you: LEAD, attention: { ids: [idOf('a')] } });
  await opened.clock.advance(0);
  const own = await refused(opened);
  opened.hub.socket.say({ type: 'attention', items: [itemOf('a')], closed: [] });
  const items = opened.client.view.attention;
  expect(items).toHaveLength(2);
  const intents: Intent[] = [{ type: 'note', car: '414', text: 'once' }];
  for (const decision of [{ choice: 'other', intents }, { choice: 'mine' }] as const) {
    await opened.client.settle(items, decision);
    await opened.client.settle(items, decision);
  }
  await opened.clock.advance(0);
  expect(opened.hub.socket.pushed.slice(1)).toMatchObject([
    ...intents,
    { type: 'settle', item: own },
    { type: 'settle', item: idOf('a') },
  ]);
  expect(opened.hub.socket.pushed).toHaveLength(4);
});

test('E2 who asks again after a crash has the decision made, though this device has not heard yet what is listed', async () => {
  const opened = await openClient();
  opened.hub.socket.welcome({ ...boardOf(carOf('414')), you: LEAD, attention: { ids: [idOf('a')] } });
  await opened.clock.advance(0);
  opened.hub.socket.say({ type: 'attention', items: [itemOf('a')], closed: [] });
  const [item] = opened.client.view.attention;
  const next = await again(opened);
  await next.client.settle([item!], { choice: 'mine' }, 'decision-1');
  // It was kept, and its answer did not get through.
  const third = await again(opened);
  await third.client.settle([item!], { choice: 'mine' }, 'decision-1');
  third.hub.socket.welcome({ version: 10, changes: [], you: LEAD, attention: { ids: [idOf('a')] } });
  await third.clock.advance(0);
  expect(third.hub.socket.pushed).toMatchObject([
    { ...late, id: 'decision-1' },
    { type: 'settle', item: idOf('a'), choice: 'mine' },
  ]);
  // Once the hub has said what is listed, what is not has been settled.
  await third.client.settle([{ ...item!, edit: { ...item!.edit, id: idOf('b') } }], { choice: 'mine' });
  expect(third.client.view.pending).toHaveLength(2);
});

test('of an item that is cut only its own device can do all again: elsewhere it is left, or stays open', async () => {
  const opened = await openClient();
  opened.hub.socket.welcome({ ...boardOf(carOf('414')), you: LEAD, attention: { ids: [idOf('a')] } });
  await opened.clock.advance(0);
  const item = itemOf('a');
  const roster: Intent = { type: 'import', rows: [{ car: '414', fields: {} }], mode: 'replace' };
  const { fields: _, car: _c, ...envelope } = item.edit as Extract<Edit, { type: 'set' }>;
  const items = [{ ...item, edit: { ...envelope, ...roster }, cut: true as const }];
  opened.hub.socket.say({ type: 'attention', items, closed: [] });
  await opened.client.settle(opened.client.view.attention, { choice: 'mine' });
  expect(opened.client.view).toMatchObject({ pending: [], attention: [{ cut: true }] });
  await opened.client.settle(opened.client.view.attention, { choice: 'theirs' });
  expect(opened.client.view).toMatchObject({ pending: [{ edit: { type: 'settle' } }], attention: [] });
});

test('a decision that the hub refuses leaves the item open', async () => {
  const opened = await openClient();
  opened.hub.socket.welcome({ ...boardOf(carOf('414')), you: LEAD, attention: { ids: [idOf('a')] } });
  await opened.clock.advance(0);
  opened.hub.socket.say({ type: 'attention', items: [itemOf('a')], closed: [] });
  await opened.client.settle(opened.client.view.attention, { choice: 'theirs' });
  await opened.clock.advance(0);
  const outcomes = [{ seq: 1, at: 9, outcome: 'rejected', code: 'forbidden' } as const];
  opened.hub.socket.say({ type: 'outcomes', archived: 0, outcomes });
  expect(openIds(opened)).toEqual([idOf('a')]);
});

test('a decision survives a restart before the hub has it: the item is not asked about again', async () => {
  const opened = await openClient();
  const attention = { ids: [idOf('a')] };
  opened.hub.socket.welcome({ ...boardOf(carOf('414')), you: LEAD, attention });
  await opened.clock.advance(0);
  opened.hub.socket.say({ type: 'attention', items: [itemOf('a')], closed: [] });
  opened.hub.socket.drop();
  await opened.client.settle(opened.client.view.attention, { choice: 'theirs' });
  const next = await again(opened);
  next.hub.socket.welcome({ ...welcome, you: LEAD, attention });
  next.hub.socket.say({ type: 'attention', items: [itemOf('a')], closed: [] });
  expect(next.client.view.attention).toEqual([]);
  expect(next.hub.socket.pushed).toMatchObject([{ type: 'settle', item: idOf('a') }]);
});

test('what is listed before its outcome has come is not shown as another’s', async () => {
  const opened = await openLive();
  const edit = await opened.client.edit(late);
  await opened.clock.advance(0);
  const outcome = { seq: 1, at: 5, outcome: 'rejected', code: 'forbidden' } as const;
  opened.hub.socket.say({ type: 'attention', items: [{ author: 'wes', edit, outcome }], closed: [] });
  expect(opened.client.view.attention).toEqual([]);
  opened.hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [outcome] });
  expect(opened.client.view.attention).toMatchObject([{ isHere: true }]);
  // It is known to have been listed.
  await redial(opened);
  expect(opened.client.view.attention).toEqual([]);
});

test('E4 the items a lead has seen are not shown to the next person on the tablet', async () => {
  const opened = await openClient();
  opened.hub.socket.welcome({ ...boardOf(carOf('414')), you: LEAD, attention: { ids: [idOf('a')] } });
  await opened.clock.advance(0);
  opened.hub.socket.say({ type: 'attention', items: [itemOf('a')], closed: [] });
  const you = { person: 'bob', name: 'Bob', role: 'worker' } as const;
  await redial(opened, { you, attention: { ids: [], more: true } });
  expect(opened.client.view.attention).toEqual([]);
});

test('a device says how many unanswered edits it holds, by person', async () => {
  const wes = await openLive({ person: 'wes' });
  expect(wes.hub.socket.hello.holds).toBeUndefined();
  wes.hub.socket.drop();
  await wes.client.edit(late);
  await wes.client.edit(late);
  const ann = await again(wes, { person: 'ann' });
  await ann.client.edit(late);
  expect(ann.hub.socket.hello.holds).toEqual([
    { person: 'ann', edits: 1 },
    { person: 'wes', edits: 2 },
  ]);
});
