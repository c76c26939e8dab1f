import { type DocumentBook, type KeptDocument, mergeDocuments } from '../protocol/document-merge.ts';
import type { DocumentChange, DocumentChanges, DocumentResult, Overwritten } from '../protocol/documents.ts';
import { ask, rowsOf } from './d1.ts';
import { LIVE_SESSION, oldestUse } from './session.ts';

/** Whose documents, and the session that says so. */
export interface DocumentOwner {
  person: string;
  /** Hash of the session's secret. */
  session: string;
}

/** How often a merge is tried where others write at the same time. Each time somebody has got through. */
const TRIES_MAX = 25;

export type Changed =
  | { ok: true; results: DocumentResult[] }
  | { ok: false; code: 'unauthenticated' | 'slow-down' };

/** A person's documents that changed after a version; null where the session counts no more. Errors: `D1Unavailable`. */
export async function documentsSince(
  db: D1Database,
  owner: DocumentOwner,
  since: number,
  now: number,
): Promise<DocumentChanges | null> {
  // Who is behind what has been forgotten, or ahead of what there is, is told all.
  const from = `(SELECT iif(?2 BETWEEN forgotten AND version, ?2, 0) FROM document_books WHERE person = ?1)`;
  const read = (sql: string) => db.prepare(sql).bind(owner.person, since);
  const [books, documents, conflicts] = await ask(
    db.batch([
      readBookRow(db, owner, now),
      read(
        `SELECT key, version, updated_at, value FROM documents
          WHERE person = ?1 AND version > ${from} ORDER BY version`,
      ),
      read(
        `SELECT key, version, updated_at, value, overwritten_by FROM document_conflicts
          WHERE person = ?1 AND overwritten_by > ${from} ORDER BY overwritten_by`,
      ),
    ]),
  );
  const [book] = rowsOf<BookRow>(books);
  if (!book) return null;
  const { version, forgotten } = { version: book.version ?? 0, forgotten: book.forgotten ?? 0 };
  const rows = rowsOf<DocumentRow>(documents);
  return {
    version,
    complete: since === 0 || since < forgotten || since > version,
    documents: rows.flatMap(({ key, version, updated_at, value }) =>
      value === null ? [] : [{ key, value: JSON.parse(value), version, updatedAt: updated_at }],
    ),
    deleted: rows.flatMap(({ key, version, updated_at, value }) =>
      value === null ? [{ key, version, updatedAt: updated_at }] : [],
    ),
    conflicts: rowsOf<ConflictRow>(conflicts).map(overwrittenOf),
  };
}

/**
 * Merges changes into a person's documents. They are read, merged, and written in one transaction that does nothing
 * where another was faster: then all of it is done again. Errors: `D1Unavailable`.
 */
export async function changeDocuments(
  db: D1Database,
  owner: DocumentOwner,
  changes: readonly DocumentChange[],
  now: number,
): Promise<Changed> {
  const keys = changes.map(({ key }) => key);
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const before = await readBook(db, owner, keys, now);
    if (!before) return { ok: false, code: 'unauthenticated' };
    const { book, results } = mergeDocuments(before, changes, now);
    if (book.version === before.version) return { ok: true, results };
    const done = await ask(db.batch(write(db, owner, before, book, now)));
    if (rowsOf(done.at(-1)).length > 0) return { ok: true, results };
    // Another has written meanwhile, or the session has ended: the next reading tells.
  }
  return { ok: false, code: 'slow-down' };
}

interface BookRow {
  version: number | null;
  forgotten: number | null;
}

interface DocumentRow {
  key: string;
  version: number;
  updated_at: number;
  value: string | null;
}

interface ConflictRow extends DocumentRow {
  overwritten_by: number;
}

/** Of a session's person; no row where it does not count any more. Parameters: ?1 session, ?2 and ?3 as for the session. */
const BOOK = `SELECT book.version, book.forgotten FROM ${LIVE_SESSION}
  LEFT JOIN document_books AS book ON book.person = people.id WHERE sessions.hash = ?1`;

function readBookRow(db: D1Database, { session }: DocumentOwner, now: number): D1PreparedStatement {
  return db.prepare(BOOK).bind(session, now, oldestUse(now));
}

