import type { FleetDevice } from '../../worker/protocol/api.ts';
import { type DeviceNote, notesOf } from './device-words.ts';

const ORDER: { [K in DeviceNote['kind']]: number } = {
  holds: 0,
  waiting: 0,
  silent: 1,
  behind: 1,
  offline: 2,
  old: 3,
  current: 4,
};

/** Those that need a look first; among them by name. The same devices stand in the same order after each refresh. */
export function deviceOrder(devices: readonly FleetDevice[], at: number): FleetDevice[] {
  const rank = new Map(devices.map((device) => [device, rankOf(device, at)]));
  return [...devices].sort(
    (a, b) =>
      (rank.get(a) ?? 0) - (rank.get(b) ?? 0) ||
      (a.person?.name ?? '').localeCompare(b.person?.name ?? '') ||
      a.device.localeCompare(b.device),
  );
}

function rankOf(device: FleetDevice, at: number): number {
  return Math.min(...notesOf(device, at).map(({ kind }) => ORDER[kind]));
}
