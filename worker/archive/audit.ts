import type { Alteration } from '../protocol/api.ts';
import { entryText, type Hash } from '../protocol/chain.ts';
import type { CarDiff, LogEntry } from '../protocol/history.ts';
import { readEntry, readPart, type StoredEntry } from './stored-entry.ts';

/** Some of a site's history as it lies in the archive. */
export interface StoredPage {
  /** Newest first. */
  entries: StoredEntry[];
  /** Versions, among those of the page, of rows that belong to no entry. */
  strays: { version: number; reason: 'parts' | 'cars' }[];
  /** There is none below. */
  isLast: boolean;
}

/** What must come next on the way down: this version, with this hash. */
export interface Link {
  version: number;
  hash: string;
}

export type Audit =
  | {
      ok: true;
      checked: number;
      /** The oldest version that was checked. */
      from: number;
      /** Null where the chain begins. */
      next: Link | null;
    }
  | Found;

export interface Found {
  ok: false;
  checked: number;
  version: number;
  reason: Alteration;
  /** Where several in a row are missing: the oldest of them. */
  since?: number;
}

/**
 * Follows the chain down a page, from what the hub or the page before says must come first (rule A1). Whatever was
 * done to an entry changes its hash, and whatever was done to the rows about it no longer fits it. The first thing that
 * is not as it was written is the answer.
 */
export function audit(page: StoredPage, first: Link, site: { genesis: string; hash: Hash }): Audit {
  let due: Link | null = first;
  let checked = 0;
  let from = first.version + 1;
  for (const row of page.entries) {
    if (!due) break;
    const { version, hash: expected }: Link = due;
    if (row.version < version)
      return { ok: false, checked, version, reason: 'missing', since: row.version + 1 };
    const read = auditEntry(row, expected, site.hash);
    if (typeof read === 'string') return { ok: false, checked, version: row.version, reason: read };
    checked++;
    from = version;
    const { prev } = read;
    due = prev === undefined || prev === site.genesis ? null : { version: version - 1, hash: prev };
  }
  // Rows below the beginning of the chain are nobody's to judge, unless there can be none.
  const stray = page.strays.find(({ version }) => version >= from || (!due && from === 1));
  if (stray) return { ok: false, checked, ...stray };
  if (due && page.isLast) return { ok: false, checked, version: due.version, reason: 'missing', since: 1 };
  return { ok: true, checked, from, next: due };
}

function auditEntry(row: StoredEntry, expected: string, hash: Hash): LogEntry | Alteration {
  const head = readEntry(row.entry);
  if (!head) return 'altered';
  const cars = row.parts === 0 && row.inParts.length === 0 ? head.cars : inParts(row, head);
  if (!cars) return 'parts';
  const entry = { ...head, cars };
  if (hash(entryText(entry)) !== expected) return 'altered';
  const { version, at, by, type } = entry;
  const fits = version === row.version && at === row.at && by === row.person && type === row.type;
  if (!fits || row.size !== JSON.stringify(entry).length) return 'index';
  const changed = new Set(cars.map(({ id }) => id));
  return changed.size === row.cars.length && row.cars.every((car) => changed.has(car)) ? entry : 'cars';
}

/** The cars of an entry that is in parts: each of them there, in order, and none in the entry itself. */
function inParts({ parts, inParts }: StoredEntry, head: LogEntry): CarDiff[] | null {
  if (head.cars.length > 0 || inParts.length !== parts) return null;
  const cars: CarDiff[] = [];
  for (const [i, { part, cars: text }] of inParts.entries()) {
    const some = part === i ? readPart(text) : null;
    if (!some) return null;
    cars.push(...some);
  }
  return cars;
}
