import { SETTLE_OTHERS_ACCESS } from '../protocol/access.ts';
import type { AttentionItem, OpenItems } from '../protocol/attention.ts';
import type { Edit, Intent } from '../protocol/edit.ts';
import type { Settled } from '../protocol/history.ts';
import {
  ATTENTION_ITEM_BYTES_MAX,
  ATTENTION_MAX,
  ATTENTION_PER_PERSON_MAX,
  ATTENTION_SETTLED_MAX,
} from '../protocol/limits.ts';
import { isUnsettled, type Outcome } from '../protocol/outcome.ts';
import { hasRole, type Principal } from '../protocol/site.ts';
import { utf8Length } from '../protocol/text.ts';
import { withoutEffect } from './device.ts';
import type { StorageEffect } from './effect.ts';
import type { ListedItem, SiteState } from './state.ts';

export interface Filed {
  /** As it is listed. */
  item: ListedItem;
  effects: StorageEffect[];
}

/**
 * The open item that an answer to an edit makes, or null where nobody has to look at it. A settling that is refused
 * is none: what it was to settle is listed still. Nor is `seq-reused`: its device queues the edit again.
 */
export function itemOf(edit: Edit, outcome: Outcome, person: string): AttentionItem | null {
  if (edit.type === 'settle' || !isUnsettled(outcome)) return null;
  if (outcome.outcome === 'rejected' && outcome.code === 'seq-reused') return null;
  const kept = withoutEffect(outcome);
  return isUnsettled(kept) ? { author: edit.author ?? person, edit, outcome: kept } : null;
}

/**
 * Lists an item until somebody settles it, in the room of the person it comes from. At a cap an older one is listed no
 * more: it stays with its device. From then on the hub says that some are missing, for a device that is away may hold
 * one of them whatever is listed when it comes back.
 */
export function file(state: SiteState, given: AttentionItem, by: string): Filed {
  const { attention, settled } = state;
  const item: ListedItem = { ...cutToSize(given), ...(by !== given.author && { by }) };
  const { id } = item.edit;
  // Answered once more, under another seq: it is as new.
  attention.delete(id);
  attention.set(id, item);
  settled.delete(id);
  const effects: StorageEffect[] = [{ type: 'put-item', item }];
  const goes = overCap(attention, by);
  if (goes !== undefined) {
    attention.delete(goes);
    effects.push({ type: 'delete-item', id: goes }, ...sayMore(state));
  }
  return { item, effects };
}

/** Whether one more is listed for somebody without another making room for it. */
export function hasRoom({ attention }: SiteState, by: string): boolean {
  return attention.size < ATTENTION_MAX && (sharesOf(attention).get(by) ?? 0) < ATTENTION_PER_PERSON_MAX;
}

/** As those see it who are told of it. */
export function shown({ by: _, ...item }: ListedItem): AttentionItem {
  return item;
}

/** The item that makes room: the oldest of whoever is over their own cap, or takes up most of a list over its own. */
function overCap(attention: SiteState['attention'], by: string): string | undefined {
  if (attention.size <= ATTENTION_PER_PERSON_MAX) return undefined;
  const shares = sharesOf(attention);
  if ((shares.get(by) ?? 0) > ATTENTION_PER_PERSON_MAX) return oldestOf(attention, by);
  if (attention.size <= ATTENTION_MAX) return undefined;
  const most = Math.max(...shares.values());
  const [who = by] = [...shares].find(([, share]) => share === most) ?? [];
  return oldestOf(attention, who);
}

/** How many each person takes up. */
function sharesOf(attention: SiteState['attention']): Map<string, number> {
  const shares = new Map<string, number>();
  for (const { by, author } of attention.values()) {
    const taker = by ?? author;
    shares.set(taker, (shares.get(taker) ?? 0) + 1);
  }
  return shares;
}

function oldestOf(attention: SiteState['attention'], person: string): string | undefined {
  for (const [id, { by, author }] of attention) if ((by ?? author) === person) return id;
  return undefined;
}

