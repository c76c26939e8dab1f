import { expect, test, vi } from 'vitest';
import { archived } from '../../worker/engine/checkpoint.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import { CLOSE } from '../../worker/protocol/errors.ts';
import { hashOf, makeHub } from '../support/engine-hub.ts';
import { PlainReplica } from '../support/plain-replica.ts';

// The same behaviour at caps that a test reaches in a few steps.
vi.mock(import('../../worker/protocol/limits.ts'), async (original) => {
  const small = {
    CARS_MAX: 6,
    TOMBSTONES_MAX: 3,
    DEVICES_MAX: 3,
    SESSIONS_MAX: 4,
    REVOKED_KEPT: 1,
    NAMES_MAX: 6,
    OUTCOMES_UNSEEN_MAX: 5,
    OUTCOMES_SEEN_KEPT: 2,
    SOCKETS_PER_PERSON_MAX: 2,
    SOCKETS_MAX: 4,
    PEOPLE_MAX: 2,
    MEMBERS_KNOWN_MAX: 3,
    LOG_TAIL_MAX: 4,
  };
  return { ...(await original()), ...small } as unknown as Awaited<ReturnType<typeof original>>;
});

const add = (car: string): Intent => ({ type: 'add', car });
const remove = (car: string): Intent => ({ type: 'remove', car });
const restore = (car: string): Intent => ({ type: 'restore', car });
const set = (car: string, location: string): Intent => ({ type: 'set', car, fields: { location } });

test('B1 a car over the cap of the site is site-full, one by one and in an import, and changes nothing', () => {
  const hub = makeHub();
  for (const car of ['1', '2', '3', '4', '5']) hub.request('lea', add(car));
  const rows = ['6', '7'].map((car) => ({ car, fields: {} }));
  expect(hub.request('lea', { type: 'import', rows, mode: 'merge' })).toMatchObject({ code: 'site-full' });
  expect(hub.request('lea', add('6'))).toMatchObject({ outcome: 'applied' });
  expect(hub.request('lea', add('7'))).toMatchObject({ outcome: 'rejected', code: 'site-full' });
  expect(hub.state.live).toBe(6);
  // Removing makes room, and what would be too many comes back no more.
  expect(hub.request('lea', remove('6'))).toMatchObject({ outcome: 'applied' });
  expect(hub.request('lea', add('7'))).toMatchObject({ outcome: 'applied' });
  expect(hub.request('lea', restore('6'))).toMatchObject({ code: 'site-full' });
  expect(
    hub.request('lea', { type: 'import', rows: [{ car: '8', fields: {} }], mode: 'replace' }),
  ).toMatchObject({
    outcome: 'applied',
  });
  expect(hub.state.live).toBe(1);
});

test('B1 over the cap the oldest tombstone is forgotten, here and at every replica', () => {
  const hub = makeHub();
  const { socket } = hub.device('wes');
  const replica = new PlainReplica();
  for (const car of ['1', '2', '3', '4']) {
    hub.request('lea', add(car));
    hub.request('lea', remove(car));
  }
  expect([...hub.state.cars.keys()]).toEqual(['2', '3', '4']);
  expect(hub.state.floor).toBe(2);
  expect(hub.request('lea', restore('1'))).toMatchObject({ code: 'unknown-car' });
  hub.settle();
  replica.epoch = hub.state.epoch;
  for (const frame of socket.take()) expect(replica.take(frame)).toBe(true);
  expect(replica.differenceFrom(hub.state.cars)).toBeNull();
});

test('A2 the archive keeps the tombstones that the hub keeps, though replicas behind them need a snapshot', () => {
  const hub = makeHub();
  for (const car of ['1', '2', '3', '4']) hub.request('lea', add(car));
  for (const car of ['1', '2', '3', '4']) hub.request('lea', remove(car));
  hub.request('lea', restore('4'));
  expect(hub.state.floor).toBe(8);
  expect(hub.car('2')).toMatchObject({ removed: true, version: 6 });
  expect(hub.checkpoint()).toMatchObject({ floor: 6 });
});

