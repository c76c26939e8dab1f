import type { DocumentChange, DocumentResult, Json, Overwritten } from './documents.ts';
import { DOCUMENT_CONFLICTS_MAX, DOCUMENT_TOMBSTONES_MAX, DOCUMENTS_MAX } from './limits.ts';

export interface KeptDocument {
  version: number;
  updatedAt: number;
  /** Undefined: it has been deleted. */
  value: Json | undefined;
}

/** The documents of one person. A merge leaves what it does not change as the object it was. */
export interface DocumentBook {
  version: number;
  /** Deletions up to this version may be forgotten. */
  forgotten: number;
  documents: ReadonlyMap<string, KeptDocument>;
  /** By the key of their document: of each the last. */
  conflicts: ReadonlyMap<string, Overwritten>;
}

/**
 * Writes what has been changed, one after the other: the newer write wins, whatever it was based on. What it overwrote
 * unseen is kept as a conflict until it is written again, or pushed out by newer ones. `now` is in hub milliseconds.
 */
export function mergeDocuments(
  book: DocumentBook,
  changes: readonly DocumentChange[],
  now: number,
): { book: DocumentBook; results: DocumentResult[] } {
  const documents = new Map(book.documents);
  const conflicts = new Map(book.conflicts);
  let { version } = book;
  let live = countOf(documents, isLive);
  const results = changes.map((change) => write(change));
  const forgotten = forgetDeletions(documents, book.forgotten);
  forgetConflicts(conflicts);
  return { book: { version, forgotten, documents, conflicts }, results };

  function write(change: DocumentChange): DocumentResult {
    const { key, base } = change;
    const value = 'deleted' in change ? undefined : change.value;
    const before = documents.get(key);
    if (isSame(before?.value, value)) {
      return {
        key,
        result: 'unchanged',
        version: before?.version ?? 0,
        updatedAt: before?.updatedAt ?? null,
      };
    }
    const isNew = before?.value === undefined;
    if (isNew && live >= DOCUMENTS_MAX) return { key, result: 'rejected', code: 'too-large' };
    if (isNew) live += 1;
    if (value === undefined) live -= 1;
    version += 1;
    // Clocks of two servers may differ: time never runs back in a document.
    const updatedAt = Math.max(now, before?.updatedAt ?? 0);
    documents.set(key, { version, updatedAt, value });
    if (!before || base === undefined || base >= before.version) {
      // What was lost is back.
      const lost = conflicts.get(key);
      if (lost && isSame('value' in lost ? lost.value : undefined, value)) conflicts.delete(key);
      return { key, result: 'applied', version, updatedAt };
    }
    const overwritten: Overwritten = {
      key,
      version: before.version,
      updatedAt: before.updatedAt,
      by: version,
      ...(before.value === undefined ? { deleted: true } : { value: before.value }),
    };
    conflicts.set(key, overwritten);
    return { key, result: 'conflict', version, updatedAt, overwritten };
  }
}

/** The same text is the same value. */
function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isLive({ value }: KeptDocument): boolean {
  return value !== undefined;
}

/** The oldest deletions over the cap go. Gives the version up to which they may have gone. */
function forgetDeletions(documents: Map<string, KeptDocument>, forgotten: number): number {
  const deleted = [...documents].filter(([, document]) => !isLive(document));
  deleted.sort(([, a], [, b]) => b.version - a.version);
  const gone = deleted.slice(DOCUMENT_TOMBSTONES_MAX);
  for (const [key] of gone) documents.delete(key);
  return Math.max(forgotten, gone[0]?.[1].version ?? 0);
}

function forgetConflicts(conflicts: Map<string, Overwritten>): void {
  const newest = [...conflicts.values()].sort((a, b) => b.by - a.by);
  for (const { key } of newest.slice(DOCUMENT_CONFLICTS_MAX)) conflicts.delete(key);
}

function countOf<T>(map: ReadonlyMap<string, T>, is: (value: T) => boolean): number {
  let count = 0;
  for (const value of map.values()) if (is(value)) count += 1;
  return count;
}
