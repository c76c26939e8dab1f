import type { LogEntry } from '../protocol/history.ts';
import type { Device } from './device.ts';
import type { CarRecord, ListedItem, Session, SiteMeta } from './state.ts';

export type SocketId = string;

/** What the hub has to write. All writes of one event are one transaction. */
export type StorageEffect =
  | { type: 'put-car'; record: CarRecord }
  | { type: 'delete-car'; id: string }
  | { type: 'append'; entry: LogEntry }
  /** Log entries up to and with this version go. */
  | { type: 'prune'; upTo: number }
  | { type: 'put-device'; device: Device }
  | { type: 'delete-device'; id: string }
  | { type: 'put-session'; session: Session }
  | { type: 'delete-session'; hash: string }
  | { type: 'put-name'; person: string; name: string }
  | { type: 'delete-name'; person: string }
  | { type: 'put-item'; item: ListedItem }
  /** In the place of an item that has been settled. `at` is hub milliseconds. */
  | { type: 'settle-item'; id: string; at: number }
  | { type: 'delete-item'; id: string }
  /** What does not follow from cars and log. */
  | { type: 'put-meta'; meta: SiteMeta }
  /** The answer to a request with an idempotency key; the oldest over the cap goes. */
  | { type: 'put-answer'; key: string; request: string; answer: string };

/** What has to happen outside, once the writes are done. */
export type OutwardEffect =
  /** `isAnswer`: to what the socket itself has sent, and never held back for one that reads slowly. */
  | { type: 'send'; to: SocketId; text: string; isAnswer?: true }
  | { type: 'close'; to: SocketId; code: number; reason: string }
  /** Remember with the socket what it must still know after hibernation. */
  | { type: 'attach'; to: SocketId }
  /** Come back with a `timer` event. At most one of a name is pending; none outlives an idle moment (rule H1). */
  | { type: 'timer'; name: TimerName; ms: number }
  /** There is something to archive. */
  | { type: 'archive' }
  /** Ask the directory which of these people belong to the site, and come back with `onMembers`. */
  | { type: 'members'; people: string[] };

export type TimerName = 'feed' | 'people';

export type Effect = StorageEffect | OutwardEffect;

const OUTWARD: { [T in OutwardEffect['type']]: true } = {
  send: true,
  close: true,
  attach: true,
  timer: true,
  archive: true,
  members: true,
};

export function isOutward(effect: Effect): effect is OutwardEffect {
  return Object.hasOwn(OUTWARD, effect.type);
}
