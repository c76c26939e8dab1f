import type { Fleet, FleetDevice, RollCall } from '../protocol/api.ts';
import { type Refusal, refuse } from '../protocol/errors.ts';
import { FLEET_DEVICES_MAX, ROLL_CALL_MS_MIN } from '../protocol/limits.ts';
import type { DownMessage } from '../protocol/messages.ts';
import type { Device } from './device.ts';
import type { OutwardEffect, SocketId } from './effect.ts';
import type { Hub } from './socket.ts';
import type { Env, SiteState } from './state.ts';

/** What the shell knows and the engine does not. */
export interface FleetPorts {
  /** When anything was last heard on a socket, a ping included, in hub milliseconds. */
  heardOn(socket: SocketId): number;
  /** A short name for a device that does not give its id away: that is the device's secret. */
  handleOf(device: string): string;
}

/** What the sockets say of a device. */
interface Present {
  heardAt: number;
  takesCars: boolean;
}

/** Every device the hub knows, for those who look after them: the one heard of last comes first. */
export function fleetOf(hub: Hub, env: Env, ports: FleetPorts): Fleet {
  const { state } = hub;
  const present = presentDevices(hub, ports);
  const heardAt = (device: Device) => Math.max(device.heardAt, present.get(device.id)?.heardAt ?? 0);
  const known = [...state.devices.values()].sort((a, b) => heardAt(b) - heardAt(a));
  const madeAt = timesOf(env);
  const devices = known.slice(0, FLEET_DEVICES_MAX).map((device): FleetDevice => {
    const { standing } = device;
    const here = present.get(device.id);
    // A socket that takes no cars is always where the hub is.
    const acked = here && !here.takesCars ? state.version : (standing?.stored ?? 0);
    const lag = state.version - acked;
    return {
      device: ports.handleOf(device.id),
      person: standing && { id: standing.person, name: nameOf(state, standing.person) },
      app: standing?.app ?? null,
      protocol: standing?.protocol ?? 1,
      connected: here !== undefined,
      acked,
      lag,
      behindSince: lag > 0 ? madeAt(acked + 1) : null,
      ...heldOn(device, state),
      heardAt: heardAt(device),
      saidAt: standing?.at ?? 0,
    };
  });
  return { version: state.version, at: env.now, devices, more: known.length - devices.length };
}

/** Asks every device that understands it where it is. Errors: `too-many-requests`, where that was asked just now. */
export function rollCall(
  hub: Hub,
  now: number,
): { answer: { ok: true; value: RollCall } | Refusal; effects: OutwardEffect[] } {
  if (now - hub.calledAt < ROLL_CALL_MS_MIN) return { answer: refuse('too-many-requests'), effects: [] };
  hub.calledAt = now;
  const notice: DownMessage = { type: 'notice', notice: 'roll-call' };
  const text = JSON.stringify(notice);
  const effects: OutwardEffect[] = [];
  for (const { id, protocol } of hub.feed.listeners.values()) {
    if (protocol >= 2) effects.push({ type: 'send', to: id, text });
  }
  return { answer: { ok: true, value: { at: now, version: hub.state.version } }, effects };
}

function presentDevices({ feed }: Hub, { heardOn }: FleetPorts): Map<string, Present> {
  const present = new Map<string, Present>();
  for (const { id, device, topics } of feed.listeners.values()) {
    const before = present.get(device);
    present.set(device, {
      heardAt: Math.max(heardOn(id), before?.heardAt ?? 0),
      takesCars: topics.includes('cars') || (before?.takesCars ?? false),
    });
  }
  return present;
}

function heldOn({ standing }: Device, state: SiteState): Pick<FleetDevice, 'held' | 'waiting'> {
  const holds = standing?.holds ?? [];
  const own = holds.filter(({ person }) => person === standing?.person);
  const others = holds.filter(({ person }) => person !== standing?.person);
  return {
    held: own.reduce((sum, { edits }) => sum + edits, 0),
    waiting: others.map(({ person, edits }) => ({ person, name: nameOf(state, person), edits })),
  };
}

/** When a version was made; null where the log has it no more. Many devices lack the same one. */
function timesOf({ log }: Env): (version: number) => number | null {
  const known = new Map<number, number | null>();
  return (version) => {
    const at = known.get(version) ?? log.entry(version)?.at ?? null;
    known.set(version, at);
    return at;
  };
}

function nameOf(state: SiteState, person: string): string {
  return state.names.get(person) ?? '';
}
