import { DEVICE_MS_MAX, DEVICES_PAST_MAX, WALL_MS_MAX } from '../protocol/limits.ts';
import { ask } from './d1.ts';
import { type Condition, recordEvent } from './events.ts';

/** What a device of a site is to be. */
export interface NewDevice {
  id: string;
  name: string;
  kind: 'device' | 'wall';
  site: string;
  madeBy: string;
  /** Whose phone it is; null: everybody's. */
  owner: string | null;
  /** Of its session's secret. */
  hash: string;
  agent: string | null;
  place: string | null;
}

/**
 * Statements that make a device, for the batch that does: a row among people, a membership, a session, and what is
 * recorded of it. `when`: a condition in SQL, which may use ?2, its name, and ?4, now; its parameters follow as ?5 and up.
 */
export function addDevice(
  db: D1Database,
  { id, name, kind, site, madeBy, owner, hash, agent, place }: NewDevice,
  now: number,
  when: Condition,
): D1PreparedStatement[] {
  const expiresAt = now + (kind === 'wall' ? WALL_MS_MAX : DEVICE_MS_MAX);
  const details = { name, kind, agent, place };
  return [
    db
      .prepare(
        `INSERT INTO people (id, name, kind, created_at) SELECT ?1, ?2, ?3, ?4 WHERE ${when.sql} RETURNING id`,
      )
      .bind(id, name, kind, now, ...when.values),
    // The others are there if that one is.
    db
      .prepare(
        `INSERT INTO memberships (person, site, role, created_at)
         SELECT id, ?2, 'viewer', created_at FROM people WHERE id = ?1`,
      )
      .bind(id, site),
    db
      .prepare(
        `INSERT INTO sessions (hash, person, created_at, last_used_at, expires_at, via, agent, place)
         SELECT ?2, id, created_at, created_at, ?3, 'enrolment', ?4, ?5 FROM people WHERE id = ?1`,
      )
      .bind(id, hash, expiresAt, agent, place),
    db
      .prepare('INSERT INTO devices (person, made_by, owner) SELECT id, ?2, ?3 FROM people WHERE id = ?1')
      .bind(id, madeBy, owner),
    ...recordEvent(
      db,
      { at: now, type: 'device-enrolled', site, actor: madeBy, subject: id, details },
      { sql: 'EXISTS (SELECT 1 FROM people WHERE id = ?7)', values: [id] },
    ),
  ];
}

/** Where something is kept of a device, in the order in which it can go. Its events have their own end. */
const PLACES = [
  'pin_grants WHERE device',
  'sessions WHERE device',
  'sessions WHERE person',
  'devices WHERE person',
  'memberships WHERE person',
  'people WHERE id',
];

/** Statements that forget the devices of a site that were ended, beyond the newest that are kept. Errors: `D1Unavailable`. */
export async function forgetPastDevices(db: D1Database, site: string): Promise<D1PreparedStatement[]> {
  const query = db
    .prepare(
      `SELECT people.id FROM memberships JOIN people ON people.id = memberships.person
        WHERE memberships.site = ?1 AND people.kind IN ('device', 'wall') AND people.deactivated_at IS NOT NULL
        ORDER BY people.deactivated_at DESC, people.id LIMIT -1 OFFSET ?2`,
    )
    .bind(site, DEVICES_PAST_MAX);
  const { results } = await ask(query.all<{ id: string }>());
  const ids = JSON.stringify(results.map(({ id }) => id));
  return PLACES.map((place) =>
    db.prepare(`DELETE FROM ${place} IN (SELECT value FROM json_each(?))`).bind(ids),
  );
}