/** From now on the hub says that some are not listed. */
export function sayMore(state: SiteState): StorageEffect[] {
  if (state.attentionDropped) return [];
  state.attentionDropped = true;
  return [{ type: 'put-meta', meta: state }];
}

/**
 * Takes a settled item off the list. Its id is remembered, so that it does not come back with the report of a device
 * that has not heard of it.
 */
export function settle(state: SiteState, id: string, at: number): StorageEffect[] {
  const { attention, settled } = state;
  attention.delete(id);
  settled.set(id, at);
  const effects: StorageEffect[] = [{ type: 'settle-item', id, at }];
  const [oldest] = settled.keys();
  if (settled.size > ATTENTION_SETTLED_MAX && oldest !== undefined) {
    settled.delete(oldest);
    effects.push({ type: 'delete-item', id: oldest });
  }
  return effects;
}

/** What a `settle` decides, for the log; undefined where there is no such item. */
export function settledBy(state: SiteState, { item: id, choice }: Intent & { type: 'settle' }) {
  const item = state.attention.get(id);
  if (!item) return undefined;
  return { item: id, author: item.author, cars: carsOf(item), choice } satisfies Settled;
}

/** Whether someone sees the items of an author, and may settle them. */
export function maySettle(someone: Pick<Principal, 'person' | 'role'>, author: string): boolean {
  return author === someone.person || maySettleAll(someone);
}

export function maySettleAll({ role }: Pick<Principal, 'role'>): boolean {
  return hasRole(role, SETTLE_OTHERS_ACCESS);
}

/** The open items that someone sees, oldest first. */
export function itemsFor(state: SiteState, principal: Principal): ListedItem[] {
  const items: ListedItem[] = [];
  for (const item of state.attention.values()) if (maySettle(principal, item.author)) items.push(item);
  return items;
}

/** How they are announced; undefined where there is nothing to say. */
export function openItems(state: SiteState, items: readonly AttentionItem[]): OpenItems | undefined {
  if (items.length === 0 && !state.attentionDropped) return undefined;
  return { ids: items.map(({ edit }) => edit.id), ...(state.attentionDropped && { more: true }) };
}

/** The cars an item is about, as far as it says. */
function carsOf({ edit, outcome }: AttentionItem): string[] {
  const named = edit.type === 'import' ? edit.rows.map(({ car }) => car) : 'car' in edit ? [edit.car] : [];
  const met = outcome.outcome === 'conflict' ? outcome.conflicts.map(({ car }) => car) : [];
  return [...new Set([...named, ...met])];
}

/**
 * An item that fits its cap (rule B1). Of one that is larger, a roster or its undoing, it keeps which cars it is about
 * and whole conflicts, as many of both as there is room for.
 */
function cutToSize(item: AttentionItem): AttentionItem {
  if (bytesOf(item) <= ATTENTION_ITEM_BYTES_MAX) return item;
  const { author, edit, outcome } = item;
  const rows = edit.type === 'import' ? edit.rows.map(({ car }) => ({ car, fields: {} })) : [];
  const conflicts = outcome.outcome === 'conflict' ? outcome.conflicts : [];
  const withParts = (someRows: typeof rows, someConflicts: typeof conflicts): AttentionItem => ({
    author,
    edit: edit.type === 'import' ? { ...edit, rows: someRows } : edit,
    outcome: outcome.outcome === 'conflict' ? { ...outcome, conflicts: someConflicts } : outcome,
    cut: true,
  });
  const room = ATTENTION_ITEM_BYTES_MAX - bytesOf(withParts([], []));
  const cars = thatFit(rows, conflicts.length > 0 ? room / 2 : room);
  return withParts(cars, thatFit(conflicts, room - bytesOf(cars)));
}

/** The first ones, up to so many bytes of JSON. */
export function thatFit<T>(values: readonly T[], bytesMax: number): T[] {
  let bytes = 0;
  const end = values.findIndex((value) => {
    bytes += bytesOf(value) + 1;
    return bytes > bytesMax;
  });
  return end < 0 ? [...values] : values.slice(0, end);
}

function bytesOf(value: unknown): number {
  return utf8Length(JSON.stringify(value));
}
