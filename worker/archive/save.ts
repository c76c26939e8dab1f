import { ask, rowsOf } from '../directory/d1.ts';
import { putSettings } from '../directory/settings.ts';
import type { Checkpoint } from '../ports.ts';
import { jsonChunks } from './chunks.ts';
import { rowsOfEntry } from './entry-rows.ts';

/**
 * A checkpoint that takes longer has failed; the hub comes again, within `RETRY_MS_MIN` of its beginning. What was late
 * may still take effect.
 */
const SAVE_MS_MAX = 7_000;

/**
 * Another epoch of the site has been here since: the hub this comes from has lost its storage, and what it still had
 * on the way must not mix with what came after.
 */
const OVERTAKEN = `EXISTS (SELECT 1 FROM archive_sites AS mark
  WHERE mark.site = ?1 AND mark.epoch <> ?2 AND (mark.version > ?3 OR mark.at > ?4))`;

/** A later checkpoint of the same hub has been here: this is one that D1 was late with. */
const BEHIND = `EXISTS (SELECT 1 FROM archive_sites AS mark WHERE mark.site = ?1 AND mark.version > ?3)`;

/**
 * Copies a checkpoint into the archive, whole or not at all. Idempotent, in any order and number (rules A1, A2):
 * history is only ever added to, a car only replaced by a later version of it, the mark only moved on.
 * Errors: `D1Unavailable`; throws where another epoch has taken over.
 */
export async function save(db: D1Database, checkpoint: Checkpoint): Promise<void> {
  const { site, epoch, version, at, floor } = checkpoint;
  const run = (sql: string, ...more: unknown[]): D1PreparedStatement =>
    db.prepare(sql).bind(site, epoch, version, at, ...more);
  const entries = checkpoint.entries.map(rowsOfEntry);

  const statements = [
    ...jsonChunks(entries.map(({ head }) => head)).map((rows) => run(ADD_ENTRIES, rows)),
    ...jsonChunks(entries.flatMap(({ parts }) => parts)).map((rows) => run(ADD_PARTS, rows)),
    ...jsonChunks(entries.flatMap(({ cars }) => cars)).map((rows) => run(ADD_ENTRY_CARS, rows)),
    ...jsonChunks(checkpoint.cars).map((rows) => run(PUT_CARS, rows)),
    ...jsonChunks(Object.entries(checkpoint.names)).map((rows) => run(PUT_NAMES, rows)),
    ...jsonChunks(checkpoint.forgotten).map((ids) => run(FORGET_CARS, ids)),
    run(FORGET_TOMBSTONES, floor),
    run(MOVE_MARK),
    ...(checkpoint.settings ? putSettings(db, checkpoint.settings) : []),
    db.prepare('SELECT epoch FROM archive_sites WHERE site = ?').bind(site),
  ];
  const results = await ask(db.batch(statements), SAVE_MS_MAX);
  const [mark] = rowsOf<{ epoch: string }>(results.at(-1));
  if (mark?.epoch !== epoch) throw new Error('another epoch of this site has taken over the archive');
}

// `OR IGNORE` would also swallow a row that breaks a check; a conflict is the only thing to overlook.
const ADD_ENTRIES = `
  INSERT INTO history (site, version, at, person, type, entry, parts, size)
  SELECT ?1, value ->> '$[2].version', value ->> '$[2].at', value ->> '$[2].by', value ->> '$[2].type',
         value -> '$[2]', value ->> '$[0]', value ->> '$[1]'
    FROM json_each(?5) WHERE NOT ${OVERTAKEN} ON CONFLICT DO NOTHING`;

const ADD_PARTS = `
  INSERT INTO history_parts (site, version, part, cars)
  SELECT ?1, value ->> '$[0]', value ->> '$[1]', value -> '$[2]'
    FROM json_each(?5) WHERE NOT ${OVERTAKEN} ON CONFLICT DO NOTHING`;

const ADD_ENTRY_CARS = `
  INSERT INTO history_cars (site, car, version)
  SELECT ?1, value ->> '$[0]', value ->> '$[1]'
    FROM json_each(?5) WHERE NOT ${OVERTAKEN} ON CONFLICT DO NOTHING`;

const PUT_CARS = `
  INSERT INTO archive_cars (site, id, version, removed, car)
  SELECT ?1, value ->> '$.id', value ->> '$.version', value ->> '$.removed', value
    FROM json_each(?5) WHERE NOT ${OVERTAKEN} AND NOT ${BEHIND}
  ON CONFLICT (site, id) DO UPDATE
     SET version = excluded.version, removed = excluded.removed, car = excluded.car
   WHERE excluded.version > archive_cars.version`;

const PUT_NAMES = `
  INSERT INTO archive_names (site, person, name)
  SELECT ?1, value ->> '$[0]', value ->> '$[1]'
    FROM json_each(?5) WHERE value ->> '$[1]' <> '' AND NOT ${OVERTAKEN} AND NOT ${BEHIND}
  ON CONFLICT (site, person) DO UPDATE SET name = excluded.name WHERE excluded.name <> archive_names.name`;

const FORGET_CARS = `
  DELETE FROM archive_cars
   WHERE site = ?1 AND id IN (SELECT value FROM json_each(?5)) AND version <= ?3
     AND NOT ${OVERTAKEN} AND NOT ${BEHIND}`;

const FORGET_TOMBSTONES = `
  DELETE FROM archive_cars
   WHERE site = ?1 AND removed = 1 AND version < ?5 AND NOT ${OVERTAKEN} AND NOT ${BEHIND}`;

const MOVE_MARK = `
  INSERT INTO archive_sites (site, epoch, version, at) SELECT ?1, ?2, ?3, ?4 WHERE NOT ${OVERTAKEN}
  ON CONFLICT (site) DO UPDATE SET epoch = excluded.epoch, version = excluded.version, at = excluded.at
   WHERE excluded.version > archive_sites.version
      OR (excluded.version = archive_sites.version AND excluded.epoch <> archive_sites.epoch)`;
