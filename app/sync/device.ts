import type { Car } from '../../worker/protocol/car.ts';
import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import { ERRORS, type ErrorCode } from '../../worker/protocol/errors.ts';
import { SYNC_BODY_BYTES_MAX } from '../../worker/protocol/limits.ts';
import {
  type AttentionNews,
  type CatchUp,
  type Changes,
  type Hello,
  type Outcomes,
  PROTOCOL,
} from '../../worker/protocol/messages.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import type { Principal, Site } from '../../worker/protocol/site.ts';
import type { Clock } from './clock.ts';
import { EditMaker } from './edit-maker.ts';
import { EditRecords } from './edit-records.ts';
import { Keeper, type KeeperEvents } from './keeper.ts';
import { OpenItems } from './open-items.ts';
import { Outbox } from './outbox.ts';
import { newId, type Random } from './random.ts';
import { Replica } from './replica.ts';
import { Sender } from './sender.ts';
import { SiteFacts } from './site-facts.ts';
import { type EditRecord, type Queue, type Store, StoreError } from './store.ts';
import type { Attention, Decision, OwnChange } from './view.ts';

/** Of an exchange that brings no edits. */
const REPORT_BYTES = SYNC_BODY_BYTES_MAX / 2;

export interface DevicePorts {
  store: Store;
  clock: Clock;
  random: Random;
  /** Version of the app, for those who look after the devices. */
  app?: string;
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
  readonly open: OpenItems;
  readonly sender: Sender;
  readonly facts = new SiteFacts();
  /** The store had nothing when it was opened. */
  isNew = false;
  /** Who uses it, where the app has said so. */
  #user: string | null = null;
  readonly #app: string | undefined;
  readonly #keeper: Keeper;
  readonly #maker: EditMaker;
  readonly #clock: Clock;
  readonly #changed: () => void;
  /** Which the hub speaks; null until it has said so. Decisions, holdings and reports are for 2 and later. */
  #protocol: number | null = null;

  constructor({ store, clock, random, app }: DevicePorts, events: KeeperEvents) {
    this.#clock = clock;
    this.#changed = () => events.changed();
    this.#app = app;
    this.outbox = new Outbox(this.records, () => newId(random));
    this.open = new OpenItems(this.records, this.outbox);
    this.sender = new Sender(this.outbox);
    this.#keeper = new Keeper(store, clock, this, events);
    this.#maker = new EditMaker(this, this.#keeper, clock, this.#changed);
  }

  /** Takes what the store has. `person` is who uses the device, where the app knows. Rejects with a `StoreError`. */
  async load(store: Store, person: string | null): Promise<void> {
    this.#user = person;
    const { meta, cars, edits } = await store.load();
    if (meta) {
      this.facts.load(meta);
      this.replica.firstLocation = meta.site?.locations[0];
      this.replica.load(cars, meta.epoch, meta.version);
      this.records.load(edits, meta.archived);
      this.outbox.load(meta.queues, meta.lastQueue);
    }
    this.isNew = meta === null;
    if (this.isNew || (person !== null && person !== this.outbox.queue.person)) this.#keeper.touch();
    if (person !== null) {
      this.outbox.usePerson(person);
      if (this.facts.you?.person !== person) this.facts.you = null;
    }
    this.#maker.showPending();
    this.sender.stored = this.#keeper.place();
  }

  /** Where it is, for what is asked now. */
  get asked(): Asked {
    return { version: this.replica.version, newsHeard: this.open.newsHeard };
  }

  /** True once there is a board to show. */
  get isReady(): boolean {
    return this.replica.epoch !== null;
  }

  /** See `EditMaker.edit`. Rejects with a `StoreError`. */
  edit(intent: Intent, id?: string): Promise<Edit> {
    return this.#refusal() ?? this.#maker.edit(intent, id);
  }

  /** See `EditMaker.undo`. Rejects with a `StoreError`. */
  undo(change: OwnChange, id?: string): Promise<Edit | null> {
    return this.#refusal() ?? this.#maker.undo(change, id);
  }

  /** See `EditMaker.settle`. Rejects with a `StoreError`. */
  settle(items: readonly Attention[], decision: Decision, id?: string): Promise<void> {
    return (
      this.#refusal() ??
      this.#maker.settle(items, decision, { takesDecisions: (this.#protocol ?? 1) > 1, id })
    );
  }

