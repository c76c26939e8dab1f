import { expect, test } from 'vitest';
import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import type { SyncRequest, SyncResponse } from '../../worker/protocol/messages.ts';
import { decodeSnapshot } from '../../worker/protocol/snapshot.ts';
import { type EngineHub, makeHub } from '../support/engine-hub.ts';
import { PlainReplica } from '../support/plain-replica.ts';

const DEVICE = 'worker-of-a-phone';

function edit(seq: number, intent: Intent, base = 0): Edit {
  return { ...intent, id: `edit-of-seq-${seq}`, seq, base, at: 0 };
}

const add = edit(1, { type: 'add', car: '1' });
const move = edit(2, { type: 'set', car: '1', fields: { location: '300' } });

function sync(hub: EngineHub, request: Partial<SyncRequest> = {}, person = 'wes'): SyncResponse {
  const answer = hub.sync(person, { device: DEVICE, epoch: 'epoch-1', version: 0, edits: [], ...request });
  if (!answer.ok) throw new Error(answer.code);
  return answer.value;
}

test('E2 one exchange pushes the queue and brings the device to now', () => {
  const hub = makeHub();
  hub.request('lea', { type: 'add', car: '2' });
  const value = sync(hub, { edits: [add, move] });
  expect(value).toMatchObject({
    epoch: 'epoch-1',
    version: 3,
    archived: 0,
    seq: 2,
    now: hub.now,
    you: { person: 'wes', role: 'worker' },
    site: hub.state.site,
    outcomes: [
      { seq: 1, outcome: 'applied', version: 2 },
      { seq: 2, outcome: 'applied', version: 3 },
    ],
  });
  expect(decodeSnapshot(value.snapshot!).map(({ id, location }) => [id, location])).toEqual([
    ['2', 'Yard'],
    ['1', '300'],
  ]);
});

test('C3 an exchange of a device that is behind gets what changed, its own edits among it', () => {
  const hub = makeHub();
  hub.request('lea', { type: 'add', car: '2' });
  const replica = new PlainReplica();
  replica.catchUp(sync(hub));
  hub.request('lea', { type: 'note', car: '2', text: 'left door' });
  const value = sync(hub, { version: 1, edits: [add] });
  expect(value).not.toHaveProperty('snapshot');
  expect(value.changes!.map(({ id }) => id)).toEqual(['2', '1']);
  replica.catchUp(value);
  expect(replica.differenceFrom(hub.state.cars)).toBeNull();
});

test('E2 an exchange whose answer was lost is repeated with the same outcomes and no further effect', () => {
  const hub = makeHub();
  const first = sync(hub, { edits: [add, move] });
  hub.tick(5_000);
  const second = sync(hub, { edits: [add, move] });
  expect(second.outcomes).toEqual(first.outcomes);
  expect(hub.version).toBe(2);
});

test('E2 an exchange gives the kept outcomes beside the new ones, each once and in order', () => {
  const hub = makeHub();
  sync(hub, { edits: [add] });
  const value = sync(hub, { edits: [move] });
  expect(value.outcomes.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(sync(hub, { version: 2, seen: 1 }).outcomes.map(({ seq }) => seq)).toEqual([2]);
  expect(sync(hub, { version: 2, seen: 2 }).outcomes).toEqual([]);
});

test('E2 an exchange with a gap is refused, says which seq is expected, and changes nothing', () => {
  const hub = makeHub();
  const request = { device: DEVICE, epoch: 'epoch-1', version: 0, edits: [move] };
  expect(hub.sync('wes', request)).toEqual({ ok: false, code: 'seq-gap', detail: 'expected seq 1' });
  expect(hub.version).toBe(0);
  expect(hub.effects).toEqual([]);
});

test('V2 edits made in another epoch are not taken: the device gets a fresh snapshot and looks at them first', () => {
  const hub = makeHub();
  hub.request('lea', { type: 'add', car: '2' });
  const value = sync(hub, {
    epoch: 'epoch-0',
    version: 1,
    edits: [edit(7, { type: 'note', car: '2', text: 'x' })],
  });
  expect(value).toMatchObject({ epoch: 'epoch-1', version: 1, seq: 0, outcomes: [] });
  expect(value.snapshot).toBeDefined();
  expect(hub.car('2')!.notes).toBe('');
});

test('V2 what a device has seen in another epoch says nothing about the outcomes of this one', () => {
  const hub = makeHub();
  sync(hub, { edits: [add, move] });
  sync(hub, { epoch: 'epoch-0', version: 90, seen: 80 });
  expect(sync(hub, { version: 2 }).outcomes.map(({ seq }) => seq)).toEqual([1, 2]);
});

test('V2 a device with no epoch yet may bring its first edits', () => {
  const hub = makeHub();
  expect(sync(hub, { epoch: null, edits: [add] }).outcomes).toMatchObject([{ seq: 1, outcome: 'applied' }]);
});

test('C1 what an exchange changed reaches every socket, those of the same device too', () => {
  const hub = makeHub();
  const tab = hub.device('wes', DEVICE);
  sync(hub, { edits: [add] });
  hub.settle();
  expect(tab.socket.take()[0]).toMatchObject({ type: 'changes', by: 'wes', cars: [{ id: '1' }] });
});

test('E1 the writes of an exchange come with its answer', () => {
  const hub = makeHub();
  sync(hub, { edits: [add] });
  expect(hub.effects.map(({ type }) => type)).toEqual([
    'put-car',
    'append',
    'put-device',
    'timer',
    'timer',
    'archive',
  ]);
  hub.restart({ sockets: 'cut' });
  expect(sync(hub, { edits: [add] }).outcomes).toMatchObject([{ seq: 1, outcome: 'applied', version: 1 }]);
});

test('B1 a site too large for a frame comes in one answer over HTTP', () => {
  const hub = makeHub();
  const notes = 'ü'.repeat(2_000);
  const rows = Array.from({ length: 500 }, (_, i) => ({ car: `${i}`, fields: { notes } }));
  hub.request('lea', { type: 'import', rows, mode: 'merge' });
  const value = sync(hub);
  expect(value).not.toHaveProperty('parts');
  expect(value.snapshot!.ids).toHaveLength(500);
});
