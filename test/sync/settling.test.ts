import { expect, test } from 'vitest';
import { MemoryStore } from '../../app/sync/memory-store.ts';
import { type StoreChange, StoreError } from '../../app/sync/store.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import type { Conflict, Outcome } from '../../worker/protocol/outcome.ts';
import type { Role } from '../../worker/protocol/site.ts';
import { boardOf, carOf, YOU } from '../support/scripted-hub.ts';
import { again, type Opened, openClient } from './open-client.ts';

type Answer = Outcome extends infer O ? (O extends { seq: number } ? Omit<O, 'seq' | 'at'> : never) : never;

async function openAs(role: Role = 'lead', store = new MemoryStore()): Promise<Opened> {
  const opened = await openClient({ store });
  const cars = [carOf('414'), carOf('415', { removed: true }), carOf('416', { location: '100' })];
  opened.hub.socket.welcome({ ...boardOf(...cars), you: { ...YOU, role } });
  await opened.clock.advance(0);
  return opened;
}

/** Makes an edit and lets the hub answer it. */
async function make({ client, hub, clock }: Opened, intent: Intent, answer: Answer): Promise<void> {
  const { seq } = await client.edit(intent);
  await clock.advance(0);
  hub.socket.say({ type: 'outcomes', archived: 0, outcomes: [{ ...answer, seq, at: 500 }] });
}

function conflict(parts: Partial<Conflict>): Conflict {
  return { car: '414', group: 'location', mine: {}, theirs: {}, by: 'ann', at: 400, version: 11, ...parts };
}

/** What is sent after the last edit, without what makes it one. */
function sentSince({ hub }: Opened, seq: number): Intent[] {
  const edits = hub.socket.pushed.filter((edit) => edit.seq > seq);
  return edits.map(({ id: _, seq: _s, base: _b, at: _a, ...intent }) => intent as Intent);
}

const set: Intent = { type: 'set', car: '414', fields: { location: '300', arrived: true } };

test('a conflict stays until the person has settled it, also over a restart; the board shows what the hub has', async () => {
  const opened = await openAs();
  const conflicts = [conflict({ mine: { location: '300' }, theirs: { location: '200' } })];
  await make(opened, set, { outcome: 'conflict', conflicts });
  expect(opened.client.view).toMatchObject({ pending: [], attention: [{ outcome: { conflicts } }], own: [] });
  expect(opened.client.view.cars.get('414')).toMatchObject({ location: 'Yard', arrived: false });
  await opened.clock.advance(0);
  const { client } = await again(opened);
  expect(client.view.attention).toMatchObject([{ edit: set, outcome: { conflicts } }]);
});

test('theirs: it is gone, and nothing is sent but the decision, which is kept until the hub has it', async () => {
  const opened = await openAs();
  await make(opened, set, { outcome: 'conflict', conflicts: [conflict({ mine: { location: '300' } })] });
  const [item] = opened.client.view.attention;
  await opened.client.settle([item!], { choice: 'theirs' });
  expect(opened.client.view.attention).toEqual([]);
  const decision = { type: 'settle', item: item!.edit.id, choice: 'theirs' } as const;
  expect((await opened.store.load()).edits).toMatchObject([{ edit: decision }]);
  await opened.clock.advance(0);
  expect(sentSince(opened, 1)).toEqual([decision]);
  const outcomes = [{ seq: 2, at: 600, outcome: 'applied', version: 11 } as const];
  opened.hub.socket.say({ type: 'outcomes', archived: 11, outcomes });
  await opened.clock.advance(0);
  expect((await opened.store.load()).edits).toEqual([]);
  expect(opened.client.view).toMatchObject({ pending: [], own: [] });
});

test('a conflict that was applied in part keeps to the part that was', async () => {
  const opened = await openAs();
  await make(opened, set, {
    outcome: 'conflict',
    conflicts: [conflict({ mine: { location: '300' } })],
    version: 11,
    effect: [{ id: '414', arrived: true }],
  });
  expect(opened.client.view.cars.get('414')).toMatchObject({
    location: 'Yard',
    arrived: true,
    arrivedAt: 500,
  });
  expect(opened.client.view.own).toMatchObject([{ version: 11 }]);
  await opened.client.settle([opened.client.view.attention[0]!], { choice: 'theirs' });
  // Applied, and not archived yet (rule O2).
  expect((await opened.store.load()).edits).toMatchObject([{ settled: true }, { edit: { type: 'settle' } }]);
});