test('C3 a device older than the tombstones kept gets the whole site, a younger one what changed', () => {
  const hub = makeHub();
  for (const car of ['1', '2', '3', '4']) hub.request('lea', add(car));
  const before = hub.version;
  for (const car of ['1', '2', '3', '4']) hub.request('lea', remove(car));
  expect(hub.state.floor).toBe(before + 1);
  const device = hub.device('wes');
  expect(device.reconnect({ version: before })).toHaveProperty('snapshot');
  const welcome = device.reconnect({ version: before + 1 });
  expect(welcome).not.toHaveProperty('snapshot');
  expect(welcome.changes!.map(({ id }) => id)).toEqual(['2', '3', '4']);
});

test('C1 a replica that missed both a forgotten tombstone and the restore after it equals the hub', () => {
  const hub = makeHub();
  for (const car of ['1', '2', '3', '4']) hub.request('lea', add(car));
  for (const car of ['1', '2', '3']) hub.request('lea', remove(car));
  const device = hub.device('wes');
  const replica = new PlainReplica();
  replica.take(device.hello());
  expect(replica.cars.size).toBe(4);
  // The hub forgets 1 for 4; with 2 back, a replica that hears of both at once would keep it.
  hub.request('lea', remove('4'));
  hub.request('lea', restore('2'));
  replica.take(device.reconnect());
  expect(replica.differenceFrom(hub.state.cars)).toBeNull();
});

test('C1 a socket that such a pair would reach in one frame is told to come again', () => {
  const hub = makeHub();
  for (const car of ['1', '2', '3', '4']) hub.request('lea', add(car));
  for (const car of ['1', '2', '3']) hub.request('lea', remove(car));
  hub.settle();
  const device = hub.device('wes');
  hub.request('lea', remove('4'));
  hub.request('lea', restore('2'));
  hub.settle();
  expect(device.socket.closeCode).toBe(CLOSE.resync);
});

test('B1 a bulk removal over the cap reaches a socket in one frame, and both sides forget the same', () => {
  const hub = makeHub();
  const device = hub.device('wes');
  const replica = new PlainReplica();
  replica.take(device.hello());
  const rows = ['1', '2', '3', '4', '5'].map((car) => ({ car, fields: {} }));
  hub.request('lea', { type: 'import', rows, mode: 'merge' });
  hub.settle();
  hub.request('lea', { type: 'import', rows: [], mode: 'replace' });
  hub.settle();
  expect(device.socket.closeCode).toBeNull();
  for (const frame of device.socket.take()) replica.take(frame);
  expect(replica.differenceFrom(hub.state.cars)).toBeNull();
  expect(replica.cars.size).toBe(3);
});

test('B1 over the cap the device not heard of for longest is forgotten; it begins again at seq 1', () => {
  const hub = makeHub({ people: { a: 'lead', b: 'lead' } });
  const devices = Array.from({ length: 4 }, (_, i) => hub.device(i % 2 ? 'a' : 'b', `device-${i}`));
  devices.forEach((device, i) => {
    hub.tick(1);
    device.do(add(`${i}`));
  });
  expect([...hub.state.devices.keys()]).toEqual(['device-1', 'device-2', 'device-3']);
  hub.settle();
  expect(devices[0]!.reconnect().seq).toBe(0);
  expect(devices[0]!.send(devices[0]!.edits(set('0', '300')))).toMatchObject({ code: 'seq-gap', seq: 1 });
  devices[0]!.seq = 0;
  expect(devices[0]!.push({ ...set('0', '300'), id: 'another-edit' })).toMatchObject([
    { outcome: 'applied' },
  ]);
  expect([...hub.state.devices.keys()]).toEqual(['device-2', 'device-3', 'device-0']);
});

