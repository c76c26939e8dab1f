import type { FleetDevice } from '../../worker/protocol/api.ts';
import { t } from '../messages/translate.ts';

/** What there is to say of a device. */
export type DeviceNote =
  | { kind: 'current' }
  /** Edits of its person that the hub has not answered. */
  | { kind: 'holds'; count: number }
  /** Edits of somebody else that wait on it. */
  | { kind: 'waiting'; name: string; count: number }
  | { kind: 'behind'; count: number }
  /** Hub milliseconds. */
  | { kind: 'offline'; since: number }
  /** Connected, and it does not answer. */
  | { kind: 'silent' }
  /** Its app is too old to say what it holds. */
  | { kind: 'old' };

/** A device reports a newer board once it is stored, 10 s later at most: until then it is not behind. */
const REPORT_MS = 15_000;
/** Without a socket a device asks every 5 s: one that has just done so is not offline. */
const POLL_MS = 15_000;

/** What a lead should know of a device at a moment of the hub's clock, the most pressing first. Never nothing. */
export function notesOf(device: FleetDevice, at: number): DeviceNote[] {
  const { lag, behindSince } = device;
  const notes = holdingsOf(device);
  const isPresent = isHere(device, at);
  if (!isPresent) notes.push({ kind: 'offline', since: device.heardAt });
  if (isPresent && lag > 0 && (behindSince === null || at - behindSince > REPORT_MS)) {
    notes.push({ kind: 'behind', count: lag });
  }
  if (device.protocol < 2) notes.push({ kind: 'old' });
  return notes.length > 0 ? notes : [{ kind: 'current' }];
}

/** Whether it can be reached now, over a socket or by its own asking. */
export function isHere({ connected, heardAt }: FleetDevice, at: number): boolean {
  return connected || at - heardAt < POLL_MS;
}

/** The edits on a device that the hub does not have. */
export function holdingsOf({ held, waiting }: FleetDevice): DeviceNote[] {
  return [
    ...(held > 0 ? [{ kind: 'holds', count: held } as const] : []),
    ...waiting.map(({ name, edits }): DeviceNote => ({ kind: 'waiting', name, count: edits })),
  ];
}

/** A note in words. `time` writes hub milliseconds. */
export function noteWords(note: DeviceNote, time: (atMs: number) => string): string {
  switch (note.kind) {
    case 'current':
      return t('fleet.current');
    case 'holds':
      return t('fleet.holds', { count: note.count });
    case 'waiting':
      return t('fleet.waiting', { count: note.count, name: note.name || t('person.unknown') });
    case 'behind':
      return t('fleet.behind', { count: note.count });
    case 'offline':
      return t('fleet.offline', { time: time(note.since) });
    case 'silent':
      return t('fleet.silent');
    case 'old':
      return t('fleet.old');
    default:
      return note satisfies never;
  }
}