test.each<[string, Intent, Conflict[], Intent[]]>([
  [
    'the fields that were not applied',
    set,
    [conflict({ mine: { location: '300' } })],
    [{ type: 'set', car: '414', fields: { location: '300' } }],
  ],
  [
    'a change to a car that was removed: restored with the change',
    set,
    [conflict({ group: 'life', mine: { location: '300', arrived: true }, theirs: { removed: true } })],
    [{ type: 'restore', car: '414', fields: { location: '300', arrived: true } }],
  ],
  [
    'a note on a car that was removed: restored, and the note appended',
    { type: 'note', car: '414', text: 'Door' },
    [conflict({ group: 'life', mine: { notes: 'Door' }, theirs: { removed: true } })],
    [
      { type: 'restore', car: '414' },
      { type: 'note', car: '414', text: 'Door' },
    ],
  ],
  [
    'a removal of a car that was restored',
    { type: 'remove', car: '414' },
    [conflict({ group: 'life', mine: { removed: true }, theirs: { removed: false } })],
    [{ type: 'remove', car: '414' }],
  ],
  [
    'the rows of an import, as one import',
    { type: 'import', mode: 'replace', rows: [] },
    [
      conflict({ mine: { location: '300' } }),
      conflict({ group: 'late', mine: { late: true } }),
      conflict({ car: '416', group: 'life', mine: { removed: true } }),
    ],
    [
      { type: 'import', mode: 'merge', rows: [{ car: '414', fields: { location: '300', late: true } }] },
      { type: 'remove', car: '416' },
    ],
  ],
])('mine sends again, as of now: %s', async (_, intent, conflicts, expected) => {
  const opened = await openAs();
  await make(opened, intent, { outcome: 'conflict', conflicts });
  opened.hub.socket.say({
    type: 'changes',
    from: 10,
    to: 11,
    by: 'ann',
    at: 5,
    cars: [{ id: '416', late: true }],
  });
  const [item] = opened.client.view.attention;
  await opened.client.settle([item!], { choice: 'mine' });
  await opened.clock.advance(0);
  expect(opened.client.view.attention).toEqual([]);
  expect(sentSince(opened, 1)).toEqual([
    ...expected,
    { type: 'settle', item: item!.edit.id, choice: 'mine' },
  ]);
  expect(opened.hub.socket.pushed.at(-1)?.base).toBe(11);
});

test('mine after a rejection is the same edit again; after `car-exists` it sets what the new car was to have', async () => {
  const opened = await openAs();
  await make(opened, set, { outcome: 'rejected', code: 'forbidden' });
  await opened.client.settle([opened.client.view.attention[0]!], { choice: 'mine' });
  await opened.clock.advance(0);
  expect(sentSince(opened, 1)).toMatchObject([set, { type: 'settle' }]);
  const add: Intent = { type: 'add', car: '416', fields: { location: '200' } };
  await make(opened, add, { outcome: 'rejected', code: 'car-exists' });
  await opened.client.settle([opened.client.view.attention.at(-1)!], { choice: 'mine' });
  await opened.clock.advance(0);
  expect(sentSince(opened, 4)).toMatchObject([
    { type: 'set', car: '416', fields: { location: '200' } },
    { type: 'settle' },
  ]);
});

const notesOfTwo: Conflict = conflict({
  group: 'notes',
  mine: { notes: 'Bulk first\nMirror' },
  theirs: { notes: 'Bulk first\nDoor' },
});

test('both: the lines that stand now, and those of mine that are not among them', async () => {
  const opened = await openAs();
  const notes = { type: 'set', car: '414', fields: { notes: 'Bulk first\nMirror' } } as const;
  await make(opened, notes, { outcome: 'conflict', conflicts: [notesOfTwo] });
  const cars = [{ id: '414', notes: 'Bulk first\nDoor\nLate load' }];
  opened.hub.socket.say({ type: 'changes', from: 10, to: 11, by: 'ann', at: 5, cars });
  const [item] = opened.client.view.attention;
  await opened.client.settle([item!], { choice: 'both' });
  await opened.clock.advance(0);
  expect(sentSince(opened, 1)).toEqual([
    { type: 'set', car: '414', fields: { notes: 'Bulk first\nDoor\nLate load\nMirror' } },
    { type: 'settle', item: item!.edit.id, choice: 'both' },
  ]);
});

