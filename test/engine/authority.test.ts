import { expect, test } from 'vitest';
import type { Intent } from '../../worker/protocol/edit.ts';
import { CLOSE } from '../../worker/protocol/errors.ts';
import { ROLES, type Role } from '../../worker/protocol/site.ts';
import { makeHub } from '../support/engine-hub.ts';

function site() {
  const people: Record<string, Role> = { vi: 'viewer', wes: 'worker', lea: 'lead', ada: 'admin' };
  const hub = makeHub({ people });
  hub.request('lea', { type: 'add', car: '1' });
  hub.request('lea', { type: 'add', car: '2' });
  hub.request('lea', { type: 'remove', car: '2' });
  return hub;
}

/** The least role for each edit, said again and not taken from the table. */
const EDITS: [string, Intent, Role][] = [
  ['move', { type: 'set', car: '1', fields: { location: '300' } }, 'worker'],
  [
    'arrived, late and empty',
    { type: 'set', car: '1', fields: { arrived: true, late: true, empty: true } },
    'worker',
  ],
  ['rewrite the notes', { type: 'set', car: '1', fields: { notes: 'all fine' } }, 'lead'],
  [
    'rewrite the notes among other fields',
    { type: 'set', car: '1', fields: { late: true, notes: 'x' } },
    'lead',
  ],
  ['note', { type: 'note', car: '1', text: 'left door' }, 'worker'],
  ['add', { type: 'add', car: '3', fields: { location: '300' } }, 'worker'],
  ['remove', { type: 'remove', car: '1' }, 'lead'],
  ['restore', { type: 'restore', car: '2' }, 'lead'],
  ['import', { type: 'import', rows: [{ car: '4', fields: {} }], mode: 'merge' }, 'lead'],
];

const CELLS = EDITS.flatMap(([name, intent, least]) =>
  ROLES.map((role, i) => ({ name, intent, role, may: i >= ROLES.indexOf(least) })),
);

test.each(CELLS)('E4 $name as $role: $may', ({ intent, role, may }) => {
  const hub = site();
  const { version } = hub;
  hub.admit('someone', role);
  const outcome = hub.device('someone').do(intent);
  if (may) expect(outcome).toMatchObject({ outcome: 'applied', version: version + 1 });
  else expect(outcome).toEqual({ seq: 1, at: hub.now, outcome: 'rejected', code: 'forbidden' });
  expect(hub.version).toBe(may ? version + 1 : version);
});

test('E4 an edit is judged by the role its author has when it is applied, not when it was made', () => {
  const hub = site();
  const device = hub.device('lea');
  const [removal] = device.edits({ type: 'remove', car: '1' });
  hub.admit('lea', 'worker');
  expect(device.send([removal!])).toMatchObject({ outcomes: [{ outcome: 'rejected', code: 'forbidden' }] });
  hub.admit('lea', 'lead');
  expect(device.do({ type: 'remove', car: '1' })).toMatchObject({ outcome: 'applied' });
});

test("E4 an edit under another author than the session's person is rejected, and blocks nothing behind it", () => {
  const hub = site();
  const outcomes = hub
    .device('wes')
    .push(
      { type: 'set', car: '1', fields: { late: true }, author: 'lea' },
      { type: 'note', car: '1', text: 'left door', author: 'wes' },
    );
  expect(outcomes).toMatchObject([
    { seq: 1, outcome: 'rejected', code: 'forbidden', detail: 'author' },
    { seq: 2, outcome: 'applied' },
  ]);
  expect(hub.car('1')).toMatchObject({ late: false, notes: 'left door', updatedBy: 'wes' });
});

test('E4 a session that has run out closes its socket at the next frame, and nothing of it is applied', () => {
  const hub = site();
  hub.admit('wes', 'worker', hub.now + 1_000);
  const device = hub.device('wes');
  hub.tick(999);
  expect(device.do({ type: 'set', car: '1', fields: { location: '100' } }).outcome).toBe('applied');
  hub.settle();
  const { version } = hub;
  device.socket.send({ type: 'push', edits: device.edits({ type: 'note', car: '1', text: 'late' }) });
  expect(device.socket.closeCode).toBe(CLOSE.unauthenticated);
  expect(hub.version).toBe(version);
});

test('I3 a revoked session is closed at once, and nothing it sends after is applied', () => {
  const hub = site();
  const phone = hub.device('wes');
  const desk = hub.device('lea');
  hub.revoke('wes');
  expect(phone.socket.closeCode).toBe(CLOSE.unauthenticated);
  expect(desk.socket.closeCode).toBeNull();
  const again = hub.connect('wes');
  again.send({ type: 'hello', protocol: 1, device: phone.id, epoch: null, version: 0 });
  expect(again.closeCode).toBe(CLOSE.unauthenticated);
});

test('I3 a frame already on its way when its session was revoked is not applied', () => {
  const hub = site();
  const device = hub.device('wes');
  const { version } = hub;
  const session = hub.state.sessions.get('session-wes')!;
  // Revoked in the state alone: the close has not reached the socket yet.
  hub.run(({ state }) => {
    const revoked = { ...session, revoked: true };
    state.sessions.set(session.hash, revoked);
    return [{ type: 'put-session', session: revoked }];
  });
  device.socket.send({ type: 'push', edits: device.edits({ type: 'note', car: '1', text: 'x' }) });
  expect(device.socket.closeCode).toBe(CLOSE.unauthenticated);
  expect(hub.version).toBe(version);
});

test('I3 a session this hub has never met can be revoked before it comes', () => {
  const hub = makeHub({ people: {} });
  hub.revoke('wes');
  hub.admit('wes', 'worker');
  expect(() => hub.principal('wes')).toThrow();
  // And after memory is lost.
  hub.restart({ sockets: 'cut' });
  expect(() => hub.principal('wes')).toThrow();
});

test('E4 the next person on a shared tablet keeps the device, and its queue is judged as of that person', () => {
  const hub = site();
  const first = hub.device('lea', 'tablet-on-belt-3');
  first.do({ type: 'set', car: '1', fields: { late: true } });
  first.socket.cut();
  const second = hub.device('wes', 'tablet-on-belt-3');
  second.seq = first.seq;
  expect(second.do({ type: 'remove', car: '1' })).toMatchObject({ seq: 2, code: 'forbidden' });
  expect(second.do({ type: 'note', car: '1', text: 'x' })).toMatchObject({ seq: 3, outcome: 'applied' });
  expect(hub.car('1')!.updatedBy).toBe('wes');
});
