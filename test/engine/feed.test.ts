import { expect, test } from 'vitest';
import type { Intent } from '../../worker/protocol/edit.ts';
import { makeHub } from '../support/engine-hub.ts';

const set = (car: string, location: string): Intent => ({ type: 'set', car, fields: { location } });

/** A hub with car 1 at rest, and so many devices that have seen it. */
function site(devices = 3) {
  const hub = makeHub({ people: { lea: 'lead', wes: 'worker' } });
  hub.request('lea', { type: 'add', car: '1', fields: { location: '100' } });
  hub.settle();
  const listeners = Array.from({ length: devices }, () => hub.device('wes'));
  hub.settle();
  for (const { socket } of listeners) socket.take();
  return { hub, listeners, base: hub.version };
}

test('E5 the others get what the hub computed, not what was sent', () => {
  const { hub, listeners, base } = site();
  const [sender, other] = listeners;
  sender!.do({ type: 'set', car: '1', fields: { location: '100', late: false, empty: true } });
  hub.settle();
  expect(other!.socket.only('changes')).toEqual({
    type: 'changes',
    from: base,
    to: base + 1,
    by: 'wes',
    at: hub.car('1')!.updatedAt,
    cars: [{ id: '1', arrived: true, empty: true }],
  });
});

test('E5 the sender gets the outcome and never its own change as well', () => {
  const { hub, listeners } = site();
  const { socket } = listeners[0]!;
  listeners[0]!.do(set('1', '300'));
  hub.settle();
  expect(socket.take().map(({ type }) => type)).toEqual(['outcomes']);
});

test('E5 an edit that changes nothing is no change to anybody; refused, it is an open item', () => {
  const { hub, listeners } = site();
  listeners[0]!.push(set('1', '100'));
  hub.settle();
  expect(listeners[1]!.socket.take()).toEqual([]);
  listeners[0]!.push(set('9', '300'));
  hub.settle();
  expect(listeners[1]!.socket.take().map(({ type }) => type)).toEqual(['attention']);
});

test('H3 the sender is answered first; the first change goes out in the turn after', () => {
  const { hub, listeners } = site();
  const [sender, other] = listeners;
  sender!.do(set('1', '300'));
  expect(other!.socket.take()).toEqual([]);
  expect(hub.timers).toEqual([{ name: 'feed', due: hub.now }]);
  hub.tick(0);
  expect(other!.socket.only('changes').cars).toEqual([{ id: '1', location: '300' }]);
});

test('H3 what arrives shortly after the first change goes out as one frame a socket', () => {
  const { hub, listeners, base } = site();
  const [sender, second, other] = listeners;
  sender!.do(set('1', '200'));
  hub.tick(0);
  other!.socket.take();
  sender!.do(set('1', '300'));
  sender!.do({ type: 'note', car: '1', text: 'left door' });
  second!.do({ type: 'set', car: '1', fields: { late: true } });
  expect(other!.socket.take()).toEqual([]);
  hub.settle();
  const { updatedAt, updatedBy, version } = hub.car('1')!;
  expect(other!.socket.only('changes')).toEqual({
    type: 'changes',
    from: base + 1,
    to: base + 4,
    cars: [{ id: '1', location: '300', notes: 'left door', late: true, updatedAt, updatedBy, version }],
  });
});

test('H3 one text is made for all that are at the same place, however many there are', () => {
  const { hub, listeners } = site(40);
  listeners[0]!.do(set('1', '200'));
  hub.tick(0);
  const texts = new Set(listeners.slice(1).map(({ socket }) => socket.texts.at(-1)));
  expect(texts.size).toBe(1);
  expect(listeners[39]!.socket.frames).toHaveLength(1);
  // The same object and not an equal one: what a hub sends is a reference. A parsed frame shows it.
  expect(new Set(listeners.slice(1).map(({ socket }) => socket.frames.at(-1))).size).toBe(1);

  listeners[0]!.do(set('1', '300'));
  listeners[1]!.do(set('1', '400'));
  hub.settle();
  const effects = listeners.slice(2).map(({ socket }) => socket.frames.at(-1));
  expect(new Set(effects).size).toBe(1);
});

test('H3 the cost of encoding does not grow with the sockets', () => {
  const { hub, listeners } = site(60);
  listeners[0]!.push(...Array.from({ length: 5 }, (_, i) => set('1', i % 2 ? '200' : '300')));
  const stringify = JSON.stringify;
  let encoded = 0;
  JSON.stringify = ((...args: Parameters<typeof stringify>) => {
    const text = stringify(...args);
    if (text?.startsWith('{"type":"changes"')) encoded++;
    return text;
  }) as typeof stringify;
  try {
    hub.tick(0);
  } finally {
    JSON.stringify = stringify;
  }
  expect(encoded).toBe(1);
  expect(listeners[59]!.socket.frames).toHaveLength(1);
});

test('H3 the window grows with the sockets and has an end', () => {
  for (const [sockets, ms] of [
    [1, 1],
    [30, 3],
    [99, 10],
  ] as const) {
    const { hub, listeners } = site(sockets);
    listeners[0]!.do(set('1', '200'));
    hub.tick(0);
    expect(hub.timers).toEqual([{ name: 'feed', due: hub.now + ms }]);
  }
});

