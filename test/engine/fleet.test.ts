import { describe, expect, test } from 'vitest';
import { fleetOf, rollCall } from '../../worker/engine/fleet.ts';
import { sha256 } from '../../worker/hash.ts';
import type { FleetDevice } from '../../worker/protocol/api.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import { FLEET_DEVICES_MAX, ROLL_CALL_MS_MIN } from '../../worker/protocol/limits.ts';
import type { SyncRequest } from '../../worker/protocol/messages.ts';
import { type EngineHub, makeHub, NOW } from '../support/engine-hub.ts';

const PEOPLE = { lea: 'lead', wes: 'worker', ann: 'worker' } as const;
const MINUTE = 60_000;
const add = (car: string): Intent => ({ type: 'add', car });

function fleet(hub: EngineHub, heardOn: (socket: string) => number = () => 0) {
  return fleetOf(
    hub.hub,
    { now: hub.now, log: hub.twin, hash: sha256 },
    { heardOn, handleOf: (id) => `#${id}` },
  );
}

function find(hub: EngineHub, id: string): FleetDevice {
  return fleet(hub).devices.find(({ device }) => device === `#${id}`)!;
}

/** What an event wrote. */
function rowsOf(hub: EngineHub, event: () => void): number {
  const before = hub.twin.rowsWritten;
  event();
  return hub.twin.rowsWritten - before;
}

function sync(hub: EngineHub, request: Partial<SyncRequest>): void {
  const answer = hub.sync('wes', {
    device: 'phone-0001',
    epoch: 'epoch-1',
    version: 0,
    edits: [],
    ...request,
  });
  if (!answer.ok) throw new Error(answer.code);
}

