import type { Car } from '../../worker/protocol/car.ts';
import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import { ERRORS, type ErrorCode } from '../../worker/protocol/errors.ts';
import { OUTBOX_MAX, SYNC_BODY_BYTES_MAX } from '../../worker/protocol/limits.ts';
import {
  type CatchUp,
  type Changes,
  type Hello,
  type Outcomes,
  PROTOCOL,
} from '../../worker/protocol/messages.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import type { Principal, Site } from '../../worker/protocol/site.ts';
import { utf8Length } from '../../worker/protocol/text.ts';
import type { Clock } from './clock.ts';
import { EditRecords, unsettledOf, versionOf } from './edit-records.ts';
import { inverseOf } from './inverse.ts';
import { type Capture, Journal } from './journal.ts';
import { Outbox } from './outbox.ts';
import { newId, type Random } from './random.ts';
import { Replica } from './replica.ts';
import { mineAgain } from './resolution.ts';
import { ENVELOPE_BYTES, type Place, Sender } from './sender.ts';
import { SiteFacts } from './site-facts.ts';
import { type Meta, type Store, StoreError } from './store.ts';
import type { Attention, OwnChange } from './view.ts';

export interface DevicePorts {
  store: Store;
  clock: Clock;
  random: Random;
}

export interface DeviceEvents {
  /** Something that is shown has changed. */
  changed(): void;
  /** Something has become durable. */
  stored(): void;
  failed(error: StoreError): void;
}

/**
 * `again`: the device has to introduce itself anew, as another device or for another person. `broken`: what came does
 * not fit what is here; a new hello brings what does.
 */
export type Reading = 'ok' | 'again' | 'broken';

/**
 * What a device knows and holds: the board, the edits on their way, and the store that keeps both. It reads what the
 * hub sends and says what to send, and knows nothing of connections.
 */
export class Device {
  readonly replica = new Replica();
  readonly records = new EditRecords();
  readonly outbox: Outbox;
  readonly sender: Sender;
  readonly facts = new SiteFacts();
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #events: DeviceEvents;
  /** What does not follow from cars and edits differs from what is stored. */
  #isMetaDirty = false;
  /** The last seq of this device that the hub had answered when it last welcomed it. */
  #hubSeq = 0;

  constructor({ store, clock, random }: DevicePorts, events: DeviceEvents) {
    this.#clock = clock;
    this.#events = events;
    this.outbox = new Outbox(this.records, () => newId(random));
    this.sender = new Sender(this.outbox);
    this.#journal = new Journal(store, clock, () => this.#capture());
  }

  /** Takes what the store has. `person` is who uses the device, where the app knows. Rejects with a `StoreError`. */
  async load(store: Store, person: string | null): Promise<void> {
    const { meta, cars, edits } = await store.load();
    if (meta) {
      this.facts.load(meta);
      this.replica.firstLocation = meta.site?.locations[0];
      this.replica.load(cars, meta.epoch, meta.version);
      this.records.load(edits, meta.archived);
      this.outbox.load(meta.queues, meta.lastQueue);
    }
    this.#isMetaDirty = meta === null;
    if (person !== null) {
      this.#isMetaDirty ||= person !== this.outbox.queue.person;
      this.outbox.usePerson(person);
      if (this.facts.you?.person !== person) this.facts.you = null;
    }
    this.#showPending();
    this.sender.stored = this.#place();
  }

  /** True once there is a board to show. */
  get isReady(): boolean {
    return this.replica.epoch !== null;
  }

  /** Shows an edit and queues it. Resolves when it is durable, with the seq it then has. Rejects with a `StoreError`. */
  async edit(intent: Intent): Promise<Edit> {
    const edit = this.#queue(intent);
    await this.#journal.flush();
    return this.records.get(edit.id)?.edit ?? edit;
  }

  /** Takes back a change, whether the hub has it or not. Null where there is no way to. Rejects with a `StoreError`. */
  async undo({ edit }: OwnChange): Promise<Edit | null> {
    const record = this.records.get(edit.id);
    if (!record || record.undone) return null;
    const version = versionOf(record);
    if (version !== undefined) return this.edit({ type: 'undo', version });
    const intent = record.outcome
      ? null
      : inverseOf(record.edit, record.cars, this.facts.you?.role ?? 'viewer');
    if (!intent) return null;
    const inverse = this.edit(intent);
    this.outbox.markUndone(record);
    try {
      return await inverse;
    } catch (error) {
      this.outbox.unmarkUndone(this.records.get(edit.id));
      this.#events.changed();
      throw error;
    }
  }

  /** See `SiteClient.settle`. Rejects with a `StoreError`, and then the item is still there. */
  async settle({ edit }: Attention, choice: 'mine' | 'theirs'): Promise<void> {
    const record = this.records.get(edit.id);
    const outcome = record && unsettledOf(record);
    if (!outcome) return;
    if (choice === 'mine') for (const intent of mineAgain(edit, outcome, record.cars)) this.#queue(intent);
    this.records.put({ ...record, settled: true });
    this.#events.changed();
    try {
      await this.#journal.flush();
    } catch (error) {
      this.records.put(record);
      this.#events.changed();
      throw error;
    }
  }

