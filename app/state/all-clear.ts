import type { Fleet, FleetDevice, RollCall } from '../../worker/protocol/api.ts';
import { type DeviceNote, holdingsOf } from './device-words.ts';

/** Whether everybody has everything and nobody holds a change, as far as the devices say. */
export type Verdict =
  | { clear: true; devices: number; at: number }
  | { clear: false; devices: number; at: number; unclear: Unclear[]; unlisted: number };

/** A device that keeps it from being clear, and why. */
export interface Unclear {
  device: FleetDevice;
  reasons: DeviceNote[];
}

/**
 * A device that has not been heard of for longer is out of the question: a shift with its overtime is shorter, and whoever
 * went home before it began was asked about then. In milliseconds.
 */
export const COUNTED_MS = 12 * 3_600_000;

/** The devices that count, at the moment of the list. */
export function countedIn({ devices, at }: Fleet): FleetDevice[] {
  return devices.filter(({ heardAt }) => at - heardAt <= COUNTED_MS);
}

/**
 * The verdict of a list of devices that came after a roll-call. What counts is the version at the call: that others go on
 * working meanwhile keeps nobody from being clear.
 */
export function verdictOf(fleet: Fleet, call: RollCall): Verdict {
  const { at, more } = fleet;
  const counted = countedIn(fleet);
  const unclear = counted.flatMap((device): Unclear[] => {
    const reasons = reasonsOf(device, call);
    return reasons.length > 0 ? [{ device, reasons }] : [];
  });
  // Those not listed were heard of before all that are: they count only where these all do.
  const unlisted = counted.length === fleet.devices.length ? more : 0;
  const devices = counted.length + unlisted;
  return unclear.length === 0 && unlisted === 0
    ? { clear: true, devices, at }
    : { clear: false, devices, at, unclear, unlisted };
}

/** Whether waiting longer may change a verdict: a device that is here may still answer, or send what it holds. */
export function mayChange(verdict: Verdict): boolean {
  if (verdict.clear) return false;
  return verdict.unclear.some(
    ({ reasons }) => !reasons.some(({ kind }) => kind === 'offline' || kind === 'old'),
  );
}

function reasonsOf(device: FleetDevice, { at, version }: RollCall): DeviceNote[] {
  const { saidAt, heardAt, connected, acked, protocol } = device;
  const holdings = holdingsOf(device);
  const hasAnswered = saidAt >= at;
  if (!connected && !hasAnswered) return [{ kind: 'offline', since: heardAt }, ...holdings];
  if (protocol < 2) return [{ kind: 'old' }];
  if (!hasAnswered) return [{ kind: 'silent' }, ...holdings];
  return acked < version ? [...holdings, { kind: 'behind', count: version - acked }] : holdings;
}
