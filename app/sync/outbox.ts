import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import type { CarDiff } from '../../worker/protocol/history.ts';
import { HOLDINGS_MAX } from '../../worker/protocol/limits.ts';
import type { Holding } from '../../worker/protocol/messages.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { utf8Length } from '../../worker/protocol/text.ts';
import { type Batch, type BatchLimits, batchOf } from './batch.ts';
import { asKept, type EditRecords, unsettledOf, versionOf } from './edit-records.ts';
import { type Marks, type PendingEdit, pendingEdit, textOf } from './pending-edit.ts';
import type { EditRecord, Queue } from './store.ts';
import type { Pending, WaitingEdits } from './view.ts';
import { unansweredOf, WaitingQueues } from './waiting-queues.ts';

/**
 * The edits the hub has to answer, in the order of their seqs, which it alone gives out. Pure: it knows what is to be
 * sent and never sends.
 */
export class Outbox {
  readonly #records: EditRecords;
  readonly #newId: () => string;
  #queue: Queue;
  /** Those of other people. */
  readonly others: WaitingQueues;
  #lastQueue: number;
  /** By seq, in order. */
  #pending = new Map<number, PendingEdit>();
  /** By edit id: not yet told to be saved. */
  readonly #unsaved = new Map<string, PendingEdit>();
  #view: readonly Pending[] | null = null;

  constructor(records: EditRecords, newId: () => string) {
    this.#records = records;
    this.#newId = newId;
    this.#lastQueue = 1;
    this.#queue = { number: 1, device: newId(), person: null, epoch: null, lastSeq: 0 };
    this.others = new WaitingQueues(records);
  }

