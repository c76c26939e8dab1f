import type {
  DocumentChange,
  DocumentResult,
  DocumentsMerged,
  Json,
} from '../../../worker/protocol/documents.ts';
import { DOCUMENT_TOMBSTONES_MAX, DOCUMENTS_MAX } from '../../../worker/protocol/limits.ts';

export interface LocalDocument {
  /** As the hub has it; undefined where it has none. */
  value: Json | undefined;
  /** Of that; 0 where nothing is known of it. */
  version: number;
  /** What has been written here since and is not answered. */
  pending: Pending | null;
}

interface Pending {
  /** Undefined: deleted. */
  value: Json | undefined;
  /** The version that the person knew as they wrote it. */
  base: number;
  /** The hub has no room for it. It stays here, and is offered again when the app is next opened. */
  isRefused: boolean;
}

/** What a device has of one person's documents. Never changed in place. */
export interface LocalBook {
  /** Up to this version all is known. */
  since: number;
  /** The hub has answered before: what is not here it does not have. */
  hasHeard: boolean;
  documents: ReadonlyMap<string, LocalDocument>;
}

export const EMPTY_BOOK: LocalBook = { since: 0, hasHeard: false, documents: new Map() };

/** As many as fit a request, however large they are. */
const CHANGES_AT_ONCE = 10;

/** A document as its person sees it; undefined where there is none. */
export function valueIn(book: LocalBook, key: string): Json | undefined {
  const document = book.documents.get(key);
  return document && shown(document);
}

export function* entriesIn(book: LocalBook): Iterable<[string, Json]> {
  for (const [key, document] of book.documents) {
    const value = shown(document);
    if (value !== undefined) yield [key, value];
  }
}

/** False where the person has as many documents as fit. */
export function hasRoomFor(book: LocalBook, key: string): boolean {
  return valueIn(book, key) !== undefined || [...entriesIn(book)].length < DOCUMENTS_MAX;
}

/** How many documents wait to be sent. */
export function waitingIn(book: LocalBook): number {
  return [...book.documents.values()].filter(({ pending }) => pending !== null).length;
}

/** Writes a document, or deletes it. */
export function written(book: LocalBook, key: string, value: Json | undefined): LocalBook {
  const before = book.documents.get(key) ?? { value: undefined, version: 0, pending: null };
  if (isSame(shown(before), value)) return book;
  const base = before.pending?.base ?? before.version;
  return withDocument(book, key, { ...before, pending: { value, base, isRefused: false } });
}

/** Offers again what was refused. */
export function reopened(book: LocalBook): LocalBook {
  const documents = [...book.documents].map(([key, document]): [string, LocalDocument] => {
    const { pending } = document;
    return [key, pending?.isRefused ? { ...document, pending: { ...pending, isRefused: false } } : document];
  });
  return { ...book, documents: new Map(documents) };
}

/** What is to be sent next. */
export function changesToSend(book: LocalBook): DocumentChange[] {
  const changes: DocumentChange[] = [];
  for (const [key, { pending }] of book.documents) {
    if (!pending || pending.isRefused || changes.length === CHANGES_AT_ONCE) continue;
    const { value, base } = pending;
    changes.push(value === undefined ? { key, deleted: true, base } : { key, value, base });
  }
  return changes;
}

/** Takes over what the hub has answered to these changes. What has been written meanwhile stays to be sent. */
export function answered(
  book: LocalBook,
  sent: readonly DocumentChange[],
  answer: DocumentsMerged,
): LocalBook {
  const documents = new Map(book.documents);
  const get = (key: string) => documents.get(key) ?? { value: undefined, version: 0, pending: null };
  for (const [i, result] of answer.results.entries()) settle(sent[i], result);
  if (answer.complete) {
    const named = new Set(answer.documents.map(({ key }) => key));
    for (const [key, document] of documents) {
      if (!named.has(key)) documents.set(key, { ...document, value: undefined, version: 0 });
    }
  }
  for (const { key, version, value } of answer.documents) take(key, version, value);
  for (const { key, version } of answer.deleted) take(key, version, undefined);
  forget(documents);
  return { since: answer.version, hasHeard: true, documents };

  function settle(change: DocumentChange | undefined, result: DocumentResult): void {
    const document = get(result.key);
    const { pending } = document;
    if (!change || !pending) return;
    const isAnswered = isSame(pending.value, 'deleted' in change ? undefined : change.value);
    if (result.result === 'rejected') {
      if (isAnswered) documents.set(result.key, { ...document, pending: { ...pending, isRefused: true } });
    } else if (isAnswered) {
      documents.set(result.key, { ...document, pending: null });
    } else {
      // It was written by somebody who knew what this device had sent.
      documents.set(result.key, { ...document, pending: { ...pending, base: result.version } });
    }
  }

  function take(key: string, version: number, value: Json | undefined): void {
    const document = get(key);
    if (answer.complete || version > document.version) documents.set(key, { ...document, version, value });
  }
}

/** Deletions are remembered for their versions; the oldest go. */
function forget(documents: Map<string, LocalDocument>): void {
  const deleted = [...documents].filter(([, { value, pending }]) => value === undefined && !pending);
  deleted.sort(([, a], [, b]) => b.version - a.version);
  for (const [key] of deleted.slice(DOCUMENT_TOMBSTONES_MAX)) documents.delete(key);
}

function withDocument(book: LocalBook, key: string, document: LocalDocument): LocalBook {
  return { ...book, documents: new Map(book.documents).set(key, document) };
}

function shown({ value, pending }: LocalDocument): Json | undefined {
  return pending ? pending.value : value;
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