test('both: where a car cannot take so many notes, or something else is in conflict too, the item stays open', async () => {
  const opened = await openAs();
  const long = conflict({
    group: 'notes',
    mine: { notes: 'm'.repeat(1_500) },
    theirs: { notes: 't'.repeat(1_500) },
  });
  opened.hub.socket.say({
    type: 'changes',
    from: 10,
    to: 11,
    by: 'ann',
    at: 5,
    cars: [{ id: '414', notes: 't'.repeat(1_500) }],
  });
  await make(opened, set, { outcome: 'conflict', conflicts: [long] });
  await make(opened, set, {
    outcome: 'conflict',
    conflicts: [notesOfTwo, conflict({ mine: { location: '300' } })],
  });
  await opened.client.settle(opened.client.view.attention, { choice: 'both' });
  await opened.clock.advance(0);
  expect(opened.client.view.attention).toHaveLength(2);
  expect(sentSince(opened, 2)).toEqual([]);
});

test('other: what the person says instead is sent, once for all items, and each is settled', async () => {
  const opened = await openAs();
  for (const location of ['300', '400']) {
    const conflicts = [conflict({ mine: { location }, theirs: { location: '200' } })];
    await make(opened, { ...set, fields: { location } } as Intent, { outcome: 'conflict', conflicts });
  }
  const intents: Intent[] = [{ type: 'set', car: '414', fields: { location: '500' } }];
  await opened.client.settle(opened.client.view.attention, { choice: 'other', intents });
  await opened.clock.advance(0);
  expect(sentSince(opened, 2)).toMatchObject([
    ...intents,
    { type: 'settle', choice: 'other' },
    { type: 'settle', choice: 'other' },
  ]);
  expect(opened.client.view.attention).toEqual([]);
});

test('O1 a decision on many is one transaction: a device that cannot keep it still has all of them to decide on', async () => {
  const commits: StoreChange[] = [];
  let isFull = false;
  class Watched extends MemoryStore {
    override async commit(change: StoreChange): Promise<void> {
      if (isFull) throw new StoreError('quota');
      commits.push(change);
      await super.commit(change);
    }
  }
  const opened = await openAs('lead', new Watched());
  for (const car of ['414', '416']) {
    const conflicts = [conflict({ car, mine: { location: '300' }, theirs: { location: '200' } })];
    await make(opened, { type: 'set', car, fields: { location: '300' } }, { outcome: 'conflict', conflicts });
  }
  await opened.clock.advance(0);
  const items = opened.client.view.attention;
  const before = commits.length;
  isFull = true;
  await expect(opened.client.settle(items, { choice: 'mine' })).rejects.toMatchObject({ kind: 'quota' });
  expect(opened.client.view.attention.map(({ edit }) => edit.id)).toEqual(items.map(({ edit }) => edit.id));
  expect(opened.client.view.pending).toEqual([]);
  expect(opened.client.view.cars.get('414')?.location).toBe('Yard');
  isFull = false;
  await opened.client.settle(items, { choice: 'mine' });
  expect(commits.length - before).toBe(1);
  expect(commits.at(-1)?.edits?.add).toHaveLength(4);
  expect(sentSince(opened, 2).map(({ type }) => type)).toEqual(['set', 'settle', 'set', 'settle']);
});

test('an applied change is undone by its version, and shows at once', async () => {
  const opened = await openAs('worker');
  const { client } = opened;
  await make(opened, set, { outcome: 'applied', version: 11 });
  expect(client.view.cars.get('414')).toMatchObject({ location: '300', arrived: true, arrivedAt: 500 });
  const undone = client.undo(client.view.own[0]!);
  expect(client.view.cars.get('414')).toMatchObject({ location: 'Yard', arrived: false, arrivedAt: null });
  expect(client.view.own).toMatchObject([{ version: 11, undone: true }]);
  await undone;
  await opened.clock.advance(0);
  expect(sentSince(opened, 1)).toEqual([{ type: 'undo', version: 11 }]);
  const effect = [{ id: '414', location: 'Yard', arrived: false, arrivedAt: null }];
  opened.hub.socket.say({
    type: 'outcomes',
    archived: 0,
    outcomes: [{ seq: 2, at: 600, outcome: 'applied', version: 12, effect }],
  });
  expect(client.view.cars.get('414')).toMatchObject({ location: 'Yard', arrived: false, version: 12 });
  expect(client.view.own).toMatchObject([{ version: 11, undone: true }]);
  await opened.clock.advance(0);
  expect((await again(opened)).client.view.own).toMatchObject([{ version: 11, undone: true }]);
});