  load(queues: readonly Queue[], lastQueue: number): void {
    const [queue, ...waiting] = queues;
    if (queue) this.#queue = queue;
    this.others.load(waiting);
    this.#lastQueue = lastQueue;
    // A process that has lost the store to this one may have written an older state of it since: the edits know better.
    for (const { queue: number, edit } of this.#records.all()) {
      this.#lastQueue = Math.max(this.#lastQueue, number);
      if (number === this.#queue.number) this.skipTo(edit.seq);
    }
    this.#records.usePerson(this.#queue.person);
    this.#gather();
  }

  get queue(): Readonly<Queue> {
    return this.#queue;
  }

  get queues(): Queue[] {
    return [this.#queue, ...this.others.all];
  }

  get lastQueue(): number {
    return this.#lastQueue;
  }

  get size(): number {
    return this.#pending.size;
  }

  get view(): readonly Pending[] {
    this.#view ??= [...this.#pending.values()].map(({ shown }) => shown);
    return this.#view;
  }

  /** What other people have made on this device and only they can send (rule E4). */
  get waiting(): readonly WaitingEdits[] {
    return this.others.view;
  }

  /** Edits that were not answered, by person: one's own first, then the most. Those of more people are not said. */
  get holdings(): Holding[] {
    const held = new Map<string, number>();
    const { person } = this.#queue;
    if (person !== null && this.size > 0) held.set(person, this.size);
    for (const { author, edits } of this.waiting) held.set(author, (held.get(author) ?? 0) + edits.length);
    const holdings = [...held].map(([one, edits]): Holding => ({ person: one, edits }));
    const isOwn = (holding: Holding) => Number(holding.person === person);
    return holdings.sort((a, b) => isOwn(b) - isOwn(a) || b.edits - a.edits).slice(0, HOLDINGS_MAX);
  }

  entries(): Iterable<PendingEdit> {
    return this.#pending.values();
  }

  entry(seq: number): PendingEdit | undefined {
    return this.#pending.get(seq);
  }

  /** Everything up to this seq has been answered, as far as this device knows. */
  get answeredSeq(): number {
    const [first] = this.#pending.keys();
    return first === undefined ? this.#queue.lastSeq : first - 1;
  }

  get inFlight(): number {
    let count = 0;
    for (const { sent } of this.#pending.values()) if (sent) count++;
    return count;
  }

  /** An edit with the next seq. It is held once `add` has taken it. */
  make(intent: Intent, base: number, at: number, id = this.#newId()): Edit {
    return { ...intent, id, seq: this.#queue.lastSeq + 1, base, at };
  }

  add(edit: Edit, cars: CarDiff[] | undefined): PendingEdit {
    const { number, person } = this.#queue;
    const record: EditRecord = { queue: number, edit, author: person, ...(cars && { cars }) };
    this.#queue = { ...this.#queue, lastSeq: edit.seq };
    const entry = pendingEdit(record, false);
    this.#pending.set(edit.seq, entry);
    this.#unsaved.set(edit.id, entry);
    this.#view = null;
    this.#records.put(record);
    return entry;
  }

  /** The hub has answered. `cars` is what the edit changed, where that is known. */
  answer(entry: PendingEdit, outcome: Outcome, cars?: CarDiff[]): void {
    const { edit, cars: guess } = entry.record;
    const { cars: _, ...record } = entry.record;
    const answered: EditRecord = { ...record, outcome: asKept(outcome) };
    const isApplied = versionOf(answered) !== undefined;
    // Of an edit to be looked at again, what it showed is kept: an undo cannot be repeated from its version.
    const diffs = isApplied ? (cars ?? guess) : guess;
    if (diffs) answered.cars = diffs;
    this.#pending.delete(edit.seq);
    this.#view = null;
    this.#records.put(answered);
    if (isApplied && edit.type === 'undo') this.markUndone(this.#records.madeAs(edit.version));
  }

  markUndone(record: EditRecord | undefined): void {
    if (record && !record.undone) this.#replace({ ...record, undone: true });
  }

  unmarkUndone(record: EditRecord | undefined): void {
    if (!record?.undone) return;
    const { undone: _, ...kept } = record;
    this.#replace(kept);
  }

  /** The hub has another edit under this seq. */
  markReused(entry: PendingEdit): void {
    this.#mark(entry, { reused: true, sent: false });
  }

  /**
   * True where an edit needs another seq and everything else that may have reached the hub under the old ones has been
   * answered: up to `answered`, and what is on its way.
   */
  needsNewSeqs(answered: number): boolean {
    let hasReused = false;
    for (const { reused, sent, record } of this.#pending.values()) {
      if (reused) hasReused = true;
      else if (sent || record.edit.seq <= answered) return false;
    }
    return hasReused;
  }

  /** What was sent is not going to be answered on the connection it was sent on. */
  unsend(): void {
    for (const entry of this.#pending.values()) {
      if (entry.sent || entry.reused) this.#mark(entry, { sent: false, reused: false });
    }
  }

  /**
   * The next edits to be sent as a JSON array, marked as sent: the longest run that fits. Null where nothing can be sent: all is on
   * its way, or the next is not durable yet, or is too large for `limits` by itself.
   */
  take(limits: BatchLimits): string | null {
    const batch: Batch = batchOf(this.#pending.values(), limits);
    if (batch.entries.length === 0) return null;
    for (const entry of batch.entries) this.#mark(entry, { sent: true });
    return `[${batch.texts.join(',')}]`;
  }

  /** Of an edit as it goes over the wire. */
  bytesOf(entry: PendingEdit): number {
    return utf8Length(textOf(entry));
  }

  /** The first edit that is not on its way, if it could be sent now. */
  nextToSend(): PendingEdit | null {
    for (const entry of this.#pending.values()) {
      if (!entry.sent && !entry.reused) return entry.durable ? entry : null;
    }
    return null;
  }

  /** The hub has answered seqs that this device does not know of: the next one follows them. */
  skipTo(seq: number): void {
    if (seq > this.#queue.lastSeq) this.#queue = { ...this.#queue, lastSeq: seq };
  }

  /** The hub is in this epoch, and so is the queue. */
  enter(epoch: string): void {
    if (this.#queue.epoch !== epoch) this.#queue = { ...this.#queue, epoch };
  }

  /** Starts again as a new device: what is not answered gets new seqs from 1 on, in the same order (rule E2). */
  rotate(): void {
    const entries = [...this.#pending.values()];
    this.#begin({ ...this.#queue, device: this.#newId() });
    for (const entry of entries) {
      const seq = this.#queue.lastSeq + 1;
      this.#queue = { ...this.#queue, lastSeq: seq };
      this.#renumber(entry, seq);
    }
  }

  /** The same for a queue that waits. Says what it has become. */
  rotateWaiting(queue: Queue): Queue {
    this.#lastQueue++;
    const records = this.others.unanswered(queue);
    const { length } = records;
    const anew: Queue = { ...queue, number: this.#lastQueue, device: this.#newId(), lastSeq: length };
    this.others.replace(queue, anew);
    for (const [i, record] of records.entries()) {
      this.#records.put({ ...record, queue: anew.number, edit: { ...record.edit, seq: i + 1 } });
    }
    return anew;
  }

  /**
   * Another epoch (rule V2): what is not answered anywhere on this device, and what was applied but is not known to be
   * in the archive that the epoch began with, is for its person to look at. Seqs start again. Says which edits no
   * longer wait.
   */
  review(epoch: string, reported: number, at: number): Edit[] {
    const open = [...this.#pending.values()].map(({ record }) => record.edit);
    // The new epoch counts on from its archive, and uses versions again that the last one had beyond it.
    const archived = Math.min(reported, this.#records.archived);
    for (const record of [...this.#records.all()]) {
      const { edit, reported: _, ...unlisted } = record;
      const version = versionOf(record);
      if (record.outcome && (version === undefined || version <= archived)) {
        // What is open here need not be listed at a hub that has begun anew.
        if (unsettledOf(record) && record.reported) this.#records.put({ ...unlisted, edit });
        continue;
      }
      // Of a decision, what it brought about is looked at again; it itself is of no more use.
      if (edit.type === 'settle') {
        this.#records.drop(edit.id);
        continue;
      }
      const outcome: Outcome = { seq: edit.seq, at, outcome: 'rejected', code: 'other-epoch' };
      const { settled: _s, ...kept } = unlisted;
      this.#records.put({ ...kept, edit, outcome });
    }
    this.#records.archived = reported;
    this.#records.forgetOwn();
    this.others.load([]);
    this.#begin({ ...this.#queue, epoch });
    return open;
  }

  /**
   * Makes the queue that of `person` (rule E4). True where it is another one now: what waited is hidden, and a new
   * hello is due.
   */
  usePerson(person: string): boolean {
    const current = this.#queue;
    if (current.person === person) return false;
    const own = this.others.of(person);
    if (!own && (current.person === null || this.#pending.size === 0)) {
      this.#queue = { ...current, person };
      for (const record of [...this.#records.all()]) {
        if (record.author === null) this.#replace({ ...record, author: person });
      }
      this.#records.usePerson(person);
      return false;
    }
    this.unsend();
    if (own) this.others.remove(own);
    if (this.#pending.size > 0) this.others.add(current);
    if (own) this.#queue = own;
    else this.#begin({ ...current, person, device: this.#newId() });
    this.#records.usePerson(person);
    this.#gather();
    return true;
  }

  /** Edits the store has just taken are saved, and may be sent. */
  markSaved(): void {
    for (const entry of this.#pending.values()) {
      if (!entry.durable && this.#records.isStored(entry.record)) {
        this.#mark(entry, { durable: true, saved: true });
      }
    }
    for (const [id, entry] of this.#unsaved) {
      if (entry.saved || this.#isStoredElsewhere(id)) this.#unsaved.delete(id);
    }
  }

  /** Edits that the store refused: they are not held any more, and those made after them move up. */
  dropUnsaved(ids: ReadonlySet<string>): Edit[] {
    const dropped: Edit[] = [];
    let first = Infinity;
    for (const [id, { record }] of [...this.#unsaved]) {
      if (!ids.has(id)) continue;
      const { edit } = record;
      this.#unsaved.delete(id);
      this.#records.drop(id);
      dropped.push(edit);
      if (this.#pending.get(edit.seq)?.record.edit.id !== id) continue;
      this.#pending.delete(edit.seq);
      first = Math.min(first, edit.seq);
    }
    this.#view = null;
    if (first === Infinity) return dropped;
    // Saved edits come before all that are not: only these move.
    const tail = [...this.#pending.values()].filter(({ saved }) => !saved);
    for (const { record } of tail) this.#pending.delete(record.edit.seq);
    for (const [i, entry] of tail.entries()) this.#renumber(entry, first + i);
    this.#queue = { ...this.#queue, lastSeq: first + tail.length - 1 };
    return dropped;
  }

  get unsavedIds(): Set<string> {
    return new Set(this.#unsaved.keys());
  }

  /** The store has lost what it had: nothing may be sent that is not stored again. */
  allUnstored(): void {
    for (const entry of this.#pending.values()) this.#mark(entry, { durable: false });
  }

  #begin(queue: Queue): void {
    this.#lastQueue++;
    this.#queue = { ...queue, number: this.#lastQueue, lastSeq: 0 };
    this.#pending = new Map();
    this.#view = null;
  }

  #gather(): void {
    this.#pending = new Map();
    for (const record of unansweredOf(this.#records, this.#queue.number)) {
      const unsaved = this.#unsaved.get(record.edit.id);
      this.#pending.set(record.edit.seq, unsaved ?? pendingEdit(record, true));
      this.skipTo(record.edit.seq);
    }
    this.#view = null;
  }

  #renumber(entry: PendingEdit, seq: number): void {
    const { record } = entry;
    const edit: Edit = { ...record.edit, seq };
    this.#pending.set(seq, entry);
    entry.text = null;
    entry.record = { ...record, queue: this.#queue.number, edit };
    this.#mark(entry, { durable: false, sent: false, reused: false });
    this.#records.put(entry.record);
  }

  #replace(record: EditRecord): void {
    const entry = this.#pending.get(record.edit.seq);
    if (entry?.record.edit.id === record.edit.id) entry.record = record;
    this.#records.put(record);
  }

  #mark(entry: PendingEdit, marks: Marks): void {
    Object.assign(entry, marks);
    const { record, saved, sent } = entry;
    entry.shown = { edit: record.edit, saved, sent };
    this.#view = null;
  }

  /** True for an edit that has left the pending ones before the store had it. */
  #isStoredElsewhere(id: string): boolean {
    const record = this.#records.get(id);
    return record === undefined || this.#records.isStored(record);
  }
}
