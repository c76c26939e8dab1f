import * as v from 'valibot';
import { ask, rowsOf } from '../directory/d1.ts';
import type { Archived, Beginning } from '../ports.ts';
import { blankCar, type Car } from '../protocol/car.ts';
import type { LogEntry } from '../protocol/history.ts';
import { entriesAfter, newestEntry } from './entries-after.ts';

/** Cars in one answer of D1. */
const PAGE = 1_000;
const LOAD_MS_MAX = 10_000;

/** A hub begins from this: better to refuse than to begin from something else. */
const StoredCar = v.object({
  id: v.string(),
  location: v.string(),
  arrived: v.boolean(),
  late: v.boolean(),
  empty: v.boolean(),
  notes: v.string(),
  version: v.number(),
  updatedAt: v.number(),
  updatedBy: v.string(),
  arrivedAt: v.nullable(v.number()),
  emptiedAt: v.nullable(v.number()),
  removed: v.boolean(),
});

/**
 * What the archive has of a site; null where it has nothing. With `begins` it is that epoch's from here on. History
 * that is ahead of the cars, because the hub was lost between the pieces of a long checkpoint, is applied to them: no
 * version is used again, no change is lost.
 * Errors: `D1Unavailable`; throws where what is stored is not what was saved.
 */
export async function load(db: D1Database, site: string, begins?: Beginning): Promise<Archived | null> {
  if (begins) await ask(db.prepare(BEGIN).bind(site, begins.epoch, begins.at).run(), LOAD_MS_MAX);
  const [marks, names] = await ask(
    db.batch([
      db.prepare('SELECT epoch, version FROM archive_sites WHERE site = ?').bind(site),
      db
        .prepare(
          `SELECT n.person, COALESCE(people.name, n.name) AS name
             FROM archive_names AS n LEFT JOIN people ON people.id = n.person WHERE n.site = ?`,
        )
        .bind(site),
    ]),
    LOAD_MS_MAX,
  );
  const [mark] = rowsOf<{ epoch: string; version: number }>(marks);
  if (!mark) return null;

  const cars = await allCars(db, site);
  let { version } = mark;
  for await (const entry of entriesAfter(db, site, version)) {
    replay(cars, entry);
    version = entry.version;
  }
  const newest = await newestEntry(db, site);
  return {
    epoch: mark.epoch,
    version,
    archived: mark.version,
    cars: [...cars.values()],
    names: Object.fromEntries(
      rowsOf<{ person: string; name: string }>(names).map(({ person, name }) => [person, name]),
    ),
    ...(newest && { newest }),
  };
}

const BEGIN = `
  INSERT INTO archive_sites (site, epoch, version, at) VALUES (?1, ?2, 0, ?3)
  ON CONFLICT (site) DO UPDATE SET epoch = excluded.epoch, at = excluded.at WHERE excluded.at >= archive_sites.at`;

async function allCars(db: D1Database, site: string): Promise<Map<string, Car>> {
  const cars = new Map<string, Car>();
  let after = '';
  for (;;) {
    const query = db
      .prepare('SELECT id, car FROM archive_cars WHERE site = ? AND id > ? ORDER BY id LIMIT ?')
      .bind(site, after, PAGE);
    const { results } = await ask(query.all<{ id: string; car: string }>(), LOAD_MS_MAX);
    for (const { id, car } of results) cars.set(id, v.parse(StoredCar, JSON.parse(car)));
    const last = results.at(-1);
    if (!last || results.length < PAGE) return cars;
    after = last.id;
  }
}

function replay(cars: Map<string, Car>, { version, at, by, cars: diffs }: LogEntry): void {
  for (const { id, after } of diffs) {
    const car = cars.get(id) ?? blankCar(id, '');
    cars.set(id, { ...car, ...after, version, updatedAt: at, updatedBy: by });
  }
}
