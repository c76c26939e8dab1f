import { expect, test } from 'vitest';
import { CLOSE } from '../../worker/protocol/errors.ts';
import { makeHub } from '../support/engine-hub.ts';

const site = () => {
  const hub = makeHub({ people: { wes: 'worker', lea: 'lead', ada: 'admin' } });
  hub.request('lea', { type: 'add', car: '1' });
  return hub;
};

test('I3 whoever is taken off the site is closed at once, and nothing they send after is applied', () => {
  const hub = site();
  const [phone, desk] = [hub.device('wes'), hub.device('lea')];
  const { version } = hub;
  const [late] = phone.edits({ type: 'note', car: '1', text: 'too late' });
  hub.seat('wes', null);
  expect(phone.socket.closeCode).toBe(CLOSE.unauthenticated);
  expect(desk.socket.closeCode).toBeNull();
  const again = hub.connect('wes');
  again.send({ type: 'push', edits: [late!] });
  expect(again.closeCode).toBe(CLOSE.unauthenticated);
  expect(() => hub.sync('wes', { device: 'phone-0001', epoch: null, version: 0, edits: [] })).toThrow();
  expect(hub.version).toBe(version);
});

test('I3 a role taken away is gone from the next edit on, and the rest of the queue is judged by the one left', () => {
  const hub = site();
  const desk = hub.device('lea');
  const edits = desk.edits({ type: 'remove', car: '1' }, { type: 'note', car: '1', text: 'left door' });
  hub.seat('lea', 'worker');
  // Not final: they come again, and are told who they are now.
  expect(desk.socket.closeCode).toBe(CLOSE.resync);
  expect(desk.reconnect().you).toMatchObject({ person: 'lea', role: 'worker' });
  expect(desk.send(edits)).toMatchObject({
    outcomes: [{ outcome: 'rejected', code: 'forbidden' }, { outcome: 'applied' }],
  });
  expect(hub.car('1')).toMatchObject({ removed: false, notes: 'left door' });
});

test('a role that has grown counts at once too', () => {
  const hub = site();
  const phone = hub.device('wes');
  hub.seat('wes', 'lead');
  phone.reconnect();
  expect(phone.do({ type: 'remove', car: '1' })).toMatchObject({ outcome: 'applied' });
});

test('I3 what a role has become outlives the memory of the hub, asleep or crashed', () => {
  const hub = site();
  hub.seat('wes', null);
  hub.seat('lea', 'viewer');
  for (const sockets of ['kept', 'cut'] as const) {
    hub.restart({ sockets });
    expect(() => hub.principal('wes')).toThrow();
    expect(hub.principal('lea')).toMatchObject({ role: 'viewer' });
  }
});

test('a session that has been revoked is not brought back by a role', () => {
  const hub = site();
  hub.revoke('wes');
  hub.seat('wes', 'lead');
  expect(() => hub.principal('wes')).toThrow();
});

test('whoever has the role already keeps their sockets, and no row is written', () => {
  const hub = site();
  const phone = hub.device('wes');
  hub.seat('wes', 'worker');
  hub.seat('nobody-here', null);
  expect(hub.effects).toEqual([]);
  expect(phone.socket.closeCode).toBeNull();
});

test('the others hear that somebody has been taken off the site', () => {
  const hub = site();
  hub.device('wes');
  const desk = hub.device('lea');
  hub.settle();
  desk.socket.take();
  hub.seat('wes', null);
  hub.settle();
  expect(desk.socket.only('people').people).toMatchObject([{ id: 'wes', devices: 0 }]);
});

test('E4 whether somebody belongs to the site is asked anew once that has changed, for edits of theirs on other devices', () => {
  const hub = site();
  const tablet = hub.device('lea', 'tablet-0001');
  const holds = [{ person: 'wes', edits: 2 }];
  tablet.hello({ holds });
  hub.answerMembers(['wes']);
  hub.seat('wes', null);
  tablet.hello({ holds });
  expect(hub.membersAsked).toEqual([['wes']]);
  hub.answerMembers([]);
  const notices = tablet.socket.take().filter(({ type }) => type === 'notice');
  expect(notices).toMatchObject([{ notice: 'removed', people: ['wes'] }]);
});

test('a new name is told to whoever is here, with no socket closed, and outlives the memory of the hub', () => {
  const hub = site();
  const [phone, desk] = [hub.device('wes'), hub.device('lea')];
  hub.tick(1_000);
  desk.socket.take();
  hub.rename('wes', 'Dock 4');
  hub.tick(1_000);
  expect(desk.socket.take()).toMatchObject([
    { type: 'people', people: [{ id: 'wes', name: 'Dock 4', devices: 1 }] },
  ]);
  expect([phone, desk].map(({ socket }) => socket.closeCode)).toEqual([null, null]);
  hub.restart({ sockets: 'cut' });
  expect(hub.principal('wes')).toMatchObject({ person: 'wes', name: 'Dock 4', role: 'worker' });
});

test('a new name of somebody the hub has never met is none of its business', () => {
  const hub = site();
  hub.rename('nobody', 'Dock 4');
  expect(hub.state.names.has('nobody')).toBe(false);
});
