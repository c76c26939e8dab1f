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
  /** As of the last evidence the hub answers and this device has all it has sent. */
  | { state: 'live' }
  /** For good, until the person does something. */
  | { state: 'stopped'; reason: StopReason };

export type StopReason =
  | ErrorCode
  /** Another tab of this device has taken over. */
  | 'other-tab'
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
  /** What to add to device time to get the hub's, in milliseconds. */
  hubTimeOffsetMs: number;
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
  /** `mine`: send it again as of now. `theirs`: let go. Resolves when that is durable. */
  settle(item: Attention, choice: 'mine' | 'theirs'): Promise<void>;
  /** Takes back an edit the hub has not answered: its inverse is queued behind it. */
  discard(pending: Pending): Promise<void>;
  /** Tries at once, whatever the state. Resolves when all queued edits are answered and the board is current, or it fails. */
  syncNow(): Promise<boolean>;
  /** Which car is open, for others to see. */
  where(car: string | null): void;
  /** Lets go of the connection and the store. What is queued stays on the device. */
  stop(): Promise<void>;
}
