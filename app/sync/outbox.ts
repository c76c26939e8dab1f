import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import type { CarDiff } from '../../worker/protocol/history.ts';
import { EDITS_PER_FRAME_MAX } from '../../worker/protocol/limits.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { utf8Length } from '../../worker/protocol/text.ts';
import { asKept, type EditRecords, versionOf } from './edit-records.ts';
import { type Marks, type PendingEdit, pendingEdit, textOf } from './pending-edit.ts';
import type { EditRecord, Queue } from './store.ts';
import type { Pending, WaitingEdits } from './view.ts';

export interface BatchLimits {
  bytes: number;
  edits: number;
  /** Says with each edit who made it: needed where the session is not known to be theirs (rule E4). */
  author?: string;
}

/**
 * The edits the hub has to answer, in the order of their seqs, which it alone gives out. Pure: it knows what is to be
 * sent and never sends.
 */
export class Outbox {
  readonly #records: EditRecords;
  readonly #newId: () => string;
  #queue: Queue;
  /** Queues of other people, that wait for them. */
  #waiting: Queue[];
  #lastQueue: number;
  /** By seq, in order. */
  #pending = new Map<number, PendingEdit>();
  /** By edit id: not yet told to be saved. */
  readonly #unsaved = new Map<string, PendingEdit>();
  #view: readonly Pending[] | null = null;
  #waitingView: readonly WaitingEdits[] | null = null;

  constructor(records: EditRecords, newId: () => string) {
    this.#records = records;
    this.#newId = newId;
    this.#lastQueue = 1;
    this.#queue = { number: 1, device: newId(), person: null, epoch: null, lastSeq: 0 };
    this.#waiting = [];
  }

  load(queues: readonly Queue[], lastQueue: number): void {
    const [queue, ...waiting] = queues;
    if (queue) this.#queue = queue;
    this.#waiting = waiting;
    this.#lastQueue = lastQueue;
    this.#records.usePerson(this.#queue.person);
    this.#gather();
  }

  get queue(): Readonly<Queue> {
    return this.#queue;
  }

  get queues(): Queue[] {
    return [this.#queue, ...this.#waiting];
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
    this.#waitingView ??= this.#waiting.flatMap(({ number, person }) => {
      const edits = this.#unanswered(number).map(({ edit }) => edit);
      return person === null || edits.length === 0 ? [] : [{ author: person, edits }];
    });
    return this.#waitingView;
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
  make(intent: Intent, base: number, at: number): Edit {
    return { ...intent, id: this.#newId(), seq: this.#queue.lastSeq + 1, base, at };
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
    const entries: PendingEdit[] = [];
    const texts: string[] = [];
    let bytes = 2;
    for (const entry of this.#pending.values()) {
      if (entry.sent) continue;
      if (entry.reused && entries.length === 0) continue;
      if (!entry.durable || entry.reused || entries.length >= Math.min(limits.edits, EDITS_PER_FRAME_MAX))
        break;
      const text = textOf(entry, limits.author);
      const more = utf8Length(text) + 1;
      if (bytes + more > limits.bytes) break;
      bytes += more;
      entries.push(entry);
      texts.push(text);
    }
    if (entries.length === 0) return null;
    for (const entry of entries) this.#mark(entry, { sent: true });
    return `[${texts.join(',')}]`;
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
      const version = versionOf(record);
      if (record.outcome && (version === undefined || version <= archived)) continue;
      const outcome: Outcome = { seq: record.edit.seq, at, outcome: 'rejected', code: 'other-epoch' };
      const { settled: _, ...kept } = record;
      this.#records.put({ ...kept, outcome });
    }
    this.#records.archived = reported;
    this.#records.forgetOwn();
    this.#waiting = [];
    this.#waitingView = null;
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
    const own = this.#waiting.find((queue) => queue.person === person);
    if (!own && (current.person === null || this.#pending.size === 0)) {
      this.#queue = { ...current, person };
      for (const record of [...this.#records.all()]) {
        if (record.author === null) this.#replace({ ...record, author: person });
      }
      this.#records.usePerson(person);
      return false;
    }
    this.unsend();
    const others = this.#waiting.filter((queue) => queue !== own);
    this.#waiting = this.#pending.size > 0 ? [current, ...others] : others;
    this.#waitingView = null;
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
    for (const record of this.#unanswered(this.#queue.number)) {
      const unsaved = this.#unsaved.get(record.edit.id);
      this.#pending.set(record.edit.seq, unsaved ?? pendingEdit(record, true));
      this.skipTo(record.edit.seq);
    }
    this.#view = null;
  }

  #unanswered(queue: number): EditRecord[] {
    const records = [...this.#records.all()].filter((record) => record.queue === queue && !record.outcome);
    return records.sort((a, b) => a.edit.seq - b.edit.seq);
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
