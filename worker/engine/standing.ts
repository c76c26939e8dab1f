import type { Edit } from '../protocol/edit.ts';
import type { Holding, Seen } from '../protocol/messages.ts';
import { newDevice, putDevice, type Standing } from './device.ts';
import { makeRoom } from './device-room.ts';
import type { Effect, StorageEffect } from './effect.ts';
import type { Feed, Listener } from './feed.ts';
import type { Hub } from './socket.ts';
import type { SiteState } from './state.ts';

/** What a device says of itself when it comes. */
interface Said {
  protocol: number;
  app?: string | undefined;
  holds?: readonly Holding[] | undefined;
}

/** When a device was heard of is stored no more exactly than this, for each row costs. */
const HEARD_MS = 60_000;

/** What a device has said as it comes with a board as of `place`. */
export function standingOf(
  { protocol, app, holds = [] }: Said,
  place: { epoch: string | null; version: number },
  state: SiteState,
): Omit<Standing, 'person' | 'at'> {
  const stored = place.epoch === state.epoch ? Math.min(place.version, state.version) : 0;
  return { protocol, app: app ?? null, stored, holds: holds.filter(({ edits }) => edits > 0) };
}

/**
 * A device comes: it is known from then on, whether it sends edits or not. A row is written only where it is new, or
 * another person, app or holding than the one stored. The hub may have no room for one that only looks.
 */
export function meet(state: SiteState, id: string, said: Omit<Standing, 'at'>, now: number): StorageEffect[] {
  const known = state.devices.get(id);
  const room = known ? [] : makeRoom(state, 'looks');
  if (!room) return [];
  const device = known ?? newDevice(id);
  device.heardAt = now;
  device.standing = { ...said, at: now };
  state.devices.set(id, device);
  return known && isAlike(device.written.standing, device.standing) ? [] : [...room, putDevice(device)];
}

/** A device says what it has stored, and what it holds where that has changed. In memory and with the socket: no row. */
export function hear(state: SiteState, listener: Listener, { version, holds }: Seen, now: number): Effect[] {
  const device = state.devices.get(listener.device);
  if (!device?.standing) return [];
  const stored = Math.min(version, state.version);
  const held = holds?.filter(({ edits }) => edits > 0) ?? device.standing.holds;
  device.heardAt = now;
  device.standing = { ...device.standing, stored, holds: held, at: now };
  listener.standing = device.standing;
  return [{ type: 'attach', to: listener.id }];
}

/** A socket of a device has gone; the last one takes along what only memory has of it. */
export function leave(state: SiteState, feed: Feed, id: string, heardAt: number): StorageEffect[] {
  const device = state.devices.get(id);
  if (!device || isConnected(feed, id)) return [];
  device.heardAt = Math.max(device.heardAt, heardAt);
  const { written, standing } = device;
  const isStored = isAlike(written.standing, standing) && written.standing?.stored === standing?.stored;
  return isStored && device.heardAt - written.heardAt < HEARD_MS ? [] : [putDevice(device)];
}

/** A socket that has outlived a sleep of the hub, with what its device had said by then. */
export function rejoin({ state, feed }: Hub, listener: Listener): void {
  feed.listeners.set(listener.id, listener);
  const device = state.devices.get(listener.device);
  const { standing } = listener;
  if (!device || !standing || standing.at <= (device.standing?.at ?? 0)) return;
  device.standing = standing;
  device.heardAt = Math.max(device.heardAt, standing.at);
}

/** What is held still once these edits have been answered. */
export function answeredOf(
  holds: readonly Holding[],
  edits: readonly Edit[],
  person: string,
): readonly Holding[] {
  const answered = new Map<string, number>();
  for (const { author = person } of edits) answered.set(author, (answered.get(author) ?? 0) + 1);
  return holds.flatMap((holding) => {
    const left = holding.edits - (answered.get(holding.person) ?? 0);
    return left > 0 ? { person: holding.person, edits: left } : [];
  });
}

function isConnected(feed: Feed, id: string): boolean {
  for (const { device } of feed.listeners.values()) if (device === id) return true;
  return false;
}

/** The same to somebody who looks after the devices. */
function isAlike(one: Standing | null, other: Standing | null): boolean {
  if (!one || !other) return one === other;
  const isSame = one.person === other.person && one.app === other.app && one.protocol === other.protocol;
  return isSame && JSON.stringify(one.holds) === JSON.stringify(other.holds);
}
