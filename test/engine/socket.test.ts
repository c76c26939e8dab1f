import { expect, test } from 'vitest';
import type { Intent } from '../../worker/protocol/edit.ts';
import { CLOSE } from '../../worker/protocol/errors.ts';
import { FRAME_UP_BYTES_MAX } from '../../worker/protocol/limits.ts';
import { PROTOCOL, type UpMessage } from '../../worker/protocol/messages.ts';
import { makeHub } from '../support/engine-hub.ts';

const add: Intent = { type: 'add', car: '1' };
const HELLO = { type: 'hello', protocol: PROTOCOL, device: 'device-1', epoch: null, version: 0 } as const;

test('C3 hello is answered with who one is, the site, and who is there', () => {
  const hub = makeHub({ people: { lea: 'lead', wes: 'worker' } });
  hub.device('wes').socket.send({ type: 'where', car: '1' });
  hub.device('lea');
  const welcome = hub.device('lea').hello();
  expect(welcome).toMatchObject({
    protocol: PROTOCOL,
    you: { person: 'lea', name: 'Lea', role: 'lead' },
    site: hub.state.site,
    now: hub.now,
    people: [
      { id: 'wes', name: 'Wes', role: 'worker', devices: 1, car: '1' },
      { id: 'lea', name: 'Lea', role: 'lead', devices: 2, car: null },
    ],
  });
});

test('C3 a protocol the hub does not speak is refused with a code of its own, and nothing else', () => {
  const hub = makeHub();
  for (const protocol of [0, PROTOCOL + 1, 999]) {
    const socket = hub.connect('wes');
    socket.send({ ...HELLO, protocol });
    expect(socket.closeCode).toBe(CLOSE.unknownProtocol);
    expect(socket.frames).toEqual([]);
  }
  expect(hub.hub.feed.listeners.size).toBe(0);
});

test.each<UpMessage>([
  { type: 'push', edits: [] },
  { type: 'seen', version: 0, seq: 0 },
  { type: 'where', car: null },
])('C3 $type before hello ends the socket', (message) => {
  const hub = makeHub();
  const socket = hub.connect('wes');
  socket.send(message);
  expect(socket.closeCode).toBe(CLOSE.badFrame);
});

test('C3 a second hello begins anew on the same socket, from where it says', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  device.do(add);
  const { version } = hub;
  hub.request('lea', { type: 'note', car: '1', text: 'x' });
  expect(device.hello({ epoch: device.epoch, version })).toMatchObject({
    seq: 1,
    changes: [{ id: '1', notes: 'x' }],
  });
  // What was due before the hello is in the welcome, and does not come again.
  hub.settle();
  expect(device.socket.take().filter(({ type }) => type === 'changes')).toEqual([]);
  expect(hub.hub.feed.listeners.size).toBe(1);
});

test('C3 a second hello may be of another device: the seqs are those of that one', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  device.do(add);
  expect(device.hello({ device: 'another-device' }).seq).toBe(0);
  device.seq = 0;
  expect(device.do({ type: 'note', car: '1', text: 'x' })).toMatchObject({ seq: 1, outcome: 'applied' });
  expect([...hub.state.devices.keys()]).toEqual([device.id, 'another-device']);
});

test('C3 a socket takes all topics unless hello says which', () => {
  const hub = makeHub({ people: { lea: 'lead', wes: 'worker' } });
  hub.request('lea', add);
  const gate = hub.device('wes');
  expect(gate.hello({ topics: ['cars'] })).toMatchObject({ people: [], snapshot: {} });
  const wall = hub.device('wes');
  expect(wall.hello({ topics: ['people'] })).not.toHaveProperty('snapshot');
  hub.settle();
  gate.socket.take();
  wall.socket.take();
  const desk = hub.device('lea');
  desk.do({ type: 'remove', car: '1' });
  hub.settle();
  expect(gate.socket.take().map(({ type }) => type)).toEqual(['changes']);
  expect(wall.socket.take().map(({ type }) => type)).toEqual(['people']);
  expect(desk.socket.take().map(({ type }) => type)).toEqual(['outcomes', 'people']);
});

