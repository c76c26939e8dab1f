import { expect, test } from 'vitest';
import type { Intent } from '../../worker/protocol/edit.ts';
import { FRAME_DOWN_BYTES_MAX } from '../../worker/protocol/limits.ts';
import { applyRow } from '../../worker/protocol/row.ts';
import { decodeSnapshot } from '../../worker/protocol/snapshot.ts';
import { makeHub } from '../support/engine-hub.ts';
import { PlainReplica } from '../support/plain-replica.ts';

const set = (car: string, location: string): Intent => ({ type: 'set', car, fields: { location } });

function site(cars = 10) {
  const hub = makeHub({ people: { lea: 'lead', wes: 'worker' } });
  const rows = Array.from({ length: cars }, (_, i) => ({ car: `${100 + i}`, fields: {} }));
  hub.request('lea', { type: 'import', rows, mode: 'merge' });
  hub.settle();
  return hub;
}

test('C3 a device that has everything gets no cars, in less than 500 bytes', () => {
  const hub = site();
  const device = hub.device('wes');
  const welcome = device.reconnect();
  expect(welcome).not.toHaveProperty('snapshot');
  expect(welcome).not.toHaveProperty('changes');
  expect(welcome.version).toBe(hub.version);
  expect(JSON.stringify(welcome).length).toBeLessThan(500);
});

test('C3 a device that is behind gets the fields that changed since, with their stamps, and who made them', () => {
  const hub = site();
  const device = hub.device('wes');
  const { version } = hub;
  hub.request('lea', set('101', '300'));
  hub.request('lea', { type: 'set', car: '102', fields: { arrived: true } });
  hub.request('lea', set('101', '400'));
  const welcome = device.reconnect({ version });
  const stamps = { updatedAt: hub.now, updatedBy: 'lea' };
  expect(welcome.changes).toEqual([
    { id: '101', location: '400', version: version + 3, ...stamps },
    {
      id: '102',
      arrived: true,
      empty: false,
      version: version + 2,
      ...stamps,
    },
  ]);
  expect(welcome.names).toEqual({ lea: 'Lea' });
});

test('C3 times that do not follow from a row are said: of one that left and came back, and of one that came before', () => {
  const hub = site();
  const device = hub.device('wes');
  hub.request('lea', { type: 'set', car: '102', fields: { arrived: true } });
  hub.settle();
  const { version } = hub;
  device.socket.cut();
  hub.request('lea', { type: 'set', car: '102', fields: { arrived: false } });
  hub.tick(5_000);
  hub.request('lea', { type: 'set', car: '102', fields: { arrived: true } });
  const arrivedAt = hub.now;
  hub.tick(5_000);
  hub.request('lea', { type: 'set', car: '102', fields: { empty: true } });
  const [row] = device.reconnect({ version }).changes!;
  expect(row).toMatchObject({ arrived: true, empty: true, arrivedAt });
  expect(row).not.toHaveProperty('emptiedAt');
  const known = { ...hub.car('102')!, arrivedAt: 1, emptiedAt: null, empty: false };
  const stamp = { version: row!.version!, at: row!.updatedAt!, by: row!.updatedBy! };
  expect(applyRow(known, row!, stamp)).toEqual(hub.car('102'));
});

test('C3 cars added, removed and restored since come with all they hold, tombstones among them', () => {
  const hub = site();
  const device = hub.device('wes');
  const { version } = hub;
  hub.request('lea', { type: 'remove', car: '101' });
  hub.request('lea', { type: 'add', car: '200' });
  const welcome = device.reconnect({ version });
  expect(welcome.changes!.map(({ id, removed, location }) => [id, removed, location])).toEqual([
    ['101', true, 'Yard'],
    ['200', false, 'Yard'],
  ]);
});

test.each([
  ['is new', { epoch: null, version: 0 }],
  ['has seen nothing of this epoch', { version: 0 }],
  ['is from another epoch', { epoch: 'epoch-0', version: 1 }],
  ['is ahead of the hub', { version: 999 }],
])('C3 a device that %s gets the whole site, tombstones too', (_, place) => {
  const hub = site();
  hub.request('lea', { type: 'remove', car: '101' });
  const welcome = hub.device('wes').reconnect(place);
  expect(welcome).not.toHaveProperty('changes');
  const cars = decodeSnapshot(welcome.snapshot!);
  expect(cars).toEqual([...hub.state.cars.values()].map(({ car }) => car));
  expect(cars.find(({ id }) => id === '101')!.removed).toBe(true);
});

test('V2 a device from another epoch gets no outcomes of this one, whatever its seqs were', () => {
  const hub = site();
  const device = hub.device('wes');
  device.do(set('101', '300'));
  expect(device.reconnect({ epoch: 'epoch-0' })).not.toHaveProperty('outcomes');
  expect(device.reconnect().outcomes).toHaveLength(1);
});

test('C3 an empty site is a snapshot of nothing', () => {
  const hub = makeHub();
  const welcome = hub.device('wes').hello();
  expect(welcome).toMatchObject({ epoch: 'epoch-1', version: 0, archived: 0, seq: 0 });
  expect(decodeSnapshot(welcome.snapshot!)).toEqual([]);
});