  hello(): Hello {
    const { epoch, version } = this.replica;
    return {
      type: 'hello',
      protocol: PROTOCOL,
      device: this.outbox.queue.device,
      epoch,
      version,
      brief: true,
    };
  }

  /**
   * A welcome, or the answer to an exchange. `cars` is the whole board, where all of it came; `asked` the version the
   * answer starts from, where that is not for certain the one that is here.
   */
  catchUp(answer: CatchUp & { you: Principal; site: Site }, cars: Car[] | null, asked?: number): Reading {
    const { epoch, version, archived, seq, outcomes = [], changes = [], you, site, names, now } = answer;
    this.#meet(you, site, now);
    this.facts.learn({ ...names, [you.person]: you.name });
    if (this.#usePerson(you.person)) return this.#done('again');

    const known = this.replica.epoch ?? this.outbox.queue.epoch;
    if (!cars && this.replica.epoch !== epoch) return 'broken';
    if (known !== null && known !== epoch) {
      for (const edit of this.outbox.review(epoch, archived, now)) this.replica.hide(edit.id);
    }
    this.outbox.enter(epoch);
    // The socket beside an exchange may have brought more than the exchange.
    const isOld = asked !== undefined && this.replica.epoch === epoch && version <= this.replica.version;
    if (cars && !isOld) this.replica.replace(cars, epoch, version);
    else if (!isOld) {
      if (asked !== undefined && asked !== this.replica.version) return 'broken';
      if (!this.replica.applyRows(changes, version)) return 'broken';
    }
    // Their effect is in what was just taken.
    for (const outcome of outcomes) this.#settle(outcome);
    this.records.archivedUpTo(archived);
    this.facts.provenAt = this.#clock.now();
    // The hub has forgotten this device, and would take what comes next for a gap.
    if (seq < this.outbox.answeredSeq) return this.#startAsNew();
    this.#hubSeq = seq;
    this.outbox.skipTo(seq);
    return this.#done(this.#startAsNewIfReused(), outcomes.length > 0 || !this.sender.mayPush);
  }

  changes({ from, to, by, at, cars }: Changes): Reading {
    if (to <= this.replica.version) return 'ok';
    if (from !== this.replica.version) return 'broken';
    const stamp = by !== undefined && at !== undefined ? { by, at } : undefined;
    if (stamp && to !== from + 1) return 'broken';
    if (!this.replica.applyRows(cars, to, stamp)) return 'broken';
    return this.#done('ok', false);
  }

  outcomes({ archived, outcomes }: Outcomes): Reading {
    for (const outcome of outcomes) {
      const version = 'version' in outcome ? outcome.version : undefined;
      const effect = 'effect' in outcome ? outcome.effect : undefined;
      if (version === undefined || version <= this.replica.version) {
        this.#settle(outcome);
        continue;
      }
      const record = this.outbox.entry(outcome.seq)?.record;
      const by = record?.author ?? this.facts.you?.person ?? '';
      const isNext = version === this.replica.version + 1;
      const taken =
        isNext && this.replica.confirm(record?.edit ?? null, { version, at: outcome.at, by }, effect);
      if (!taken) return this.#done('broken');
      this.#settle(outcome, taken.diffs);
    }
    this.records.archivedUpTo(archived);
    if (this.outbox.size === 0) this.sender.isCareful = false;
    return this.#done(this.#startAsNewIfReused());
  }

  /** Name, time zone or locations of the site have changed. */
  siteChanged(site: Site): void {
    this.#useSite(site);
    this.#done('ok', false);
  }

  /** Names heard in passing. */
  learnNames(names: Readonly<Record<string, string>>): void {
    if (this.facts.learn(names)) this.#done('ok', false);
  }

  /** A push was refused whole. `seq` is the one the hub expects next. */
  refused(code: ErrorCode, seq: number | undefined): Reading {
    if (code === 'seq-gap' && seq !== undefined && !this.outbox.entry(seq)) return this.#startAsNew();
    if (ERRORS[code].retry) return 'broken';
    const sent = [...this.outbox.entries()].filter((entry) => entry.sent);
    // A role that may not push at all: every edit is refused for the same reason.
    const refused =
      code === 'forbidden'
        ? [...this.outbox.entries()]
        : this.sender.isCareful && sent.length === 1
          ? sent
          : [];
    if (refused.length === 0) {
      this.sender.isCareful = true;
      return 'broken';
    }
    this.sender.isCareful = false;
    for (const { record } of refused) {
      this.#settle({ seq: record.edit.seq, at: this.#hubNow(), outcome: 'rejected', code });
    }
    // The hub has not counted them: what follows needs other seqs.
    return this.#startAsNew();
  }

  /** The person has been turned away: what they may not see any more goes, what they have not sent stays. */
  forgetBoard(): void {
    if (!this.isReady) return;
    this.replica.replace([], null, 0);
    this.#done('ok');
  }

  /** Resolves when all there is now is stored. Rejects with a `StoreError`. */
  flush(): Promise<void> {
    return this.#journal.flush();
  }

  storeSoon(): void {
    this.#isMetaDirty = true;
    this.#journal.soon();
  }

  close(): void {
    this.#journal.close();
  }

  #queue(intent: Intent): Edit {
    // Shown, it would never be kept.
    if (this.#journal.isClosed) throw new StoreError('closed');
    if (this.records.size >= OUTBOX_MAX) throw new StoreError('full');
    if (
      intent.type === 'import' &&
      utf8Length(JSON.stringify(intent)) > SYNC_BODY_BYTES_MAX - 2 * ENVELOPE_BYTES
    ) {
      throw new StoreError('too-large');
    }
    const edit = this.outbox.make(intent, this.replica.version, this.#clock.now());
    this.outbox.add(edit, this.#show(edit));
    this.#events.changed();
    return edit;
  }

  #show(edit: Edit) {
    const undone = edit.type === 'undo' ? this.records.diffsOf(edit.version) : undefined;
    return this.replica.show(
      edit,
      this.outbox.queue.person ?? '',
      edit.at + this.facts.hubTimeOffsetMs,
      undone,
    );
  }

  #showPending(): void {
    for (const { record } of this.outbox.entries()) this.#show(record.edit);
  }

  #usePerson(person: string): boolean {
    const before = [...this.outbox.entries()];
    if (!this.outbox.usePerson(person)) return false;
    for (const { record } of before) this.replica.hide(record.edit.id);
    this.#showPending();
    return true;
  }