test('an undo that the hub refuses leaves the change in the list', async () => {
  const opened = await openAs('worker');
  await make(opened, set, { outcome: 'applied', version: 11 });
  await opened.client.undo(opened.client.view.own[0]!);
  await opened.clock.advance(0);
  opened.hub.socket.say({
    type: 'outcomes',
    archived: 0,
    outcomes: [{ seq: 2, at: 5, outcome: 'rejected', code: 'too-old-to-undo' }],
  });
  expect(opened.client.view.own).toMatchObject([{ version: 11, undone: false }]);
});

test('an undo shows nothing of what somebody else has changed since', async () => {
  const opened = await openAs('worker');
  await make(opened, set, { outcome: 'applied', version: 11 });
  opened.hub.socket.say({
    type: 'changes',
    from: 11,
    to: 12,
    by: 'ann',
    at: 5,
    cars: [{ id: '414', location: '200' }],
  });
  void opened.client.undo(opened.client.view.own[0]!);
  expect(opened.client.view.cars.get('414')).toMatchObject({ location: '200', arrived: false });
});

test.each<[string, Role, Intent, Intent | null]>([
  ['a set', 'worker', set, { type: 'set', car: '414', fields: { location: 'Yard', arrived: false } }],
  [
    'empty, with the arrival that follows',
    'worker',
    { type: 'set', car: '414', fields: { empty: true } },
    { type: 'set', car: '414', fields: { arrived: false, empty: false } },
  ],
  [
    'a note, by a lead',
    'lead',
    { type: 'note', car: '414', text: 'x' },
    { type: 'set', car: '414', fields: { notes: '' } },
  ],
  ['a note, by a worker: only the hub can', 'worker', { type: 'note', car: '414', text: 'x' }, null],
  ['an add', 'lead', { type: 'add', car: '500' }, { type: 'remove', car: '500' }],
  ['a removal', 'lead', { type: 'remove', car: '414' }, { type: 'restore', car: '414' }],
  ['a restoration', 'lead', { type: 'restore', car: '415' }, { type: 'remove', car: '415' }],
  [
    'an import that changes cars',
    'lead',
    { type: 'import', mode: 'merge', rows: [{ car: '414', fields: { location: '200' } }] },
    { type: 'import', mode: 'merge', rows: [{ car: '414', fields: { location: 'Yard' } }] },
  ],
  [
    'an import that adds cars: only the hub can',
    'lead',
    { type: 'import', mode: 'merge', rows: [{ car: '500', fields: {} }] },
    null,
  ],
])('what the hub has not answered is taken back by its inverse: %s', async (_, role, intent, inverse) => {
  const opened = await openAs(role);
  const { client, hub } = opened;
  hub.socket.drop();
  const before = [...client.view.cars.values()].filter(({ removed }) => !removed);
  await client.edit(intent);
  const undone = await client.undo(client.view.own[0]!);
  if (inverse) {
    expect(undone).toMatchObject(inverse);
    const fields = ({ id, location, arrived, empty, notes }: (typeof before)[number]) => ({
      id,
      location,
      arrived,
      empty,
      notes,
    });
    const after = [...client.view.cars.values()].filter(({ removed }) => !removed);
    expect(after.map(fields)).toEqual(before.map(fields));
    expect(client.view.own.find(({ edit }) => edit.seq === 1)?.undone).toBe(true);
  } else expect([undone, client.view.pending.length]).toEqual([null, 1]);
});

test('a pending edit that is let go of is taken back behind it: what was sent cannot be unsent', async () => {
  const opened = await openAs('worker');
  opened.hub.socket.drop();
  await opened.client.edit(set);
  await opened.client.discard(opened.client.view.pending[0]!);
  expect(opened.client.view.pending.map(({ edit }) => edit.type)).toEqual(['set', 'set']);
  expect(opened.client.view.cars.get('414')).toMatchObject({ location: 'Yard', arrived: false });
});

test('one’s last 20 changes are listed, newest first, without undos and what was refused', async () => {
  const opened = await openAs();
  for (let i = 0; i < 22; i++) {
    await make(
      opened,
      { type: 'note', car: '414', text: String(i) },
      { outcome: 'applied', version: 11 + i },
    );
  }
  await make(opened, set, { outcome: 'unchanged' });
  await make(opened, set, { outcome: 'rejected', code: 'forbidden' });
  const { own } = opened.client.view;
  expect(own).toHaveLength(20);
  expect(own[0]).toMatchObject({ version: 32, undone: false });
  const { client } = await again(opened);
  expect(client.view.own).toEqual(own);
});
