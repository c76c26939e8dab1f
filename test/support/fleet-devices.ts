import type { Fleet, FleetDevice } from '../../worker/protocol/api.ts';
import { NIGHT_MS } from './fake-site-client.ts';

/** A device that is connected and has everything as of version 100, unless told otherwise. */
export function fleetDevice(device: Partial<FleetDevice> = {}): FleetDevice {
  return {
    device: 'x7Rk02aQ',
    person: { id: 'p2', name: 'Ben' },
    app: '0.1.0',
    protocol: 2,
    connected: true,
    acked: 100,
    lag: 0,
    behindSince: null,
    held: 0,
    waiting: [],
    heardAt: NIGHT_MS,
    saidAt: NIGHT_MS,
    ...device,
  };
}

/** What the hub says of these, at version 100. */
export function fleetOf(devices: readonly Partial<FleetDevice>[], more: Partial<Fleet> = {}): Fleet {
  return { version: 100, at: NIGHT_MS, devices: devices.map(fleetDevice), more: 0, ...more };
}

const MINUTE_MS = 60_000;

/** A device in every state there is, and some that have not been heard of since yesterday. */
export function troubledFleet(now: number): Fleet {
  const present = { heardAt: now, saidAt: now + MINUTE_MS };
  const gone = { connected: false, heardAt: now - 40 * MINUTE_MS, saidAt: now - 41 * MINUTE_MS };
  const ann = { person: 'p9', name: 'Ann', edits: 2 };
  const states: Partial<FleetDevice>[] = [
    present,
    { ...present, held: 1, waiting: [ann, { ...ann, person: 'p8', name: 'Maximiliana Konstantinopoulos' }] },
    { ...present, acked: 88, lag: 12 },
    { ...present, protocol: 1, app: null },
    { ...present, saidAt: now - MINUTE_MS, person: null },
    { ...gone, held: 3 },
    { ...gone, heardAt: now - 20 * 60 * MINUTE_MS, app: null },
  ];
  return fleetOf(
    states.map((state, i) => ({ device: `x7Rk02a${i}`, ...state })),
    { at: now },
  );
}
