import { expect, test } from 'vitest';
import type { Person } from '../../worker/protocol/messages.ts';
import { makeHub } from '../support/engine-hub.ts';

const PEOPLE = { lea: 'lead', wes: 'worker', ann: 'worker' } as const;
const lea: Person = { id: 'lea', name: 'Lea', role: 'lead', devices: 1, car: null };
const wes: Person = { id: 'wes', name: 'Wes', role: 'worker', devices: 1, car: null };

test('B1 people frames are gathered to one a second, with all who came, went or opened a car', () => {
  const hub = makeHub({ people: PEOPLE });
  const { socket } = hub.device('lea');
  const phone = hub.device('wes');
  const other = hub.device('ann');
  phone.socket.send({ type: 'where', car: '414' });
  other.socket.cut();
  hub.tick(999);
  expect(socket.take()).toEqual([]);
  hub.tick(1);
  expect(socket.take()).toEqual([
    {
      type: 'people',
      people: [
        lea,
        { ...wes, car: '414' },
        { id: 'ann', name: 'Ann', role: 'worker', devices: 0, car: null },
      ],
    },
  ]);
  hub.tick(60_000);
  expect(socket.take()).toEqual([]);
  expect(hub.timers).toEqual([]);
});

test('B1 a burst of one person is one row of one frame', () => {
  const hub = makeHub({ people: PEOPLE });
  const desk = hub.device('lea');
  const phone = hub.device('wes');
  hub.settle();
  desk.socket.take();
  for (let i = 0; i < 50; i++) phone.socket.send({ type: 'where', car: `${i}` });
  hub.settle();
  expect(desk.socket.take()).toEqual([{ type: 'people', people: [{ ...wes, car: '49' }] }]);
});

test('H3 a people frame is one text for all', () => {
  const hub = makeHub({ people: PEOPLE });
  const devices = Array.from({ length: 20 }, () => hub.device('wes'));
  hub.settle();
  expect(new Set(devices.map(({ socket }) => socket.frames.at(-1))).size).toBe(1);
});

test('B1 a person on several devices is one person, until the last of them goes', () => {
  const hub = makeHub({ people: PEOPLE });
  const { socket } = hub.device('lea');
  const phone = hub.device('wes');
  const tablet = hub.device('wes');
  hub.tick(1_000);
  expect(socket.only('people').people).toEqual([lea, { ...wes, devices: 2 }]);
  phone.socket.cut();
  hub.tick(1_000);
  expect(socket.only('people').people).toEqual([wes]);
  tablet.socket.cut();
  hub.tick(1_000);
  expect(socket.only('people').people).toEqual([{ ...wes, devices: 0 }]);
});

test('B1 a device that came back beside its old socket is one device', () => {
  const hub = makeHub({ people: PEOPLE });
  hub.device('wes', 'device-of-wes');
  hub.device('wes', 'device-of-wes');
  expect(hub.device('lea').hello().people).toContainEqual(wes);
});

test('B1 the car shown is the one on the device that opened one last', () => {
  const hub = makeHub({ people: PEOPLE });
  const { socket } = hub.device('lea');
  const phone = hub.device('wes');
  const tablet = hub.device('wes');
  tablet.socket.send({ type: 'where', car: '300' });
  phone.socket.send({ type: 'where', car: '414' });
  hub.tick(1_000);
  expect(socket.only('people').people.at(-1)).toMatchObject({ id: 'wes', car: '414' });
  // Closed there, it is still open on the other.
  phone.socket.send({ type: 'where', car: null });
  hub.tick(1_000);
  expect(socket.only('people').people.at(-1)).toMatchObject({ id: 'wes', car: '300' });
});

test('B1 who says hello again has no car open', () => {
  const hub = makeHub({ people: PEOPLE });
  const phone = hub.device('wes');
  phone.socket.send({ type: 'where', car: '414' });
  expect(phone.hello().people).toEqual([wes]);
});

test('B1 presence writes nothing', () => {
  const hub = makeHub({ people: PEOPLE });
  const phone = hub.device('wes');
  const rows = hub.twin.rowsWritten;
  phone.socket.send({ type: 'where', car: '414' });
  hub.settle();
  phone.socket.cut();
  hub.settle();
  expect(hub.twin.rowsWritten).toBe(rows);
});
