import { ask } from '../directory/d1.ts';
import type { HistoryQuery } from '../ports.ts';
import type { CarDiff, HistoryEntry, LogEntry } from '../protocol/history.ts';
import { HISTORY_PAGE_CHARS_MAX } from '../protocol/limits.ts';

export interface HistoryPage {
  /** Newest first; of a car's history only what happened to that car. */
  entries: HistoryEntry[];
  /** There are older ones that match. */
  more: boolean;
}

interface Row {
  version: number;
  entry: string;
  parts: number;
  size: number;
  name: string;
}

/** A page of a site's archived history. Errors: `D1Unavailable`. */
export async function historyPage(db: D1Database, site: string, query: HistoryQuery): Promise<HistoryPage> {
  const { sql, values } = select(site, query);
  const { results } = await ask(
    db
      .prepare(sql)
      .bind(...values)
      .all<Row>(),
  );
  const rows = thatFit(results.slice(0, query.limit));
  const parts = await carsInParts(db, site, rows, query.car);
  const entries = rows.map(({ version, entry, name }): HistoryEntry => {
    const { device: _, seq: _s, id: _i, prev: _p, ...rest }: LogEntry = JSON.parse(entry);
    const cars = parts.get(version) ?? rest.cars;
    return {
      ...rest,
      name,
      cars: query.car === undefined ? cars : cars.filter(({ id }) => id === query.car),
    };
  });
  return { entries, more: rows.length < results.length };
}

/** Only the conditions that are asked, so that each can have its index. Values go in as parameters. */
function select(site: string, query: HistoryQuery): { sql: string; values: (string | number)[] } {
  const { car, person, from, to, before, limit } = query;
  const values: (string | number)[] = [];
  const value = (given: string | number): string => `?${values.push(given)}`;
  const isOfSite = `h.site = ${value(site)}`;
  const where = [isOfSite];
  const join = car === undefined ? '' : 'JOIN history_cars AS c ON c.site = h.site AND c.version = h.version';
  if (car !== undefined) where.push(`c.car = ${value(car)}`);
  if (person !== undefined) where.push(`h.person = ${value(person)}`);
  if (from !== undefined) where.push(`h.at >= ${value(from)}`);
  if (to !== undefined) where.push(`h.at <= ${value(to)}`);
  if (before !== undefined) where.push(`h.version < ${value(before)}`);
  // The directory's name is the newer one; people it has no more are as the hub knew them.
  const sql = `
    SELECT h.version, h.entry, h.parts, h.size, COALESCE(people.name, n.name, '') AS name
      FROM history AS h ${join}
      LEFT JOIN people ON people.id = h.person
      LEFT JOIN archive_names AS n ON n.site = h.site AND n.person = h.person
     WHERE ${where.join(' AND ')}
     ORDER BY h.version DESC LIMIT ${value(limit + 1)}`;
  return { sql, values };
}

/** As many rows as a page holds, but one at least. */
function thatFit(rows: Row[]): Row[] {
  let chars = 0;
  return rows.filter(({ size }, i) => {
    chars += size;
    return i === 0 || chars <= HISTORY_PAGE_CHARS_MAX;
  });
}

/** The cars of entries that are too large for one row, by version; only `car` where that is asked. */
async function carsInParts(
  db: D1Database,
  site: string,
  rows: Row[],
  car: string | undefined,
): Promise<Map<number, CarDiff[]>> {
  const versions = rows.flatMap(({ version, parts }) => (parts > 0 ? [version] : []));
  const found = new Map<number, CarDiff[]>();
  if (versions.length === 0) return found;
  const isAsked = `site = ?1 AND version IN (SELECT value FROM json_each(?2))`;
  const list = JSON.stringify(versions);
  const query =
    car === undefined
      ? db
          .prepare(`SELECT version, cars FROM history_parts WHERE ${isAsked} ORDER BY version, part`)
          .bind(site, list)
      : db
          .prepare(
            `SELECT version, json_array(json(diff.value)) AS cars FROM history_parts, json_each(cars) AS diff
              WHERE ${isAsked} AND diff.value ->> '$.id' = ?3`,
          )
          .bind(site, list, car);
  const { results } = await ask(query.all<{ version: number; cars: string }>());
  for (const { version, cars } of results) {
    const diffs: CarDiff[] = JSON.parse(cars);
    found.set(version, [...(found.get(version) ?? []), ...diffs]);
  }
  return found;
}
