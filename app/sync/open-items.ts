import { SETTLE_OTHERS_ACCESS } from '../../worker/protocol/access.ts';
import type { AttentionItem, OpenItems as Listed, ReportedItem } from '../../worker/protocol/attention.ts';
import { ATTENTION_ITEMS_PER_FRAME_MAX, FRAME_UP_BYTES_MAX } from '../../worker/protocol/limits.ts';
import type { AttentionNews } from '../../worker/protocol/messages.ts';
import { hasRole, type Principal } from '../../worker/protocol/site.ts';
import { utf8Length } from '../../worker/protocol/text.ts';
import { type EditRecords, unsettledOf } from './edit-records.ts';
import type { Outbox } from './outbox.ts';
import { ENVELOPE_BYTES } from './sender.ts';
import type { EditRecord } from './store.ts';
import type { Attention, Pending } from './view.ts';

/**
 * What waits for a decision: what this device holds itself, in its records, and what the hub lists of other devices,
 * in memory. Brings the two together, and says what the hub does not know of yet.
 */
export class OpenItems {
  readonly #records: EditRecords;
  readonly #outbox: Outbox;
  /** What the hub lists, by id of the edit; what this device holds itself is among it. */
  #listed: ReadonlyMap<string, Attention> = new Map();
  #shown: Shown | null = null;
  #isKnown = false;
  #newsHeard = 0;

  constructor(records: EditRecords, outbox: Outbox) {
    this.#records = records;
    this.#outbox = outbox;
  }

  /** The hub has said what it lists. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** How often the hub has told of what has been opened or settled. */
  get newsHeard(): number {
    return this.#newsHeard;
  }

  /** True where the hub is known to list an item. */
  isListed(id: string): boolean {
    return this.#listed.has(id) || this.#records.get(id)?.reported === true;
  }

  /** True where a decision on it is on its way. */
  isDecided(id: string): boolean {
    return this.#outbox.view.some(({ edit }) => edit.type === 'settle' && edit.item === id);
  }

  /** What waits for this person's decision, theirs on this device first, then by age. */
  view(person: string | null): readonly Attention[] {
    const own = this.#records.attention;
    if (this.#listed.size === 0) return own;
    const pending = this.#outbox.view;
    const before = this.#shown;
    if (before && before.own === own && before.pending === pending && before.listed === this.#listed) {
      return before.items;
    }
    const decided = new Set(pending.flatMap(({ edit }) => (edit.type === 'settle' ? [edit.item] : [])));
    const others = [...this.#listed.values()].filter(
      ({ edit: { id } }) => !decided.has(id) && !this.#isHere(id),
    );
    others.sort((a, b) => rank(a, person) - rank(b, person) || a.outcome.at - b.outcome.at);
    const items = [...own, ...others];
    const isSame =
      before?.items.length === items.length && items.every((item, i) => item === before.items[i]);
    this.#shown = { own, pending, listed: this.#listed, items: isSame ? before.items : items };
    return this.#shown.items;
  }

  /** All that is open, as the hub lists it for `you`. What it no longer lists has been settled elsewhere. */
  welcome({ ids, more, items = [] }: Listed, you: Principal): void {
    this.#isKnown = true;
    const open = new Set(ids);
    const kept = [...this.#listed].filter(([id]) => more || open.has(id));
    this.#listed = new Map([...kept, ...items.map(entryOf)]);
    const seesAll = hasRole(you.role, SETTLE_OTHERS_ACCESS);
    for (const record of this.#records.unsettled()) {
      if (open.has(record.edit.id)) this.#list(record);
      else if (!more && record.reported && (seesAll || record.author === you.person)) this.#settle(record);
    }
  }

  news({ items, closed }: AttentionNews): void {
    this.#newsHeard++;
    const listed = new Map([...this.#listed, ...items.map(entryOf)]);
    for (const id of closed) listed.delete(id);
    this.#listed = listed;
    for (const { edit } of items) this.answered(edit.id);
    for (const id of closed) {
      const record = this.#records.get(id);
      if (record && unsettledOf(record)) this.#settle(record);
    }
  }

  /** An edit has been answered that the hub may have listed before. */
  answered(id: string): void {
    const record = this.#records.get(id);
    if (record && this.#listed.has(id) && unsettledOf(record)) this.#list(record);
  }

  /** The hub has taken a decision on this item. */
  closed(id: string): void {
    const listed = new Map(this.#listed);
    if (listed.delete(id)) this.#listed = listed;
  }

  /** Edits of somebody else's queue have been answered, or dropped: those that the hub lists may be shown now. */
  look(): void {
    this.#shown = null;
  }

  /** Another person uses the device: what they may see is still to come. */
  forget(): void {
    this.#listed = new Map();
    this.#shown = null;
  }

  /** What only this device knows of, whoever made it, as much as fits into `bytes`. */
  reports(bytes: number): ReportedItem[] {
    return this.#batches(bytes)[0] ?? [];
  }

  /** The same as frames. What is too large for a frame stays with this device alone. */
  reportFrames(): string[] {
    return this.#batches(FRAME_UP_BYTES_MAX - ENVELOPE_BYTES).map((items) =>
      JSON.stringify({ type: 'attention', items }),
    );
  }

  #batches(bytesMax: number): ReportedItem[][] {
    const batches: ReportedItem[][] = [];
    let batch: ReportedItem[] = [];
    let bytes = Infinity;
    for (const record of this.#records.unsettled()) {
      const item = reportOf(record);
      const more = item && utf8Length(JSON.stringify(item)) + 1;
      if (!item || more === null || more > bytesMax) continue;
      if (bytes + more > bytesMax || batch.length === ATTENTION_ITEMS_PER_FRAME_MAX) {
        batch = [];
        batches.push(batch);
        bytes = 0;
      }
      batch.push(item);
      bytes += more;
    }
    return batches;
  }

  /** True for what this device lists by itself, or has no answer to yet. */
  #isHere(id: string): boolean {
    const record = this.#records.get(id);
    if (!record) return false;
    return !record.outcome || (record.author === this.#outbox.queue.person && unsettledOf(record) !== null);
  }

  #list(record: EditRecord): void {
    if (!record.reported) this.#records.put({ ...record, reported: true });
  }

  #settle(record: EditRecord): void {
    this.#records.put({ ...record, settled: true });
  }
}

/** From what `items` was made. */
interface Shown {
  own: readonly Attention[];
  pending: readonly Pending[];
  listed: ReadonlyMap<string, Attention>;
  items: readonly Attention[];
}

function entryOf({ author, edit, outcome, cut }: AttentionItem): [string, Attention] {
  return [edit.id, { edit, outcome, author, isHere: false, ...(cut && { cut }) }];
}

/** One's own from another device come before those of others. */
function rank({ author }: Attention, person: string | null): number {
  return author === person ? 0 : 1;
}

function reportOf(record: EditRecord): ReportedItem | null {
  const { edit, author, reported } = record;
  const outcome = unsettledOf(record);
  if (reported || !outcome || author === null) return null;
  return { author, edit, code: outcome.outcome === 'rejected' ? outcome.code : 'conflict' };
}
