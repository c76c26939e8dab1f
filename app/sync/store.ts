import type { Car } from '../../worker/protocol/car.ts';
import type { Edit } from '../../worker/protocol/edit.ts';
import type { CarDiff } from '../../worker/protocol/history.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import type { Principal, Site } from '../../worker/protocol/site.ts';

/** The layout this version of the app writes. The browser's database has the same version. */
export const FORMAT = 2;

/** What a device keeps of one site: the last confirmed board and every edit that is still of use. */
export interface Store {
  /**
   * Everything there is. From here on the store is this one's: whoever opened it before can write no more, and is
   * told so by `taken` (rule O3). Rejects with a `StoreError`.
   */
  load(): Promise<Stored>;
  /** All of a change or nothing of it. Rejects with a `StoreError`, and then nothing has changed. */
  commit(change: StoreChange): Promise<void>;
  /** Lets go. What is under way still completes or fails. */
  close(): void;
}

export interface Stored {
  /** Null where the store is new, or has been wiped. */
  meta: Meta | null;
  cars: Car[];
  /** In the order of queue and seq. */
  edits: EditRecord[];
}

export interface StoreChange {
  /** `strict`: on the disk when `commit` resolves. `relaxed`: with the operating system. */
  durability: 'strict' | 'relaxed';
  meta?: Meta;
  cars?: {
    /** Drops all cars first. */
    clear?: boolean;
    put: readonly Car[];
    remove: readonly string[];
  };
  /** `remove` comes first. Adding what is there already fails the whole change with `taken`. */
  edits?: { remove: readonly string[]; put: readonly EditRecord[]; add: readonly EditRecord[] };
}

export interface Meta {
  format: typeof FORMAT;
  epoch: string | null;
  /** The cars are as of this version. */
  version: number;
  archived: number;
  /** The queue in use comes first; the others wait for their person. */
  queues: Queue[];
  /** The highest number a queue ever had here. */
  lastQueue: number;
  you: Principal | null;
  site: Site | null;
  names: Record<string, string>;
  hubTimeOffsetMs: number;
  /** Device milliseconds. */
  syncedAt: number | null;
}

/** One run of seqs: a device id towards the hub, in one epoch, for one person (rule E4). */
export interface Queue {
  /** Never used twice in a store. */
  number: number;
  device: string;
  /** Null until it is known who uses the device. */
  person: string | null;
  /** Null until a hub has been met. */
  epoch: string | null;
  /** The last seq given out. */
  lastSeq: number;
}

/** One edit, in a record of its own (rule O1). Without an outcome it is still to be answered. */
export interface EditRecord {
  queue: number;
  edit: Edit;
  /** Person id of whoever made it; null until it is known who uses the device. */
  author: string | null;
  /** What it changed on the board, where that is not too much: what an undo puts back. */
  cars?: CarDiff[];
  outcome?: Outcome;
  /** Its conflict or rejection has been settled, here or elsewhere. */
  settled?: true;
  /** The hub has listed it as open: once it does not any more, it has been settled elsewhere. */
  reported?: true;
  /** The person has taken it back. */
  undone?: true;
}

/** The key of an edit's record; sorts by queue, then seq. */
export function editKey({ queue, edit }: Pick<EditRecord, 'queue' | 'edit'>): string {
  return `${String(queue).padStart(6, '0')}:${String(edit.seq).padStart(9, '0')}`;
}

export type StoreErrorKind =
  /** As many edits wait on this device as it holds. */
  | 'full'
  /** One edit is too large to be sent. */
  | 'too-large'
  /** The device has no room left. */
  | 'quota'
  /** Another tab or worker of this device has taken the store over, or has written under the same key. */
  | 'taken'
  /** What was stored is gone: the person or the browser has cleared it. */
  | 'wiped'
  /** A later version of the app has been at work here: only that one can read what is stored. */
  | 'newer'
  /** The client has let go of the store, or never had it. */
  | 'closed'
  | 'failed';

/** The device cannot keep something. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, options?: ErrorOptions) {
    super(`The store of this device: ${kind}`, options);
    this.name = 'StoreError';
    this.kind = kind;
  }
}
