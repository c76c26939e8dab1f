import { ask, rowsOf } from '../directory/d1.ts';
import { VERIFY_PAGE_CHARS_MAX, VERIFY_PAGE_ENTRIES_MAX } from '../protocol/limits.ts';
import type { StoredPage } from './audit.ts';
import type { StoredEntry } from './stored-entry.ts';

/** The page of a site's history below a version, and when the archive was last told of the hub; null if never. */
export interface ReadPage extends StoredPage {
  at: number | null;
}

/** Reads a page as it is at one moment. Errors: `D1Unavailable`. */
export async function readPage(db: D1Database, site: string, before: number): Promise<ReadPage> {
  const run = (sql: string): D1PreparedStatement =>
    db.prepare(sql).bind(site, before, VERIFY_PAGE_ENTRIES_MAX, VERIFY_PAGE_CHARS_MAX);
  const [entryRows, partRows, carRows, lowRows] = await ask(
    db.batch([
      run(`${PAGE} SELECT h.version, at, person, type, entry, parts, h.size FROM page
             JOIN history AS h ON h.site = ?1 AND h.version = page.version ORDER BY h.version DESC`),
      run(`${PAGE} SELECT version, part, cars FROM history_parts WHERE ${IS_ON_PAGE} ORDER BY version, part`),
      run(`${PAGE} SELECT version, car FROM history_cars WHERE ${IS_ON_PAGE}`),
      run(`${PAGE} SELECT ${IS_LAST} AS isLast, (SELECT at FROM archive_sites WHERE site = ?1) AS at`),
    ]),
  );
  const entries = rowsOf<Omit<StoredEntry, 'inParts' | 'cars'>>(entryRows).map(
    (row): StoredEntry => ({ ...row, inParts: [], cars: [] }),
  );
  const byVersion = new Map(entries.map((entry) => [entry.version, entry]));
  const strays: StoredPage['strays'] = [];
  for (const { version, part, cars } of rowsOf<{ version: number; part: number; cars: string }>(partRows)) {
    const entry = byVersion.get(version);
    if (entry) entry.inParts.push({ part, cars });
    else strays.push({ version, reason: 'parts' });
  }
  for (const { version, car } of rowsOf<{ version: number; car: string }>(carRows)) {
    const entry = byVersion.get(version);
    if (entry) entry.cars.push(car);
    else strays.push({ version, reason: 'cars' });
  }
  const [low] = rowsOf<{ isLast: number; at: number | null }>(lowRows);
  return { entries, strays, isLast: low?.isLast === 1, at: low?.at ?? null };
}

/** As many versions as a page holds, by number and by characters, but one at least. */
const PAGE = `
  WITH newest AS MATERIALIZED (
    SELECT version, size FROM history WHERE site = ?1 AND version < ?2 ORDER BY version DESC LIMIT ?3
  ), page AS MATERIALIZED (
    SELECT version FROM (
      SELECT version, sum(size) OVER (ORDER BY version DESC) - size AS above FROM newest
    ) WHERE above <= ?4
  )`;

const IS_LAST = `NOT EXISTS (SELECT 1 FROM history WHERE site = ?1 AND version < (SELECT min(version) FROM page))`;

/** Of the last page is whatever lies below it, of the first whatever lies above: no row is left out. */
const IS_ON_PAGE = `site = ?1 AND version < ?2
  AND version >= CASE WHEN ${IS_LAST} THEN -9e15 ELSE (SELECT min(version) FROM page) END`;
