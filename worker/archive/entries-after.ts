import { ask } from '../directory/d1.ts';
import type { LogEntry } from '../protocol/history.ts';

/** Entries in one answer of D1. */
const PAGE = 200;

type Row = { version: number; entry: string; parts: number };

/** Whole log entries of a site above a version, oldest first. Errors: `D1Unavailable`. */
export async function* entriesAfter(db: D1Database, site: string, version: number): AsyncGenerator<LogEntry> {
  let after = version;
  for (;;) {
    const query = db
      .prepare(
        'SELECT version, entry, parts FROM history WHERE site = ? AND version > ? ORDER BY version LIMIT ?',
      )
      .bind(site, after, PAGE);
    const { results } = await ask(query.all<Row>());
    for (const row of results) {
      yield await wholeEntry(db, site, row);
      after = row.version;
    }
    if (results.length < PAGE) return;
  }
}

/** The newest entry of a site, whole; null where there is none. Errors: `D1Unavailable`. */
export async function newestEntry(db: D1Database, site: string): Promise<LogEntry | null> {
  const query = db
    .prepare('SELECT version, entry, parts FROM history WHERE site = ? ORDER BY version DESC LIMIT 1')
    .bind(site);
  const row = await ask(query.first<Row>());
  return row && wholeEntry(db, site, row);
}

async function wholeEntry(db: D1Database, site: string, row: Row): Promise<LogEntry> {
  const entry: LogEntry = JSON.parse(row.entry);
  return row.parts === 0 ? entry : { ...entry, cars: await partsOf(db, site, row.version) };
}

async function partsOf(db: D1Database, site: string, version: number): Promise<LogEntry['cars']> {
  const query = db
    .prepare('SELECT cars FROM history_parts WHERE site = ? AND version = ? ORDER BY part')
    .bind(site, version);
  const { results } = await ask(query.all<{ cars: string }>());
  return results.flatMap(({ cars }): LogEntry['cars'] => JSON.parse(cars));
}
