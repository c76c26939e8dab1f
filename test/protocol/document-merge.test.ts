import { expect, test } from 'vitest';
import { type DocumentBook, mergeDocuments } from '../../worker/protocol/document-merge.ts';
import type { DocumentChange, Json } from '../../worker/protocol/documents.ts';
import {
  DOCUMENT_CONFLICTS_MAX,
  DOCUMENT_TOMBSTONES_MAX,
  DOCUMENTS_MAX,
} from '../../worker/protocol/limits.ts';
import { chance, integer, type Random, random } from '../support/random.ts';

const EMPTY: DocumentBook = { version: 0, forgotten: 0, documents: new Map(), conflicts: new Map() };
const NOW = 1_790_000_000_000;

function put(key: string, value: Json, base?: number): DocumentChange {
  return { key, value, ...(base !== undefined && { base }) };
}

function after(...changes: DocumentChange[]): DocumentBook {
  return changes.reduce((book, change) => mergeDocuments(book, [change], NOW).book, EMPTY);
}

test('the newer write wins, each takes the next version, and the same again takes none', () => {
  const { book, results } = mergeDocuments(
    after(put('a', 1)),
    [put('a', 2, 1), put('b', 1), put('a', 2)],
    NOW + 5,
  );
  expect(results).toEqual([
    { key: 'a', result: 'applied', version: 2, updatedAt: NOW + 5 },
    { key: 'b', result: 'applied', version: 3, updatedAt: NOW + 5 },
    { key: 'a', result: 'unchanged', version: 2, updatedAt: NOW + 5 },
  ]);
  expect(book.version).toBe(3);
});

test('what is overwritten unseen is kept as a conflict, the write stands', () => {
  const { book, results } = mergeDocuments(
    after(put('a', 'theirs'), put('a', 'theirs 2')),
    [put('a', 'mine', 1)],
    NOW,
  );
  const overwritten = { key: 'a', version: 2, updatedAt: NOW, by: 3, value: 'theirs 2' };
  expect(results).toEqual([{ key: 'a', result: 'conflict', version: 3, updatedAt: NOW, overwritten }]);
  expect(book.documents.get('a')?.value).toBe('mine');
  expect([...book.conflicts.values()]).toEqual([overwritten]);
});

test('a base of 0 says that one knew of none: what was there is a conflict; without a base nobody asks', () => {
  const book = after(put('a', 1));
  expect(mergeDocuments(book, [put('a', 2, 0)], NOW).results[0]?.result).toBe('conflict');
  expect(mergeDocuments(book, [put('a', 2)], NOW).results[0]?.result).toBe('applied');
  expect(mergeDocuments(book, [put('b', 2, 0)], NOW).results[0]?.result).toBe('applied');
});

test('a conflict that has been taken back is one no more', () => {
  const lost = after(put('a', 'theirs'), put('a', 'mine', 0));
  expect(lost.conflicts.size).toBe(1);
  expect(mergeDocuments(lost, [put('a', 'other', 2)], NOW).book.conflicts.size).toBe(1);
  expect(mergeDocuments(lost, [put('a', 'theirs', 2)], NOW).book.conflicts.size).toBe(0);
});

test('time does not run back in a document, whatever clock a server has', () => {
  const { results } = mergeDocuments(after(put('a', 1)), [put('a', 2)], NOW - 60_000);
  expect(results).toEqual([{ key: 'a', result: 'applied', version: 2, updatedAt: NOW }]);
});

test('B1 a person has so many documents: one more is rejected, the rest of the request is not', () => {
  const full = after(...Array.from({ length: DOCUMENTS_MAX }, (_, i) => put(`k${i}`, i)));
  const { book, results } = mergeDocuments(
    full,
    [put('more', 1), put('k0', 'new'), { key: 'k1', deleted: true }, put('now', 1)],
    NOW,
  );
  expect(results.map(({ result }) => result)).toEqual(['rejected', 'applied', 'applied', 'applied']);
  expect(book.documents.has('more')).toBe(false);
});

test('B1 so many deletions are remembered: the oldest go, and from which version on all is known stands there', () => {
  const keys = Array.from({ length: DOCUMENT_TOMBSTONES_MAX + 2 }, (_, i) => `k${i}`);
  const book = after(...keys.flatMap((key): DocumentChange[] => [put(key, 1), { key, deleted: true }]));
  expect([...book.documents.keys()]).toEqual(keys.slice(2));
  // The second document was deleted by the fourth write.
  expect(book.forgotten).toBe(4);
  expect(book.version).toBe(2 * keys.length);
});