  hello(): Hello {
    const { epoch, version } = this.replica;
    const { holdings } = this.outbox;
    return {
      type: 'hello',
      protocol: PROTOCOL,
      device: this.outbox.queue.device,
      epoch,
      version,
      brief: true,
      ...(this.#app !== undefined && { app: this.#app }),
      ...(holdings.length > 0 && { holds: holdings }),
    };
  }

  /**
   * A welcome, or the answer to an exchange. `cars` is the whole board, where all of it came; `asked` where this
   * device was when it asked, where that is not for certain where it is now.
   */
  catchUp(answer: Answer, cars: Car[] | null, asked?: Asked): Reading {
    const { epoch, version, archived, seq, outcomes = [], changes = [], you, site, names, now } = answer;
    // What takes holdings over HTTP speaks no less than this.
    const { attention = { ids: [] }, protocol = this.#protocol ?? PROTOCOL } = answer;
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
      if (asked !== undefined && asked.version !== this.replica.version) return 'broken';
      if (!this.replica.applyRows(changes, version)) return 'broken';
    }
    // Their effect is in what was just taken.
    for (const outcome of outcomes) this.#settle(outcome);
    this.records.archivedUpTo(archived);
    this.#protocol = protocol;
    // The socket beside an exchange may have told of more than its answer knows.
    const { newsHeard } = this.open;
    const isStale = asked !== undefined && (version < this.replica.version || asked.newsHeard !== newsHeard);
    if (protocol > 1 && !isStale) this.open.welcome(attention, you);
    this.facts.provenAt = this.#clock.now();
    // The hub has forgotten this device, and would take what comes next for a gap.
    if (seq < this.outbox.answeredSeq) return this.#startAsNew();
    this.sender.hubSeq = seq;
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

  /** Items have been opened or settled. */
  attention(news: AttentionNews): void {
    this.open.news(news);
    this.#done('ok');
  }

  /** What the hub has answered of a queue that is handed over to it, as the edits of somebody else. */
  handedOver(queue: Queue, { epoch, outcomes = [] }: CatchUp): void {
    const { others } = this.outbox;
    const present = others.all.find(({ number }) => number === queue.number);
    if (!present || epoch !== this.replica.epoch) return;
    if (others.answered(present, outcomes)) this.outbox.rotateWaiting(present);
    this.open.look();
    this.#done('ok');
  }

  /** The hub has not counted the edits of a queue that is handed over; it can never read `unreadable`. */
  handOverFailed(queue: Queue, unreadable: { record: EditRecord; code: ErrorCode } | null): void {
    const { others } = this.outbox;
    const present = others.all.find(({ number }) => number === queue.number);
    if (!present) return;
    if (unreadable) {
      const { record, code } = unreadable;
      const outcome: Outcome = { seq: record.edit.seq, at: this.#hubNow(), outcome: 'rejected', code };
      this.records.put({ ...record, outcome });
    }
    if (others.unanswered(present).length > 0) this.outbox.rotateWaiting(present);
    else others.remove(present);
    this.#done('ok');
  }

  /** What only this device knows of, as frames. None where the hub does not take them. */
  reportFrames(): string[] {
    return this.#protocol === 1 ? [] : this.open.reportFrames();
  }

  /** The body of an exchange: with what can be sent, or, where it only asks where the hub is, with what is to be reported. */
  exchangeBody(withEdits: boolean): string {
    const { epoch, version } = this.replica;
    if (this.#protocol === 1) return this.sender.exchangeBody({ epoch, version }, withEdits);
    const report = withEdits ? [] : this.open.reports(REPORT_BYTES);
    const { holdings: holds } = this.outbox;
    const more = { app: this.#app, holds, ...(report.length > 0 && { report }) };
    return this.sender.exchangeBody({ epoch, version, ...more }, withEdits);
  }

  /** Name, time zone, locations or shifts of the site have changed. */
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
    this.open.forget();
    this.#done('ok');
  }

  /** Resolves when all there is now is stored. Rejects with a `StoreError`. */
  flush(): Promise<void> {
    return this.#keeper.flush();
  }

  storeSoon(): void {
    this.#keeper.touch();
    this.#keeper.soon();
  }

  close(): void {
    this.#keeper.close();
  }

  /** The hub takes whoever uses it for another: what they do now would be done under that one's name (rule E4). */
  #refusal(): Promise<never> | null {
    const isAnother = this.#user !== null && this.outbox.queue.person !== this.#user;
    return isAnother ? Promise.reject(new StoreError('failed')) : null;
  }

  #usePerson(person: string): boolean {
    const before = [...this.outbox.entries()];
    if (person !== this.outbox.queue.person) this.open.forget();
    if (!this.outbox.usePerson(person)) return false;
    for (const { record } of before) this.replica.hide(record.edit.id);
    this.#maker.showPending();
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
    const { edit } = entry.record;
    if (edit.type !== 'settle') this.open.answered(id);
    else if (outcome.outcome !== 'rejected') this.open.closed(edit.item);
  }

  #startAsNewIfReused(): Reading {
    return this.outbox.needsNewSeqs(this.sender.hubSeq) ? this.#startAsNew() : 'ok';
  }

  #startAsNew(): Reading {
    this.outbox.rotate();
    return this.#done('again');
  }

  #done(reading: Reading, isUrgent = true): Reading {
    this.#keeper.touch();
    if (isUrgent) this.#keeper.now();
    else this.#keeper.soon();
    this.#changed();
    return reading;
  }

  #hubNow(): number {
    return this.#clock.now() + this.facts.hubTimeOffsetMs;
  }
}

/** Where a device was when it asked: the socket beside an exchange brings more meanwhile. */
export interface Asked {
  version: number;
  newsHeard: number;
}

/** A welcome, or the answer to an exchange. */
type Answer = CatchUp & { you: Principal; site: Site; protocol?: number };
