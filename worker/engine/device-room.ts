import { DEVICES_MAX } from '../protocol/limits.ts';
import type { Device } from './device.ts';
import type { StorageEffect } from './effect.ts';
import type { SiteState } from './state.ts';

/**
 * Room for one more device (rule B1). At the cap one is forgotten; if it returns it begins again as a new one. Those
 * that have only looked go first, then those that have all their outcomes, last those that may ask for some; among
 * them the one not heard of for longest. Null where there is none that a device which only looks may push out.
 */
export function makeRoom(state: SiteState, newcomer: 'looks' | 'pushes'): StorageEffect[] | null {
  if (state.devices.size < DEVICES_MAX) return [];
  let last: Device | undefined;
  for (const device of state.devices.values()) if (!last || isSooner(device, last)) last = device;
  if (!last) return [];
  if (newcomer === 'looks' && worthOf(last) > 0) return null;
  state.devices.delete(last.id);
  return [{ type: 'delete-device', id: last.id }];
}

function isSooner(device: Device, other: Device): boolean {
  const difference = worthOf(device) - worthOf(other);
  return difference < 0 || (difference === 0 && device.heardAt < other.heardAt);
}

/** What would be lost with it: nothing, the order of its seqs, or answers it has not got. */
function worthOf({ seq, seen }: Device): 0 | 1 | 2 {
  if (seq === 0) return 0;
  return seen === seq ? 1 : 2;
}