test('B1 over the cap a device that has only looked is forgotten first, then one with all its outcomes', () => {
  const hub = makeHub({ people: { a: 'lead', b: 'lead' } });
  const [first, second] = [hub.device('a', 'device-1'), hub.device('b', 'device-2')];
  first.do(add('1'));
  hub.tick(1);
  second.do(add('2'));
  second.socket.send({ type: 'seen', version: 2, seq: 1 });
  first.socket.cut();
  for (const name of ['looker-1', 'looker-2']) hub.device('a', name).socket.cut();
  expect([...hub.state.devices.keys()]).toEqual(['device-1', 'device-2', 'looker-2']);
  const third = hub.device('a', 'device-3');
  third.do(add('3'));
  // One that only looks pushes nobody out who has pushed: the hub does not know it, and serves it all the same.
  const looker = hub.device('b', 'looker-3');
  expect(looker.hello()).toMatchObject({ version: 3, seq: 0 });
  expect([...hub.state.devices.keys()]).toEqual(['device-1', 'device-2', 'device-3']);
  looker.socket.send({ type: 'seen', version: 3, seq: 0 });
  looker.do(add('4'));
  expect([...hub.state.devices.keys()]).toEqual(['device-1', 'device-3', 'looker-3']);
});

test('B1 over the cap the person asked about longest ago is forgotten, and asked about again', () => {
  const hub = makeHub();
  const tablet = hub.device('wes');
  const hold = (...people: string[]) => {
    tablet.hello({ holds: people.map((person) => ({ person, edits: 1 })) });
    const asked = hub.membersAsked.flat();
    hub.answerMembers([...people]);
    return asked;
  };
  expect(hold('a', 'b', 'c')).toEqual(['a', 'b', 'c']);
  expect(hold('a', 'd')).toEqual(['d']);
  expect(hub.hub.members.size).toBe(3);
  expect(hold('a')).toEqual(['a']);
});

test('B1 with too many unseen outcomes a push waits: refused whole until the device has seen some', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  device.push(add('1'), add('2'), add('3'), add('4'));
  const { version } = hub;
  const more = device.edits(add('5'), add('6'));
  expect(device.send(more)).toMatchObject({ notice: 'refused', code: 'slow-down', seq: 5 });
  expect(hub.version).toBe(version);
  // What fits is taken, and a resend is always answered.
  expect(device.send(more.slice(0, 1))).toMatchObject({ outcomes: [{ seq: 5, outcome: 'applied' }] });
  expect(device.send(more.slice(0, 1))).toMatchObject({ outcomes: [{ seq: 5, outcome: 'applied' }] });
  device.socket.send({ type: 'seen', version: 5, seq: 3 });
  expect(device.send(more)).toMatchObject({ outcomes: [{ seq: 5 }, { seq: 6, outcome: 'applied' }] });
});

test('B1 outcomes are kept until they are seen, and the last few after', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  device.push(add('1'), add('2'), add('3'), add('4'));
  expect(hub.state.devices.get(device.id)!.kept).toHaveLength(4);
  device.socket.send({ type: 'seen', version: 4, seq: 4 });
  expect(hub.state.devices.get(device.id)!.kept.map(({ outcome }) => outcome.seq)).toEqual([3, 4]);
  // More than was ever answered cannot have been seen.
  device.socket.send({ type: 'seen', version: 4, seq: 400 });
  expect(hub.state.devices.get(device.id)!.seen).toBe(4);
});

test('E2 an answer that is no longer kept comes from the log, with the same version and time', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  const edits = device.edits(add('1'), set('1', '100'), set('1', '200'), set('1', '300'));
  const first = device.send(edits);
  hub.tick(5_000);
  device.socket.send({ type: 'seen', version: 4, seq: 4 });
  expect(hub.state.devices.get(device.id)!.kept).toHaveLength(2);
  const [, second] = device.send(edits.slice(0, 2)) && 'outcomes' in first ? first.outcomes : [];
  const again = device.send(edits.slice(1, 2));
  expect(again).toMatchObject({ outcomes: [second] });
  expect(hub.version).toBe(4);
});

