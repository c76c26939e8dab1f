import type { Choice } from '../../worker/protocol/attention.ts';
import type { Car } from '../../worker/protocol/car.ts';
import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import type { ErrorCode } from '../../worker/protocol/errors.ts';
import type { Person } from '../../worker/protocol/messages.ts';
import type { Unsettled } from '../../worker/protocol/outcome.ts';
import type { Principal, Site } from '../../worker/protocol/site.ts';

/** Whether what the device shows is what the hub has. */
export type Health =
  /** No way to the hub; the next try is at `retryAt` (device milliseconds), or on the network's return. */
  | { state: 'offline'; retryAt: number | null }
  | { state: 'connecting' }
  | { state: 'catching-up' }
  /**
   * As of the last evidence the hub answers and this device has all it has sent. `http`: sockets do not get through,
   * and it is asked every few seconds. `saver`: it is asked once a minute, to use less data. The next time is at
   * `nextAt` (device milliseconds), unless that is now.
   */
  | { state: 'live'; by: 'socket' }
  | { state: 'live'; by: 'http' | 'saver'; nextAt?: number }
  /** For good, until the person does something. */
  | { state: 'stopped'; reason: StopReason };

/** How long after one answer the hub is asked again where sockets do not get through. */
export const POLL_MS = 5_000;

export type StopReason =
  | ErrorCode
  /** A later version of the app has taken the device's store over. */
  | 'newer'
  /** The device's store refuses to work. */
  | 'store-failed';

/** An edit of this device that the hub has not answered. */
export interface Pending {
  edit: Edit;
  /** False until it is durable on the device (rule O1). */
  saved: boolean;
  /** On its way: an answer is due. */
  sent: boolean;
}

/** An edit the hub did not apply, or not in full, that nobody has settled yet. */
export interface Attention {
  edit: Edit;
  outcome: Unsettled;
  /** Person id of whoever made it; null until it is known who uses the device. */
  author: string | null;
  /** False where another device holds it, and this one knows of it from the hub. */
  isHere: boolean;
  /** Too large to be shown in full anywhere but on its own device. */
  cut?: true;
}

/** What a person decides on an item. */
export interface Decision {
  choice: Choice;
  /** What to send so that it comes about; left out, what follows from the choice. */
  intents?: readonly Intent[];
}

/** Edits another person made on this device. They wait until that person signs in here again (rule E4). */
export interface WaitingEdits {
  /** Person id. */
  author: string;
  edits: readonly Edit[];
}

/** One of the person's last changes on this device, newest first; what "undo" lists. */
export interface OwnChange {
  edit: Edit;
  /** Null until the hub has applied it. */
  version: number | null;
  undone: boolean;
}

/** Everything the interface shows, at one moment. Never mutated; parts that did not change are the same object. */
export interface View {
  health: Health;
  /** Since when (device milliseconds) health is not `live`; null while it is. */
  troubledSince: number | null;
  /** Device milliseconds of the last proof that the board was current; null if never. */
  syncedAt: number | null;
  /** False until something is known: neither a stored snapshot nor the hub's. */
  ready: boolean;
  epoch: string | null;
  /** The last confirmed version. */
  version: number;
  /** Confirmed state plus pending edits, tombstones included. */
  cars: ReadonlyMap<string, Car>;
  pending: readonly Pending[];
  /** Left out where nobody else has anything waiting here. */
  waiting?: readonly WaitingEdits[];
  attention: readonly Attention[];
  own: readonly OwnChange[];
  people: readonly Person[];
  /** Person id to name, of everybody this device has heard of. */
  names: Readonly<Record<string, string>>;
  you: Principal | null;
  site: Site | null;
  /** Since when (hub milliseconds) the archive has been waiting for too long, where the hub says so; it tells leads. */
  delayedSince: number | null;
  /** What to add to device time to get the hub's, in milliseconds. */
  hubTimeOffsetMs: number;
  /** The device's store was empty when it was opened: it is new, or somebody has deleted it. */
  isNew?: true;
  /** When (device milliseconds) the store was found deleted under a running app, which has stored everything again. */
  wipedAt?: number;
}

/** What a person can do with the site. The one way from the interface to the hub. */
export interface SiteClient {
  readonly view: View;
  /** Calls back after each change of the view, at most once a turn; returns how to stop that. */
  subscribe(listener: (view: View) => void): () => void;
  /**
   * Shows an edit at once and queues it; resolves when it is durable on the device (rule O1). Rejects with a
   * `StoreError` where the device cannot keep it; then it is no longer shown.
   */
  edit(intent: Intent): Promise<Edit>;
  /** Takes back one of `view.own`, whether the hub has it yet or not. */
  undo(change: OwnChange): Promise<Edit | null>;
  /**
   * Decides on items, all in the same way. Resolves when that is durable. Rejects with a `StoreError`, and then all of
   * them are still there.
   */
  settle(items: readonly Attention[], decision: Decision): Promise<void>;
  /** Takes back an edit the hub has not answered: its inverse is queued behind it. */
  discard(pending: Pending): Promise<void>;
  /** Tries at once, whatever the state. Resolves when all queued edits are answered and the board is current, or it fails. */
  syncNow(): Promise<boolean>;
  /**
   * Whether to use less data: the hub is asked once a minute instead of telling at once, and others do not see that
   * this device is here. Edits go out at once all the same.
   */
  saveData(on: boolean): void;
  /** Which car is open, for others to see. */
  where(car: string | null): void;
  /** Lets go of the connection and the store. What is queued stays on the device. */
  stop(): Promise<void>;
}
