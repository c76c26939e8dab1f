import type { Clock } from './clock.ts';
import type { EditRecords } from './edit-records.ts';
import { type Capture, Journal } from './journal.ts';
import type { Outbox } from './outbox.ts';
import type { Replica } from './replica.ts';
import type { Place, Sender } from './sender.ts';
import type { SiteFacts } from './site-facts.ts';
import { FORMAT, type Meta, type Store, type StoreError } from './store.ts';

/** What of a device is kept. */
export interface Kept {
  replica: Replica;
  records: EditRecords;
  outbox: Outbox;
  sender: Sender;
  facts: SiteFacts;
}

export interface KeeperEvents {
  /** Something that is shown has changed. */
  changed(): void;
  /** Something has become durable. */
  stored(): void;
  failed(error: StoreError): void;
}

/** Keeps a device in its store: whatever differs, in one transaction at a time. */
export class Keeper {
  readonly #kept: Kept;
  readonly #events: KeeperEvents;
  readonly #journal: Journal;
  /** What does not follow from cars and edits differs from what is stored. */
  #isMetaDirty = false;

  constructor(store: Store, clock: Clock, kept: Kept, events: KeeperEvents) {
    this.#kept = kept;
    this.#events = events;
    this.#journal = new Journal(store, clock, () => this.#capture());
  }

  get isClosed(): boolean {
    return this.#journal.isClosed;
  }

  /** More than cars and edits is to be written with the next transaction. */
  touch(): void {
    this.#isMetaDirty = true;
  }

  /** Within a second. */
  soon(): void {
    this.#journal.soon();
  }

  /** Resolves when all there is now is stored. Rejects with a `StoreError`. */
  flush(): Promise<void> {
    return this.#journal.flush();
  }

  /** `flush` for those who have nothing to wait for. */
  now(): void {
    this.#journal.now();
  }

  close(): void {
    this.#journal.close();
  }

  /** What is stored, if all there is now is. */
  place(): Place {
    const { outbox, replica } = this.#kept;
    const { number, epoch } = outbox.queue;
    return { queue: number, epoch, version: replica.version, seq: outbox.answeredSeq };
  }

  #capture(): Capture | null {
    const { replica, records, outbox, sender } = this.#kept;
    const cars = replica.takeDirty();
    const edits = records.takeDirty();
    const isMetaDirty = this.#isMetaDirty || cars !== null;
    if (!cars && !edits && !isMetaDirty) return null;
    this.#isMetaDirty = false;
    const unsaved = outbox.unsavedIds;
    const place = this.place();
    // Edits are sent on the strength of it.
    const isMove = place.queue !== sender.stored.queue || place.epoch !== sender.stored.epoch;
    return {
      change: {
        durability: edits || isMove ? 'strict' : 'relaxed',
        ...(isMetaDirty && { meta: this.#meta() }),
        ...(cars && { cars }),
        ...(edits && { edits }),
      },
      stored: () => {
        if (edits) records.markStored(edits);
        outbox.markSaved();
        sender.stored = place;
        this.#events.changed();
        this.#events.stored();
      },
      failed: (error) => {
        if (cars) replica.restoreDirty(cars);
        if (edits) records.restoreDirty(edits);
        this.#isMetaDirty ||= isMetaDirty;
        if (error.kind === 'wiped') this.#storeAllAgain();
        else for (const { id } of outbox.dropUnsaved(unsaved)) replica.hide(id);
        this.#events.changed();
        this.#events.failed(error);
      },
    };
  }

  #storeAllAgain(): void {
    const { replica, records, outbox } = this.#kept;
    this.#isMetaDirty = true;
    replica.allDirty();
    records.allDirty();
    outbox.allUnstored();
  }

  #meta(): Meta {
    const { replica, records, outbox, facts } = this.#kept;
    const { you, site, names, hubTimeOffsetMs, provenAt } = facts;
    return {
      format: FORMAT,
      epoch: replica.epoch,
      version: replica.version,
      archived: records.archived,
      queues: outbox.queues,
      lastQueue: outbox.lastQueue,
      you,
      site,
      names,
      hubTimeOffsetMs,
      syncedAt: provenAt,
    };
  }
}