/** The rules written down as plainly as can be: a list of all that was ever written. */
class PlainModel {
  readonly writes: { key: string; version: number; updatedAt: number; value: Json | undefined }[] = [];
  lost: { key: string; by: number; version: number; value: Json | undefined }[] = [];

  get(key: string) {
    return this.writes.findLast((write) => write.key === key);
  }

  keys(isDeleted: boolean): string[] {
    const keys = [...new Set(this.writes.map(({ key }) => key))];
    return keys.filter((key) => (this.get(key)?.value === undefined) === isDeleted);
  }

  write(change: DocumentChange, now: number): string {
    const value = 'deleted' in change ? undefined : change.value;
    const before = this.get(change.key);
    if (before?.value === value) return 'unchanged';
    if (before?.value === undefined && this.keys(false).length === DOCUMENTS_MAX) return 'rejected';
    const version = this.writes.length + 1;
    this.writes.push({ key: change.key, version, updatedAt: now, value });
    const known = this.lost.find(({ key }) => key === change.key);
    if (before && change.base !== undefined && change.base < before.version && !this.isForgotten(before)) {
      this.lost = this.lost.filter((one) => one !== known);
      this.lost.push({ key: change.key, by: version, version: before.version, value: before.value });
      return 'conflict';
    }
    if (known && known.value === value) this.lost = this.lost.filter((one) => one !== known);
    return 'applied';
  }

  /** After each request, as the caps are kept then. */
  readonly #forgotten = new Set<number>();
  isForgotten({ version }: { version: number }): boolean {
    return this.#forgotten.has(version);
  }
  trim(): void {
    this.lost = this.lost.sort((a, b) => b.by - a.by).slice(0, DOCUMENT_CONFLICTS_MAX);
    const deletions = this.keys(true)
      .map((key) => this.get(key)!)
      .sort((a, b) => b.version - a.version);
    for (const { version } of deletions.slice(DOCUMENT_TOMBSTONES_MAX)) this.#forgotten.add(version);
  }
  tombstones(): number {
    return this.keys(true).filter((key) => !this.isForgotten(this.get(key)!)).length;
  }
}

function randomChange(next: Random, version: number, keys: number): DocumentChange {
  const key = `k${integer(next, 1, keys)}`;
  const base = chance(next, 0.3) ? {} : { base: integer(next, 0, version) };
  if (chance(next, 0.4)) return { key, deleted: true, ...base };
  return { key, value: integer(next, 0, 2), ...base };
}

// Few keys meet often; many meet the caps.
test.each([
  [1, 5],
  [2, 5],
  [3, 150],
  [4, 400],
])(
  'B1 whatever is written, the book is as a plain list of all writes says (seed %i, %i keys)',
  (seed, keys) => {
    const next = random(seed);
    const model = new PlainModel();
    let book = EMPTY;
    let now = NOW;
    for (let round = 0; round < 300; round++) {
      now += integer(next, 0, 1_000);
      const changes = Array.from({ length: integer(next, 0, 6) }, () =>
        randomChange(next, book.version, keys),
      );
      const before = book;
      const done = mergeDocuments(before, changes, now);
      book = done.book;
      expect(done.results.map(({ result }) => result)).toEqual(
        changes.map((change) => model.write(change, now)),
      );
      model.trim();
      expect(book.version).toBe(model.writes.length);
      const live = [...book.documents].filter(([, { value }]) => value !== undefined);
      expect(live.map(([key]) => key).sort()).toEqual(model.keys(false).sort());
      const kept = [...book.documents].map(([key, document]) => ({ key, ...document }));
      expect(kept).toEqual(kept.map(({ key }) => model.get(key)));
      expect(book.documents.size - live.length).toBe(model.tombstones());
      expect(live.length).toBeLessThanOrEqual(DOCUMENTS_MAX);
      const lost = [...book.conflicts.values()].sort((a, b) => b.by - a.by);
      expect(lost.map(({ key, by, version }) => [key, by, version])).toEqual(
        model.lost.map(({ key, by, version }) => [key, by, version]),
      );
      // Nobody who knows a version from before a forgotten deletion takes what it has for all there is.
      for (const [key, { version, value }] of before.documents) {
        if (value === undefined && !book.documents.has(key))
          expect(book.forgotten).toBeGreaterThanOrEqual(version);
      }
    }
  },
);