describe('a device is known by what it says', () => {
  test('whose it is, which app it runs, what it has stored and what it holds', () => {
    const hub = makeHub({ people: PEOPLE });
    hub.request('lea', add('1'));
    hub.request('lea', add('2'));
    const phone = hub.device('wes', 'phone-0001');
    const holds = [
      { person: 'wes', edits: 3 },
      { person: 'ann', edits: 2 },
      { person: 'lea', edits: 0 },
    ];
    hub.tick(5_000);
    phone.hello({ epoch: 'epoch-1', version: 1, app: '1.2.3', holds });
    expect(fleet(hub)).toEqual({
      version: 2,
      at: NOW + 5_000,
      more: 0,
      devices: [
        {
          device: '#phone-0001',
          person: { id: 'wes', name: 'Wes' },
          app: '1.2.3',
          protocol: 2,
          connected: true,
          acked: 1,
          lag: 1,
          behindSince: NOW,
          held: 3,
          waiting: [{ person: 'ann', name: 'Ann', edits: 2 }],
          heardAt: NOW + 5_000,
          saidAt: NOW + 5_000,
        },
      ],
    });
  });

  test('of an older protocol has no app, and holds nothing that it could say', () => {
    const hub = makeHub({ people: PEOPLE });
    hub.device('wes', 'phone-0001').hello({ protocol: 1 });
    expect(find(hub, 'phone-0001')).toMatchObject({ protocol: 1, app: null, held: 0, waiting: [] });
  });

  test('of another epoch has stored nothing of this one, and none has stored what is not there yet', () => {
    const hub = makeHub({ people: PEOPLE });
    hub.request('lea', add('1'));
    const phone = hub.device('wes', 'phone-0001');
    phone.hello({ epoch: 'epoch-0', version: 900 });
    expect(find(hub, 'phone-0001')).toMatchObject({ acked: 0, lag: 1 });
    phone.socket.send({ type: 'seen', version: 900, seq: 0 });
    expect(find(hub, 'phone-0001')).toMatchObject({ acked: 1, lag: 0, behindSince: null });
  });

  test('goes on saying it in seen: what is stored, and what is held where that has changed', () => {
    const hub = makeHub({ people: PEOPLE });
    const phone = hub.device('wes', 'phone-0001');
    phone.hello({ app: '1', holds: [{ person: 'wes', edits: 1 }] });
    phone.do(add('1'));
    hub.tick(2_000);
    phone.socket.send({ type: 'seen', version: 1, seq: 1 });
    expect(find(hub, 'phone-0001')).toMatchObject({ acked: 1, held: 1, saidAt: NOW + 2_000, app: '1' });
    phone.socket.send({ type: 'seen', version: 1, seq: 1, holds: [] });
    expect(find(hub, 'phone-0001')).toMatchObject({ acked: 1, held: 0 });
  });

  test('over HTTP as well; what it pushes with the same request is held no more', () => {
    const hub = makeHub({ people: PEOPLE });
    const edit = { ...add('1'), id: 'edit-of-seq-1', seq: 1, base: 0, at: 0 };
    const holds = [
      { person: 'wes', edits: 3 },
      { person: 'ann', edits: 1 },
    ];
    sync(hub, { app: '2', holds, edits: [edit] });
    expect(find(hub, 'phone-0001')).toMatchObject({
      connected: false,
      app: '2',
      protocol: 2,
      held: 2,
      heardAt: NOW,
    });
    expect(find(hub, 'phone-0001').waiting).toMatchObject([{ person: 'ann', edits: 1 }]);
    // Edits of another epoch are not taken, so they are held still.
    sync(hub, { app: '2', epoch: 'epoch-0', holds, edits: [{ ...edit, id: 'edit-of-seq-2', seq: 2 }] });
    expect(find(hub, 'phone-0001')).toMatchObject({ held: 3 });
    sync(hub, { version: 1 });
    expect(find(hub, 'phone-0001')).toMatchObject({ protocol: 1, app: null, held: 0, acked: 1 });
  });

  test('is connected while one of its sockets is, and was last heard of on any of them', () => {
    const hub = makeHub({ people: PEOPLE });
    const phone = hub.device('wes', 'phone-0001');
    const first = phone.socket;
    phone.socket = hub.connect('wes');
    phone.hello();
    first.cut();
    expect(find(hub, 'phone-0001').connected).toBe(true);
    const heardOn = (socket: string) => (socket === phone.socket.id ? NOW + 7_000 : 0);
    expect(fleet(hub, heardOn).devices[0]).toMatchObject({ heardAt: NOW + 7_000, saidAt: NOW });
    hub.tick(9_000);
    phone.socket.cut();
    expect(find(hub, 'phone-0001')).toMatchObject({ connected: false, heardAt: NOW + 9_000 });
  });

  test('that takes no cars is always where the hub is', () => {
    const hub = makeHub({ people: PEOPLE });
    hub.device('wes', 'wall-0001').hello({ topics: ['people'] });
    hub.request('lea', add('1'));
    expect(find(hub, 'wall-0001')).toMatchObject({ acked: 1, lag: 0 });
  });

  test('B1 the ones heard of last are listed, newest first, and the others counted', () => {
    const hub = makeHub({ people: PEOPLE });
    for (let i = 0; i <= FLEET_DEVICES_MAX; i++) {
      hub.now++;
      hub.device('wes', `phone-${1_000 + i}`).socket.cut();
    }
    const { devices, more } = fleet(hub);
    expect([devices.length, more]).toEqual([FLEET_DEVICES_MAX, 1]);
    expect(devices[0]?.device).toBe(`#phone-${1_000 + FLEET_DEVICES_MAX}`);
    expect(devices.at(-1)?.device).toBe('#phone-1001');
  });
});