const BAD: [string, string][] = [
  ['nothing', ''],
  ['null', 'null'],
  ['an array', '[]'],
  ['a number', '1e999'],
  ['cut short', '{"type":"push","edits":['],
  ['deep', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
  ['of no type', '{}'],
  ['of an unknown type', '{"type":"drop"}'],
  ['of a type that every object has', '{"type":"constructor"}'],
  ['with a field too many', JSON.stringify({ type: 'where', car: null, site: 'other' })],
  ['with a prototype', '{"type":"where","car":null,"__proto__":{"role":"admin"}}'],
  ['with a car that is none', JSON.stringify({ type: 'where', car: '../1' })],
  ['an uncalled-for ping', 'ping'],
];

test.each(BAD)(
  'E2 a frame that does not parse (%s) is refused, names the seq expected, changes nothing',
  (_, text) => {
    const hub = makeHub();
    const device = hub.device('lea');
    device.do(add);
    device.socket.take();
    const before = JSON.stringify(hub.twin.load());
    device.socket.send(text);
    expect(device.socket.only('notice')).toMatchObject({ notice: 'refused', code: 'bad-frame', seq: 2 });
    expect(JSON.stringify(hub.twin.load())).toBe(before);
    expect(device.do({ type: 'note', car: '1', text: 'x' }).outcome).toBe('applied');
  },
);

test('E2 one bad edit refuses its whole frame: those beside it are not taken either', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  const edits = device.edits(add, { type: 'note', car: '1', text: 'x' });
  for (const [field, value] of [
    ['seq', 0],
    ['seq', 1.5],
    ['base', -1],
    ['id', 'short'],
    ['car', 'no car'],
    ['text', ''],
    ['text', 'right\u202eleft'],
    ['role', 'admin'],
  ] as const) {
    const fresh = makeHub();
    const { socket } = fresh.device('lea');
    socket.send(JSON.stringify({ type: 'push', edits: [edits[0], { ...edits[1], [field]: value }] }));
    expect(socket.only('notice')).toMatchObject({ code: 'bad-frame', seq: 1 });
    expect(fresh.version).toBe(0);
  }
  expect(hub.version).toBe(0);
});

test('B1 three frames that do not parse end the socket, good ones in between or not', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  device.socket.send('{');
  device.socket.send('{');
  device.do(add);
  expect(device.socket.closeCode).toBeNull();
  device.socket.send('{');
  expect(device.socket.closeCode).toBe(CLOSE.badFrame);
  // The next socket begins with none, and nothing is kept of the old one.
  device.reconnect();
  device.socket.send('{');
  expect(device.socket.closeCode).toBeNull();
  expect(hub.hub.strikes.size).toBe(1);
});

test('B1 frames that do not parse before hello count as well', () => {
  const hub = makeHub();
  const socket = hub.connect('lea');
  for (let i = 0; i < 3; i++) socket.send('{');
  expect(socket.closeCode).toBe(CLOSE.badFrame);
  expect(socket.frames).toMatchObject(Array(3).fill({ notice: 'refused', code: 'bad-frame', seq: 1 }));
});

test('B1 a frame over its cap in bytes ends the socket; one at the cap is read', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  const frame = (length: number) => `"${'x'.repeat(length - 2)}"`;
  device.socket.send(frame(FRAME_UP_BYTES_MAX));
  expect(device.socket.closeCode).toBeNull();
  device.socket.send(frame(FRAME_UP_BYTES_MAX + 1));
  expect(device.socket.closeCode).toBe(CLOSE.tooLarge);
  // Bytes and not characters.
  device.reconnect();
  device.socket.send(`"${'ü'.repeat(FRAME_UP_BYTES_MAX / 2)}"`);
  expect(device.socket.closeCode).toBe(CLOSE.tooLarge);
});

test('B1 a thousand edits in a frame are taken, one more and none is', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  device.do(add);
  const edits = (count: number) =>
    Array.from(
      { length: count },
      (_, i) => `{"type":"remove","car":"2","id":"idididid","seq":${i + 2},"base":1,"at":0}`,
    );
  device.socket.take();
  device.socket.send(`{"type":"push","edits":[${edits(1_001).join(',')}]}`);
  // Either cap: the frame's or the number's.
  expect(hub.state.devices.get(device.id)!.seq).toBe(1);
});

test('H1 what a socket has said survives a sleep of the hub: it goes on without a hello', () => {
  const hub = makeHub({ people: { lea: 'lead', wes: 'worker' } });
  const desk = hub.device('lea');
  const phone = hub.device('wes');
  phone.socket.send({ type: 'where', car: '1' });
  hub.settle();
  desk.do(add);
  hub.settle();
  phone.socket.take();
  hub.restart({ sockets: 'kept' });
  expect(phone.socket.stale).toBe(false);
  phone.socket.take();
  desk.do({ type: 'note', car: '1', text: 'x' });
  hub.settle();
  expect(phone.socket.only('changes')).toMatchObject({ from: 1, to: 2 });
  expect(hub.hub.feed.listeners.get(phone.socket.id)).toMatchObject({ device: phone.id, car: '1' });
});

test('C1 a socket whose change was lost with the memory of the hub is told which version it should be at', () => {
  const hub = makeHub();
  const desk = hub.device('lea');
  const phone = hub.device('wes');
  desk.do(add);
  hub.restart({ sockets: 'kept' });
  expect(phone.socket.stale).toBe(true);
  expect(desk.socket.stale).toBe(false);
});