test('B1 over the cap the sessions that have ended go first, then the one admitted longest ago', () => {
  const hub = makeHub({ people: { a: 'lead', b: 'worker', c: 'worker' } });
  hub.admit('ended', 'worker', hub.now + 1_000);
  hub.tick(1_000);
  hub.admit('d', 'worker');
  expect([...hub.state.sessions.keys()]).toEqual(['a', 'b', 'c', 'd'].map(hashOf));
  hub.admit('e', 'worker');
  expect([...hub.state.sessions.keys()]).toEqual(['b', 'c', 'd', 'e'].map(hashOf));
  // One that is known takes no further place.
  hub.admit('b', 'lead');
  expect(hub.state.sessions.size).toBe(4);
  expect(hub.principal('b').role).toBe('lead');
});

test('O2 a socket whose session was forgotten at the cap is told to come again, not left without an open item', () => {
  const hub = makeHub({ people: { lea: 'lead', wes: 'worker' } });
  const { socket } = hub.device('lea');
  const wes = hub.device('wes');
  for (const person of ['ann', 'bo', 'cy']) hub.admit(person, 'worker');
  expect(hub.session('lea')).toBeNull();
  hub.admit('wes', 'worker');
  wes.push(set('404', 'Yard'));
  hub.settle();
  expect([...hub.state.attention.values()]).toHaveLength(1);
  expect(socket.closeCode).toBe(CLOSE.resync);
});

test('B1 a session forgotten at the cap is asked of the directory again: its socket is told to come back', () => {
  const hub = makeHub({ people: { a: 'lead', b: 'worker', c: 'worker', d: 'worker' } });
  const device = hub.device('a');
  hub.admit('e', 'worker');
  device.socket.send({ type: 'where', car: null });
  expect(device.socket.closeCode).toBe(CLOSE.resync);
});

test('I3 a revocation that came before an admission stands, at the cap too', () => {
  const hub = makeHub({ people: {} });
  hub.revoke('wes');
  for (const person of ['a', 'b', 'c']) hub.admit(person, 'worker');
  hub.admit('wes', 'worker');
  expect(hub.state.sessions.get(hashOf('wes'))).toMatchObject({ revoked: true, person: 'wes' });
  expect(() => hub.principal('wes')).toThrow();
});

test('B1 revoked sessions push nobody out but each other, however many there are of them', () => {
  const hub = makeHub({ people: { a: 'lead', b: 'worker' } });
  hub.admit('c', 'worker');
  for (let i = 0; i < 20; i++) hub.revoke(`nobody-${i}`);
  expect([...hub.state.sessions.keys()]).toEqual(['b', 'c', 'nobody-18', 'nobody-19'].map(hashOf));
  // Nor do those that somebody came with, and came again.
  for (let i = 0; i < 20; i++) {
    hub.admit(`again-${i}`, 'worker');
    hub.revoke(`again-${i}`);
  }
  expect([...hub.state.sessions.keys()]).toEqual(['b', 'c', 'again-18', 'again-19'].map(hashOf));
});

test('I3 at the cap the revocation made last stands, whoever is admitted between it and its session', () => {
  const hub = makeHub({ people: { a: 'lead', b: 'worker', c: 'worker', d: 'worker' } });
  hub.revoke('wes');
  for (const person of ['e', 'f', 'g', 'h', 'i']) hub.admit(person, 'worker');
  hub.admit('wes', 'worker');
  expect(() => hub.principal('wes')).toThrow();
  // One that was known is not the first to go because it was admitted first.
  hub.revoke('f');
  hub.admit('j', 'worker');
  hub.admit('f', 'worker');
  expect(() => hub.principal('f')).toThrow();
});

test('B1 a sleep leaves sessions in the order in which they end, and the first goes first', () => {
  const hub = makeHub({ people: {} });
  const ends = { z: 3_000, y: 1_000, x: 4_000, w: 2_000 };
  for (const [person, ms] of Object.entries(ends)) hub.admit(person, 'worker', hub.now + ms);
  hub.restart({ sockets: 'cut' });
  hub.admit('new', 'worker');
  expect([...hub.state.sessions.keys()]).toEqual(['w', 'z', 'x', 'new'].map(hashOf));
});