  #meet(you: Principal, site: Site, hubNow: number): void {
    this.facts.you = you;
    this.facts.hubTimeOffsetMs = hubNow - this.#clock.now();
    this.#useSite(site);
  }

  #useSite(site: Site): void {
    this.facts.site = site;
    this.replica.firstLocation = site.locations[0];
  }

  #settle(outcome: Outcome, cars?: Parameters<Outbox['answer']>[2]): void {
    const entry = this.outbox.entry(outcome.seq);
    if (!entry) return;
    const { id } = entry.record.edit;
    const isAnothers = outcome.id !== undefined && outcome.id !== id;
    if (isAnothers || (outcome.outcome === 'rejected' && outcome.code === 'seq-reused')) {
      this.outbox.markReused(entry);
      return;
    }
    this.outbox.answer(entry, outcome, cars);
    this.replica.hide(id);
  }

  #startAsNewIfReused(): Reading {
    return this.outbox.needsNewSeqs(this.#hubSeq) ? this.#startAsNew() : 'ok';
  }

  #startAsNew(): Reading {
    this.outbox.rotate();
    return this.#done('again');
  }

  #done(reading: Reading, isUrgent = true): Reading {
    this.#isMetaDirty = true;
    if (isUrgent) this.flush().catch(() => {});
    else this.#journal.soon();
    this.#events.changed();
    return reading;
  }

  #hubNow(): number {
    return this.#clock.now() + this.facts.hubTimeOffsetMs;
  }

  #place(): Place {
    const { number, epoch } = this.outbox.queue;
    return { queue: number, epoch, version: this.replica.version, seq: this.outbox.answeredSeq };
  }

  #capture(): Capture | null {
    const cars = this.replica.takeDirty();
    const edits = this.records.takeDirty();
    const isMetaDirty = this.#isMetaDirty || cars !== null;
    if (!cars && !edits && !isMetaDirty) return null;
    this.#isMetaDirty = false;
    const unsaved = this.outbox.unsavedIds;
    const place = this.#place();
    // Edits are sent on the strength of it.
    const isMove = place.queue !== this.sender.stored.queue || place.epoch !== this.sender.stored.epoch;
    return {
      change: {
        durability: edits || isMove ? 'strict' : 'relaxed',
        ...(isMetaDirty && { meta: this.#meta() }),
        ...(cars && { cars }),
        ...(edits && { edits }),
      },
      stored: () => {
        if (edits) this.records.markStored(edits);
        this.outbox.markSaved();
        this.sender.stored = place;
        this.#events.changed();
        this.#events.stored();
      },
      failed: (error) => {
        if (cars) this.replica.restoreDirty(cars);
        if (edits) this.records.restoreDirty(edits);
        this.#isMetaDirty ||= isMetaDirty;
        if (error.kind === 'wiped') this.#storeAllAgain();
        else for (const { id } of this.outbox.dropUnsaved(unsaved)) this.replica.hide(id);
        this.#events.changed();
        this.#events.failed(error);
      },
    };
  }

  #storeAllAgain(): void {
    this.#isMetaDirty = true;
    this.replica.allDirty();
    this.records.allDirty();
    this.outbox.allUnstored();
  }

  #meta(): Meta {
    const { epoch, version } = this.replica;
    const { you, site, names, hubTimeOffsetMs, provenAt } = this.facts;
    return {
      format: 1,
      epoch,
      version,
      archived: this.records.archived,
      queues: this.outbox.queues,
      lastQueue: this.outbox.lastQueue,
      you,
      site,
      names,
      hubTimeOffsetMs,
      syncedAt: provenAt,
    };
  }
}
