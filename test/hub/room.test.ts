import { expect, test } from 'vitest';
import type { Attached } from '../../worker/engine/feed.ts';
import { Room } from '../../worker/hub/room.ts';
import type { Attachment } from '../../worker/hub/sockets.ts';

const T = 1_790_000_000_000;
const STANDING = { person: 'wes', protocol: 2, app: null, stored: 7, holds: [], at: T };

/** A runtime that has kept one socket through a sleep of the hub, pinged when it was opened. */
function afterSleep(standing: Attached['standing'], pingedAt: number): Room {
  const attachment: Attachment = {
    id: 'socket-1',
    session: 'session-1',
    listener: {
      device: 'phone-0001',
      protocol: 2,
      topics: ['cars'],
      car: null,
      brief: true,
      delayedSince: null,
      standing,
    },
  };
  const socket = { readyState: WebSocket.OPEN, deserializeAttachment: () => attachment } as WebSocket;
  const room = new Room({
    acceptWebSocket: () => {},
    getWebSockets: () => [socket],
    getWebSocketAutoResponseTimestamp: () => new Date(pingedAt),
  });
  room.recall();
  return room;
}

test('R4 a device that is answered all the time, and so never pings, is not silent to a hub that has slept', () => {
  const room = afterSleep(STANDING, T - 600_000);
  expect(room.heardOn('socket-1')).toBe(T);
  expect(room.isSilent('socket-1', true, T + 20_000)).toBe(false);
  expect(room.isSilent('socket-1', true, T + 60_000)).toBe(true);
});

test('H1 of one that has only pinged the pings are what is known', () => {
  const room = afterSleep(null, T);
  expect(room.isSilent('socket-1', true, T + 20_000)).toBe(false);
  expect(room.isSilent('socket-1', true, T + 60_000)).toBe(true);
});

test('B1 a socket that has outlived a sleep counts among those of its session, until it has gone', () => {
  const room = afterSleep(STANDING, T);
  expect([...room.sessions]).toEqual(['session-1']);
  room.leave('socket-1');
  expect([...room.sessions]).toEqual([]);
});