test('B1 over the cap names go that nothing here tells of, and a hub that wakes knows the same', () => {
  const hub = makeHub();
  hub.admit('ann', 'worker');
  hub.request('ann', add('1'));
  for (let i = 0; i < 20; i++) hub.admit(`guest-${i}`, 'worker');
  hub.restart({ sockets: 'cut' });
  for (let i = 20; i < 40; i++) hub.admit(`guest-${i}`, 'worker');
  expect(hub.state.names.size).toBeLessThanOrEqual(6);
  expect([...hub.state.names.keys()].sort()).toEqual([...hub.twin.names.keys()].sort());
  // Ann's session has been forgotten, and her car is there.
  expect(hub.state.sessions.has(hashOf('ann'))).toBe(false);
  expect(hub.state.names.get('ann')).toBe('Ann');
});

test('B1 where everybody is told of, a name goes all the same', () => {
  const hub = makeHub({ people: {} });
  for (let i = 0; i < 8; i++) {
    hub.admit(`p-${i}`, 'lead');
    hub.request(`p-${i}`, i < 6 ? add(`${i}`) : set(`${i - 6}`, '100'));
  }
  expect(hub.state.names.size).toBe(6);
  expect(hub.state.names.has('p-7')).toBe(true);
});

test('B1 a hub that begins with an archive takes so many names, of its cars first', () => {
  const before = makeHub({ people: { ann: 'lead' } });
  before.request('ann', add('1'));
  const guests = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`guest-${i}`, 'Guest']));
  const inherited = { version: 1, cars: [before.car('1')!], names: { ...guests, ann: 'Ann' } };
  const hub = makeHub({ people: {}, inherited });
  expect(hub.state.names.size).toBe(6);
  expect(hub.state.names.get('ann')).toBe('Ann');
});

test('B1 a person has so many sockets and a site so many; one more is told to slow down', () => {
  const hub = makeHub({ people: { a: 'lead', b: 'worker', c: 'worker' } });
  const first = hub.device('a');
  const second = hub.device('a');
  expect(() => hub.device('a')).toThrow();
  const third = hub.connect('a');
  third.send({ type: 'hello', protocol: 1, device: 'device-third', epoch: null, version: 0 });
  expect(third.closeCode).toBe(CLOSE.slowDown);
  hub.device('b');
  hub.device('c');
  const fifth = hub.connect('b');
  fifth.send({ type: 'hello', protocol: 1, device: 'device-fifth', epoch: null, version: 0 });
  expect(fifth.closeCode).toBe(CLOSE.slowDown);
  // Saying hello again on a socket takes no further place, and one that goes makes room.
  expect(second.hello().type).toBe('welcome');
  first.socket.cut();
  expect(hub.device('a').socket.closeCode).toBeNull();
});

test('B1 a people frame names so many; the others come in the next one', () => {
  const hub = makeHub({ people: { a: 'lead', b: 'worker', c: 'worker' } });
  const { socket } = hub.device('a');
  hub.device('b');
  hub.device('c');
  hub.tick(1_000);
  const here = { devices: 1 };
  expect(socket.only('people').people).toMatchObject([
    { id: 'a', ...here },
    { id: 'b', ...here },
  ]);
  hub.tick(1_000);
  expect(socket.only('people').people).toMatchObject([{ id: 'c', ...here }]);
  expect(hub.timers).toEqual([]);
});

test('B1 the log keeps a bounded tail of what is archived, and all of what is not', () => {
  const hub = makeHub();
  for (let i = 0; i < 10; i++) hub.request('lea', i === 0 ? add('1') : set('1', i % 2 === 0 ? '100' : '200'));
  hub.checkpoint({ fails: true });
  expect(hub.twin.entriesSince(0)).toHaveLength(10);
  hub.checkpoint();
  expect(hub.twin.entriesSince(0).map(({ version }) => version)).toEqual([7, 8, 9, 10]);
  // The mark may be behind: what is above it stays, however long the tail gets.
  for (let i = 0; i < 10; i++) hub.request('lea', set('1', i % 2 === 0 ? '100' : '200'));
  hub.run(({ state }) => archived(state, 12));
  expect(hub.twin.entriesSince(0).map(({ version }) => version)).toEqual([13, 14, 15, 16, 17, 18, 19, 20]);
});