/** The book as a merge of these keys needs it: of the others it has no more than whether they are there. */
async function readBook(
  db: D1Database,
  owner: DocumentOwner,
  keys: readonly string[],
  now: number,
): Promise<DocumentBook | null> {
  const touched = `key IN (SELECT value FROM json_each(?2))`;
  const value = `CASE WHEN ${touched} THEN value WHEN value IS NOT NULL THEN 'null' END AS value`;
  const values = [owner.person, JSON.stringify(keys)];
  const [books, documents, conflicts] = await ask(
    db.batch([
      readBookRow(db, owner, now),
      db
        .prepare(`SELECT key, version, updated_at, ${value} FROM documents WHERE person = ?1`)
        .bind(...values),
      db
        .prepare(
          `SELECT key, version, updated_at, overwritten_by, ${value} FROM document_conflicts WHERE person = ?1`,
        )
        .bind(...values),
    ]),
  );
  const [book] = rowsOf<BookRow>(books);
  if (!book) return null;
  return {
    version: book.version ?? 0,
    forgotten: book.forgotten ?? 0,
    documents: new Map(rowsOf<DocumentRow>(documents).map((row) => [row.key, keptOf(row)])),
    conflicts: new Map(rowsOf<ConflictRow>(conflicts).map((row) => [row.key, overwrittenOf(row)])),
  };
}

/**
 * Statements that make one book of the other, each only while it still is the first and the session still counts. The
 * last gives a row where all of it is done.
 */
function write(
  db: D1Database,
  { person, session }: DocumentOwner,
  before: DocumentBook,
  after: DocumentBook,
  now: number,
): D1PreparedStatement[] {
  const guard = `coalesce((SELECT version FROM document_books WHERE person = ?1), 0) = ?5
    AND EXISTS (SELECT 1 FROM ${LIVE_SESSION} WHERE sessions.hash = ?4 AND people.id = ?1)`;
  const guarded = [person, now, oldestUse(now), session, before.version] as const;
  const run = (sql: string, value: unknown) => db.prepare(sql).bind(...guarded, JSON.stringify(value));
  const written = [...after.documents].filter(([key, document]) => before.documents.get(key) !== document);
  const lost = [...after.conflicts.values()].filter((one) => before.conflicts.get(one.key) !== one);
  return [
    // What is overwritten is where it was until the next statement.
    run(
      `INSERT INTO document_conflicts (person, key, version, updated_at, value, overwritten_by)
       SELECT ?1, was.key, was.version, was.updated_at, was.value, lost.value ->> 'by'
         FROM documents AS was JOIN json_each(?6) AS lost ON was.key = lost.value ->> 'key'
        WHERE was.person = ?1 AND ${guard}
       ON CONFLICT (person, key) DO UPDATE SET version = excluded.version, updated_at = excluded.updated_at,
         value = excluded.value, overwritten_by = excluded.overwritten_by`,
      lost.map(({ key, by }) => ({ key, by })),
    ),
    run(
      `INSERT INTO documents (person, key, version, updated_at, value)
       SELECT ?1, item.value ->> 'key', item.value ->> 'version', item.value ->> 'updatedAt', item.value -> 'value'
         FROM json_each(?6) AS item WHERE ${guard}
       ON CONFLICT (person, key) DO UPDATE SET version = excluded.version, updated_at = excluded.updated_at,
         value = excluded.value`,
      // A deleted one has no value, not even null.
      written.map(([key, document]) => ({ key, ...document })),
    ),
    run(
      `DELETE FROM documents WHERE person = ?1 AND key IN (SELECT value FROM json_each(?6)) AND ${guard}`,
      goneOf(before.documents, after.documents),
    ),
    run(
      `DELETE FROM document_conflicts WHERE person = ?1 AND key IN (SELECT value FROM json_each(?6)) AND ${guard}`,
      goneOf(before.conflicts, after.conflicts),
    ),
    run(
      `INSERT INTO document_books (person, version, forgotten)
       SELECT ?1, ?6 ->> 'version', ?6 ->> 'forgotten' WHERE ${guard}
       ON CONFLICT (person) DO UPDATE SET version = excluded.version, forgotten = excluded.forgotten
       RETURNING version`,
      { version: after.version, forgotten: after.forgotten },
    ),
  ];
}

function goneOf(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): string[] {
  return [...before.keys()].filter((key) => !after.has(key));
}

function keptOf({ version, updated_at, value }: DocumentRow): KeptDocument {
  return { version, updatedAt: updated_at, value: value === null ? undefined : JSON.parse(value) };
}

function overwrittenOf({ key, version, updated_at, value, overwritten_by }: ConflictRow): Overwritten {
  const about = { key, version, updatedAt: updated_at, by: overwritten_by };
  return value === null ? { ...about, deleted: true } : { ...about, value: JSON.parse(value) };
}