describe('H1 what it costs: rows', () => {
  test('an applied edit is three, whatever the device has said', () => {
    const hub = makeHub({ people: PEOPLE });
    const phone = hub.device('wes', 'phone-0001');
    phone.hello({ app: '1', holds: [{ person: 'wes', edits: 1 }] });
    phone.do(add('1'));
    expect(rowsOf(hub, () => phone.do({ type: 'note', car: '1', text: 'x' }))).toBe(3);
    const edit = { type: 'note', car: '1', text: 'y', id: 'edit-of-seq-1', seq: 1, base: 1, at: 0 } as const;
    sync(hub, { device: 'phone-0002', app: '1', holds: [] });
    expect(rowsOf(hub, () => sync(hub, { device: 'phone-0002', app: '2', edits: [edit] }))).toBe(3);
  });

  test('a hello is one where it is the first, or of another person, app or holding, else none', () => {
    const hub = makeHub({ people: PEOPLE });
    expect(rowsOf(hub, () => hub.device('wes', 'phone-0001'))).toBe(1);
    expect(rowsOf(hub, () => hub.device('wes', 'phone-0001'))).toBe(0);
    expect(rowsOf(hub, () => hub.device('ann', 'phone-0001'))).toBe(1);
    const phone = hub.device('wes', 'phone-0002');
    phone.hello({ app: '1' });
    const again = (place: object) => rowsOf(hub, () => phone.hello({ app: '1', ...place }));
    expect(again({ epoch: 'epoch-1', version: 0 })).toBe(0);
    expect(again({ holds: [{ person: 'wes', edits: 1 }] })).toBe(1);
    expect(again({ holds: [{ person: 'wes', edits: 1 }] })).toBe(0);
    expect(again({ app: '2' })).toBe(1);
    expect(again({ app: '2', protocol: 1 })).toBe(1);
  });

  test('seen is none; the end of a socket is one where what is stored is another or a minute old', () => {
    const hub = makeHub({ people: PEOPLE });
    hub.request('lea', add('1'));
    const phone = hub.device('wes', 'phone-0001');
    expect(rowsOf(hub, () => phone.socket.cut())).toBe(0);
    phone.reconnect({ version: 0 });
    expect(rowsOf(hub, () => phone.socket.send({ type: 'seen', version: 1, seq: 0 }))).toBe(0);
    expect(rowsOf(hub, () => phone.socket.cut())).toBe(1);
    phone.reconnect({ version: 1 });
    hub.tick(MINUTE - 1);
    expect(rowsOf(hub, () => phone.socket.cut())).toBe(0);
    phone.reconnect({ version: 1 });
    hub.tick(1);
    expect(rowsOf(hub, () => phone.socket.cut())).toBe(1);
  });

  test('the end of one socket of two is none: the device is still here', () => {
    const hub = makeHub({ people: PEOPLE });
    hub.request('lea', add('1'));
    const phone = hub.device('wes', 'phone-0001');
    const old = phone.socket;
    phone.socket = hub.connect('wes');
    phone.hello({ epoch: 'epoch-1', version: 1 });
    hub.tick(MINUTE);
    expect(rowsOf(hub, () => old.cut())).toBe(0);
    expect(rowsOf(hub, () => phone.socket.cut())).toBe(1);
  });

  test('and a sleep of the hub forgets nothing of a device that is connected', () => {
    const hub = makeHub({ people: PEOPLE });
    hub.request('lea', add('1'));
    const phone = hub.device('wes', 'phone-0001');
    hub.tick(3_000);
    phone.socket.send({ type: 'seen', version: 1, seq: 0, holds: [{ person: 'ann', edits: 2 }] });
    const before = find(hub, 'phone-0001');
    hub.settle();
    const { now } = hub;
    hub.restart({ sockets: 'kept' });
    expect(find(hub, 'phone-0001')).toEqual(before);
    // Without its socket it is as of its last row.
    hub.now = now;
    hub.restart({ sockets: 'cut' });
    expect(find(hub, 'phone-0001')).toMatchObject({ connected: false, acked: 0, waiting: [] });
  });
});

describe('the roll-call', () => {
  test('asks everybody who understands it, and each answers with a word of its own', () => {
    const hub = makeHub({ people: PEOPLE });
    const [phone, old] = [hub.device('wes', 'phone-0001'), hub.device('ann', 'phone-0002')];
    old.hello({ protocol: 1 });
    hub.settle();
    for (const device of [phone, old]) device.socket.take();
    hub.tick(MINUTE);
    const { now } = hub;
    hub.run(({ state }) => {
      const { answer, effects } = rollCall(hub.hub, now);
      expect(answer).toEqual({ ok: true, value: { at: now, version: state.version } });
      return effects;
    });
    expect(phone.socket.take()).toEqual([{ type: 'notice', notice: 'roll-call' }]);
    expect(old.socket.take()).toEqual([]);
    expect(find(hub, 'phone-0001').saidAt).toBeLessThan(now);
    phone.socket.send({ type: 'seen', version: 0, seq: 0, holds: [] });
    expect(find(hub, 'phone-0001').saidAt).toBe(now);
  });

  test('B1 is refused where it was asked less than a second ago', () => {
    const hub = makeHub({ people: PEOPLE });
    const ask = () => rollCall(hub.hub, hub.now).answer;
    expect(ask()).toMatchObject({ ok: true });
    hub.now += ROLL_CALL_MS_MIN - 1;
    expect(ask()).toEqual({ ok: false, code: 'too-many-requests' });
    hub.now += 1;
    expect(ask()).toMatchObject({ ok: true });
  });
});