test('C1 a device that catches up equals the hub from wherever it was', () => {
  const hub = site();
  const replicas = [];
  const edits: Intent[] = [
    set('101', '300'),
    { type: 'set', car: '102', fields: { empty: true } },
    { type: 'remove', car: '103' },
    { type: 'note', car: '101', text: 'left door\n“ü”' },
    { type: 'restore', car: '103', fields: { late: true } },
    { type: 'set', car: '102', fields: { arrived: false } },
    { type: 'remove', car: '104' },
    { type: 'add', car: '104' },
    { type: 'import', rows: [{ car: '105', fields: { arrived: true } }], mode: 'replace' },
    { type: 'undo', version: 10 },
  ];
  for (const intent of edits) {
    const replica = new PlainReplica();
    const device = hub.device('wes');
    replica.take(device.hello());
    replicas.push({ replica, device });
    hub.tick(1_500);
    expect(hub.request('lea', intent).outcome).toBe('applied');
    device.socket.cut();
  }
  for (const { replica, device } of replicas) {
    const { epoch, version } = replica;
    const welcome = device.reconnect({ epoch, version });
    expect(welcome).not.toHaveProperty('snapshot');
    replica.take(welcome);
    expect(replica.differenceFrom(hub.state.cars)).toBeNull();
  }
});

test('O2 welcome says what is archived and gives the outcomes not yet seen, without their effect', () => {
  const hub = site();
  const device = hub.device('wes');
  device.push({ type: 'add', car: '300' }, { type: 'remove', car: '101' }, set('101', '300'));
  hub.checkpoint();
  const welcome = device.reconnect();
  expect(welcome).toMatchObject({ archived: 3, seq: 3 });
  const id = expect.stringMatching(/edit-\d$/);
  expect(welcome.outcomes).toEqual([
    { seq: 1, at: hub.now, outcome: 'applied', version: 2, id },
    { seq: 2, at: hub.now, outcome: 'rejected', code: 'forbidden', id },
    { seq: 3, at: hub.now, outcome: 'applied', version: 3, id },
  ]);
  device.socket.send({ type: 'seen', version: 3, seq: 2 });
  expect(device.reconnect().outcomes!.map(({ seq }) => seq)).toEqual([3]);
  device.socket.send({ type: 'seen', version: 3, seq: 3 });
  expect(device.reconnect()).not.toHaveProperty('outcomes');
});

test('O2 outcomes say what is archived, and it never runs ahead of what the archive has', () => {
  const hub = site();
  const device = hub.device('wes');
  device.do(set('101', '300'));
  hub.checkpoint({ fails: true });
  device.do(set('101', '400'));
  expect(device.socket.take().at(-1)).toMatchObject({ type: 'outcomes', archived: 0 });
  hub.checkpoint();
  device.do(set('101', '500'));
  expect(device.socket.take().at(-1)).toMatchObject({ type: 'outcomes', archived: 3 });
});

test('B1 a site too large for a frame comes in parts, each below the cap, and is whole after the last', () => {
  const hub = makeHub();
  const notes = 'ü'.repeat(1_000);
  for (let part = 0; part < 3; part++) {
    const rows = Array.from({ length: 400 }, (_, i) => ({
      car: `${part}-${i}`,
      fields: { notes, late: true },
    }));
    hub.request('lea', { type: 'import', rows, mode: 'merge' });
  }
  hub.settle();
  const device = hub.device('wes');
  const replica = new PlainReplica();
  device.socket.send({ type: 'ack', version: device.version });
  const welcome = device.hello();
  expect(welcome.parts).toBeGreaterThan(1);
  replica.take(welcome);
  expect(replica.partsDue).toBe(welcome.parts);
  for (const text of device.socket.texts) expect(Buffer.byteLength(text)).toBeLessThan(FRAME_DOWN_BYTES_MAX);
  for (const frame of device.socket.take()) replica.take(frame);
  expect(replica.partsDue).toBe(0);
  expect(replica.differenceFrom(hub.state.cars)).toBeNull();
  // What changed since, if it is too much for a frame, comes so too.
  expect(device.reconnect({ version: 1 }).parts).toBeGreaterThan(0);
});

test('B1 many unseen outcomes leave less room for cars in a welcome: none goes over the cap', () => {
  const hub = makeHub();
  const desk = hub.device('lea');
  hub.request('lea', { type: 'add', car: 'C1', fields: { notes: 'x'.repeat(500) } });
  // Each is a conflict over notes of 500 characters.
  for (let frame = 0; frame < 5; frame++) {
    const wishes = Array.from({ length: 200 }, () => ({
      type: 'set' as const,
      car: 'C1',
      fields: { notes: 'mine' },
      base: 0,
    }));
    desk.push(...wishes);
    desk.socket.send({ type: 'ack', version: desk.version });
  }
  const notes = 'ü'.repeat(1_000);
  const { version } = hub;
  const rows = Array.from({ length: 200 }, (_, i) => ({ car: `${i}`, fields: { notes } }));
  hub.request('lea', { type: 'import', rows, mode: 'merge' });
  const welcome = desk.reconnect({ version: 0 });
  expect(welcome.outcomes).toHaveLength(1_000);
  expect(welcome.parts).toBeGreaterThan(0);
  expect(desk.reconnect({ version }).parts).toBeGreaterThan(0);
});