test('H1 after the last change no timer is left', () => {
  const { hub, listeners } = site();
  listeners[0]!.do(set('1', '200'));
  hub.tick(60_000);
  expect(hub.timers).toEqual([]);
  expect(hub.hub.feed.window).toEqual([]);
  // And the next change goes out at once again.
  listeners[0]!.do(set('1', '300'));
  hub.tick(0);
  expect(listeners[1]!.socket.frames.at(-1)).toMatchObject({ type: 'changes', cars: [{ location: '300' }] });
});

test('E3 whatever was ordered before an outcome reaches its socket before it', () => {
  const { hub, listeners, base } = site();
  const [first, second, third] = listeners;
  first!.do(set('1', '200'));
  second!.do({ type: 'set', car: '1', fields: { late: true } });
  const outcome = third!.do({ type: 'note', car: '1', text: 'left door' });
  expect(outcome).toMatchObject({ version: base + 3 });
  expect(third!.socket.take()).toMatchObject([
    { type: 'changes', from: base, to: base + 2, cars: [{ id: '1', location: '200', late: true }] },
    { type: 'outcomes', outcomes: [{ version: base + 3 }] },
  ]);
  hub.settle();
  expect(third!.socket.take()).toEqual([]);
  // The other pushers get what came after them, and only that.
  expect(first!.socket.take().at(-1)).toMatchObject({ from: base + 1, to: base + 3 });
  expect(second!.socket.take().at(-1)).toMatchObject({ from: base + 2, to: base + 3, by: 'wes' });
});

test('E3 what was ordered before reaches a socket before the refusal of its frame too', () => {
  const { listeners } = site();
  listeners[0]!.do(set('1', '200'));
  const [, late] = listeners[1]!.edits(set('1', '300'), set('1', '400'));
  listeners[1]!.send([late!]);
  expect(listeners[1]!.socket.take().map(({ type }) => type)).toEqual(['changes', 'notice']);
});

test('C1 a second socket of the same device hears of what the first has done', () => {
  const { hub } = site(0);
  const device = hub.device('wes', 'device-of-wes');
  const other = hub.device('wes', 'device-of-wes');
  device.do(set('1', '300'));
  hub.settle();
  expect(other.socket.frames).toMatchObject([
    { type: 'changes', cars: [{ location: '300' }] },
    { type: 'people' },
  ]);
});

test('C3 a socket that takes no cars gets none, and its pushes are answered', () => {
  const { hub, listeners } = site(1);
  const gate = hub.device('lea');
  gate.reconnect({ topics: ['people'] });
  listeners[0]!.do(set('1', '300'));
  hub.settle();
  expect(gate.socket.take().map(({ type }) => type)).toEqual(['people']);
  expect(gate.do({ type: 'note', car: '1', text: 'x' })).toMatchObject({ outcome: 'applied' });
});

test('C1 a request over HTTP reaches every socket', () => {
  const { hub, listeners } = site();
  hub.request('lea', set('1', '300'));
  hub.settle();
  for (const { socket } of listeners) {
    expect(socket.only('changes')).toMatchObject({ by: 'lea', cars: [{ id: '1', location: '300' }] });
  }
});

test('B1 a change too large for a frame closes the sockets with a code that brings them back', () => {
  const { hub, listeners, base } = site(2);
  const notes = 'é'.repeat(2_000);
  const rows = Array.from({ length: 250 }, (_, i) => ({ car: `C${i}`, fields: { notes } }));
  // The sender's answer does not fit either: it comes again and finds it in its welcome.
  hub.request('lea', { type: 'import', rows, mode: 'merge' });
  hub.settle();
  for (const device of listeners) {
    expect(device.socket.closeCode).toBe(4500);
    expect(device.reconnect({ version: base }).parts).toBeGreaterThan(0);
  }
});

test('B1 an answer too large for a frame is kept: the sender is told to come again and gets it then', () => {
  const { hub } = site(0);
  const notes = 'é'.repeat(2_000);
  const rows = Array.from({ length: 250 }, (_, i) => ({ car: `C${i}`, fields: { notes } }));
  hub.request('lea', { type: 'import', rows, mode: 'merge' });
  hub.settle();
  const desk = hub.device('lea');
  desk.socket.send({ type: 'push', edits: desk.edits({ type: 'import', rows: [], mode: 'replace' }) });
  expect(desk.socket.closeCode).toBe(4500);
  const welcome = desk.reconnect();
  expect(welcome.outcomes).toMatchObject([{ seq: 1, at: hub.now, outcome: 'applied', version: hub.version }]);
  expect(hub.state.live).toBe(0);
  expect(desk.socket.closeCode).toBeNull();
});

test('H3 those who asked for it get a version in the short form, in 64 bytes, the others in the long one', () => {
  const { hub, listeners, base } = site();
  const [sender, short, long] = listeners;
  short!.hello({ epoch: hub.state.epoch, version: base, brief: true });
  hub.settle();
  for (const { socket } of listeners) socket.take();
  sender!.do({ type: 'set', car: '1', fields: { arrived: true } });
  hub.settle();
  const changes = long!.socket.only('changes');
  expect(short!.socket.only('changes')).toEqual(changes);
  const { to, by, at } = changes;
  expect(JSON.stringify([to, by, at, ['128489', { arrived: true }]]).length).toBeLessThanOrEqual(64);
});
