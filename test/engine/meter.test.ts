import { expect, test } from 'vitest';
import { newTurns, nextTurnMs } from '../../worker/engine/arrivals.ts';
import { CLOSE } from '../../worker/protocol/errors.ts';
import {
  HELLOS_MAX,
  HELLOS_PER_S,
  SENDING_TOKENS_MAX,
  SENDING_TOKENS_PER_S,
} from '../../worker/protocol/limits.ts';
import { retryAfterMs } from '../../worker/protocol/retry-after.ts';
import { type EngineHub, makeHub } from '../support/engine-hub.ts';

const where = { type: 'where', car: null } as const;

test('B1 a socket may send so many frames at once and a second; one more is refused and nothing of it taken', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  device.socket.take();
  // Its hello was one of them.
  for (let i = 1; i < SENDING_TOKENS_MAX; i++) device.socket.send(where);
  expect(device.socket.frames).toEqual([]);
  const { version } = hub;
  const edits = device.edits({ type: 'add', car: '1' });
  expect(device.send(edits)).toMatchObject({ notice: 'refused', code: 'slow-down', seq: 1 });
  expect(hub.version).toBe(version);
  hub.tick(1_100 / SENDING_TOKENS_PER_S);
  expect(device.send(edits)).toMatchObject({ outcomes: [{ seq: 1, outcome: 'applied' }] });
});

test('B1 the edits of a frame count, at a tenth each', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  device.push({ type: 'add', car: '1' });
  const tap = { type: 'set', car: '1', fields: { late: true } } as const;
  let edits = 1;
  for (;;) {
    device.socket.send({ type: 'seen', version: hub.version, seq: edits });
    const answer = device.send(device.edits(...Array.from({ length: 100 }, () => tap)));
    if (answer.type !== 'outcomes') break;
    edits += 100;
  }
  // A frame of a hundred edits and the report that goes with it are twelve.
  expect(edits).toBe(1 + 100 * Math.floor((SENDING_TOKENS_MAX - 2.1) / 12));
});

test('B1 the third frame that is too much closes the socket, and says when to come again; nothing is lost', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  const { socket } = device;
  for (let i = 1; i < SENDING_TOKENS_MAX; i++) socket.send(where);
  const edits = device.edits({ type: 'add', car: '1' });
  for (let i = 0; i < 3; i++) {
    expect(socket.closeCode).toBeNull();
    expect(device.send(edits)).toMatchObject({ code: 'slow-down', seq: 1 });
  }
  expect(socket.closeCode).toBe(CLOSE.slowDown);
  expect(retryAfterMs(socket.closeReason)).toBeGreaterThan(1_000);
  expect(hub.hub.feed.meters.size).toBe(0);
  device.reconnect();
  expect(device.send(edits)).toMatchObject({ outcomes: [{ seq: 1, outcome: 'applied' }] });
});

test('B1 frames that are no messages, and those before hello, count as well', () => {
  const hub = makeHub();
  const socket = hub.connect('lea');
  const hello = { type: 'hello', protocol: 99, device: 'device-of-lea', epoch: null, version: 0 } as const;
  hub.run(({ feed }) => {
    feed.meters.set(socket.id, { bucket: { tokens: 0, at: hub.now }, strikes: 0 });
    return [];
  });
  socket.send('{');
  expect(socket.take()).toMatchObject([{ code: 'slow-down', seq: 1 }]);
  socket.send(hello);
  expect(socket.take()).toMatchObject([{ code: 'slow-down', seq: 1 }]);
});

/** So many devices dial at once; each that is told a time comes again then. Gives when each was welcomed. */
function storm(hub: EngineHub, devices: number): number[] {
  const began = hub.now;
  const welcomedAt: number[] = [];
  const due = Array.from({ length: devices }, (_, i) => ({ at: began, i }));
  let dials = 0;
  for (let next = due.shift(); next; next = due.shift()) {
    if (++dials > 10 * devices) throw new Error('the storm does not end');
    hub.tick(Math.max(0, next.at - hub.now));
    const { i } = next;
    const id = hub.accept(`p${i % 10}`, {
      message: (_, message) => {
        if (message.type === 'welcome') welcomedAt.push(hub.now - began);
      },
      closed: (code, reason) => {
        expect(code).toBe(CLOSE.slowDown);
        due.push({ at: hub.now + retryAfterMs(reason)!, i });
        due.sort((a, b) => a.at - b.at);
      },
    });
    const hello = { type: 'hello', protocol: 2, device: `device-${i}`, epoch: null, version: 0 } as const;
    hub.receive(id, JSON.stringify(hello));
  }
  return welcomedAt;
}

const crowd = () =>
  makeHub({ people: Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`p${i}`, 'worker'])) });

test('R7 500 devices that come back at once are all welcomed at once', () => {
  expect(storm(crowd(), 500)).toEqual(Array.from({ length: 500 }, () => 0));
});

test('R7 of a thousand the surplus is given turns one after the other, and all are back within two seconds', () => {
  const at = storm(crowd(), 1_000);
  expect(at).toHaveLength(1_000);
  expect(at.filter((ms) => ms === 0)).toHaveLength(HELLOS_MAX);
  expect(at.at(-1)).toBeLessThan(2_000);
  // Never more than the rate in any tenth of a second after the first moment.
  for (let from = 1; from < 2_000; from += 100) {
    const some = at.filter((ms) => ms >= from && ms < from + 100);
    expect(some.length).toBeLessThanOrEqual(HELLOS_PER_S / 10 + 1);
  }
});

test('turns follow each other, not before the least wait, and begin again where a clock was set back', () => {
  const turns = newTurns();
  const gap = 1_000 / HELLOS_PER_S;
  const at = [0, 0, 1, 1, 1].map((ms) => 5_000 + ms + nextTurnMs(turns, 5_000 + ms, 10_000));
  for (const [i, turn] of at.entries()) expect(turn - 15_000).toBeCloseTo((i + 1) * gap, -1);
  expect(new Set(at).size).toBe(at.length);
  expect(nextTurnMs(turns, 40_000)).toBe(Math.ceil(gap));
  turns.last = 1_000_000_000;
  expect(nextTurnMs(turns, 40_000)).toBe(Math.ceil(gap));
});

test('B1 one over the cap of its person is told how long to stay away', () => {
  const hub = crowd();
  for (let i = 0; i < 100; i++) hub.device('p0');
  let reason = '';
  const id = hub.accept('p0', {
    message: () => {},
    closed: (_, why) => {
      reason = why;
    },
  });
  const hello = { type: 'hello', protocol: 2, device: 'device-101', epoch: null, version: 0 } as const;
  hub.receive(id, JSON.stringify(hello));
  expect(retryAfterMs(reason)).toBeGreaterThanOrEqual(10_000);
});
