import { ask } from '../directory/d1.ts';
import type { LogEntry } from '../protocol/history.ts';

/** Entries in one answer of D1. */
const PAGE = 200;

/** Whole log entries of a site above a version, oldest first. Errors: `D1Unavailable`. */
export async function* entriesAfter(db: D1Database, site: string, version: number): AsyncGenerator<LogEntry> {
  let after = version;
  for (;;) {
    const query = db
      .prepare(
        'SELECT version, entry, parts FROM history WHERE site = ? AND version > ? ORDER BY version LIMIT ?',
      )
      .bind(site, after, PAGE);
    const { results } = await ask(query.all<{ version: number; entry: string; parts: number }>());
    for (const row of results) {
      const entry: LogEntry = JSON.parse(row.entry);
      yield row.parts === 0 ? entry : { ...entry, cars: await partsOf(db, site, row.version) };
      after = row.version;
    }
    if (results.length < PAGE) return;
  }
}

async function partsOf(db: D1Database, site: string, version: number): Promise<LogEntry['cars']> {
  const query = db
    .prepare('SELECT cars FROM history_parts WHERE site = ? AND version = ? ORDER BY part')
    .bind(site, version);
  const { results } = await ask(query.all<{ cars: string }>());
  return results.flatMap(({ cars }): LogEntry['cars'] => JSON.parse(cars));
}
