import type { Hint } from '../identity/hint.ts';
import type { SessionOrigin } from '../identity/session-origin.ts';
import {
  DEVICE_IDLE_MS_MAX,
  SESSION_IDLE_MS_MAX,
  SESSION_MS_MAX,
  SESSIONS_PER_PERSON_MAX,
} from '../protocol/limits.ts';
import type { Role } from '../protocol/site.ts';
import { ask, rowsOf } from './d1.ts';
import { ALWAYS, type Condition, recordEvent } from './events.ts';

/**
 * Sessions that count, with their people: parameter ?2 is now, ?3 what `oldestUse` says. Ended, idle too long,
 * revoked, or of somebody who has been deactivated: gone alike. An enrolled device may rest for longer, a token and a
 * wall until their end.
 */
export const LIVE_SESSION = `sessions JOIN people ON people.id = sessions.person
  AND people.deactivated_at IS NULL AND sessions.revoked_at IS NULL
  AND sessions.expires_at > ?2 AND (people.kind IN ('token', 'wall') OR sessions.last_used_at > ?3
    - CASE people.kind WHEN 'device' THEN ${DEVICE_IDLE_MS_MAX - SESSION_IDLE_MS_MAX} ELSE 0 END)`;

export function oldestUse(now: number): number {
  return now - SESSION_IDLE_MS_MAX;
}

export interface PersonRow {
  id: string;
  name: string;
  email: string | null;
  kind?: 'person' | 'device' | 'wall' | 'token';
  /** Of a device. */
  owner?: string | null;
}

export interface SeatRow {
  site: string;
  name: string;
  role: Role;
}

/** The sites of person ?1, by name. */
export const SEATS = `SELECT sites.id AS site, sites.name, memberships.role
  FROM memberships JOIN sites ON sites.id = memberships.site
  WHERE memberships.person = ?1 ORDER BY sites.name, sites.id`;

/** What a session's hint says, fresh from the directory. */
export function hintOf(person: PersonRow, seats: SeatRow[], now: number, expiresAt: number): Hint {
  const { id, name, email, kind, owner = null } = person;
  const isEnrolled = kind === 'device' || kind === 'wall';
  const sites = seats.map((seat) => ({ id: seat.site, name: seat.name, role: seat.role }));
  const enrolled = isEnrolled && { enrolled: { kind, owner } };
  return { person: { id, name, email }, sites, more: false, askedAt: now, expiresAt, ...enrolled };
}

/**
 * A statement that begins a session. The person has to exist by then. `when`: a condition in SQL, whose parameters
 * follow as ?8 and up.
 */
export function openSession(
  db: D1Database,
  hash: string,
  person: string,
  now: number,
  { via, agent, place }: SessionOrigin,
  when: Condition = ALWAYS,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO sessions (hash, person, created_at, last_used_at, expires_at, via, agent, place)
       SELECT ?1, id, ?3, ?3, ?4, ?5, ?6, ?7 FROM people WHERE id = ?2 AND ${when.sql}`,
    )
    .bind(hash, person, now, now + SESSION_MS_MAX, via, agent, place, ...when.values);
}

/** Statements that record that a session has begun, for the batch in which it does. */
export function recordSignIn(
  db: D1Database,
  hash: string,
  person: string,
  now: number,
  origin: SessionOrigin & { device?: string; offline?: true },
): D1PreparedStatement[] {
  return recordEvent(
    db,
    { at: now, type: 'signed-in', site: null, actor: person, subject: person, details: { ...origin } },
    { sql: 'EXISTS (SELECT 1 FROM sessions WHERE hash = ?7)', values: [hash] },
  );
}

/** A statement that forgets what a person has no use for: ended sessions, and the oldest beyond the cap. Returns them. */
export function trimSessions(db: D1Database, person: string, now: number): D1PreparedStatement {
  return db
    .prepare(
      `DELETE FROM sessions WHERE person = ?1 AND (expires_at <= ?2 OR hash IN (
         SELECT hash FROM sessions WHERE person = ?1 ORDER BY created_at DESC, hash LIMIT -1 OFFSET ?3))
       RETURNING hash`,
    )
    .bind(person, now, SESSIONS_PER_PERSON_MAX);
}

/**
 * Asks the directory who a session is now, and notes that it is in use. Null where it does not count any more.
 * Errors: `D1Unavailable`.
 */
export async function renewSession(
  db: D1Database,
  session: { hash: string; person: string },
  now: number,
  msMax: number,
): Promise<Hint | null> {
  const { hash, person } = session;
  const [, who, seats] = await ask(
    db.batch([
      db
        .prepare(
          `UPDATE sessions SET last_used_at = ?2
            WHERE hash = ?1 AND EXISTS (SELECT 1 FROM ${LIVE_SESSION} WHERE sessions.hash = ?1)`,
        )
        .bind(hash, now, oldestUse(now)),
      db
        .prepare(
          `SELECT people.id, people.name, people.email, people.kind, devices.owner, sessions.expires_at
             FROM ${LIVE_SESSION} LEFT JOIN devices ON devices.person = people.id WHERE hash = ?1`,
        )
        .bind(hash, now, oldestUse(now)),
      db.prepare(SEATS).bind(person),
    ]),
    msMax,
  );
  const [row] = rowsOf<PersonRow & { expires_at: number }>(who);
  return row ? hintOf(row, rowsOf<SeatRow>(seats), now, row.expires_at) : null;
}

/** Ends a session in the directory: its person signs out. Errors: `D1Unavailable`. */
export async function revokeSession(
  db: D1Database,
  { hash, person }: { hash: string; person: string },
  now: number,
): Promise<void> {
  await ask(
    db.batch([
      ...recordEvent(
        db,
        { at: now, type: 'signed-out', site: null, actor: person, subject: person, details: {} },
        { sql: 'EXISTS (SELECT 1 FROM sessions WHERE hash = ?7 AND revoked_at IS NULL)', values: [hash] },
      ),
      db
        .prepare('UPDATE sessions SET revoked_at = ?2 WHERE hash = ?1 AND revoked_at IS NULL')
        .bind(hash, now),
    ]),
  );
}

/**
 * A session's role on a site as it is now, null for none. Null where the session counts no more. Errors: `D1Unavailable`.
 */
export async function roleNow(
  db: D1Database,
  session: string,
  site: string,
  now: number,
): Promise<{ role: Role | null } | null> {
  const query = db
    .prepare(
      `SELECT memberships.role FROM ${LIVE_SESSION}
         LEFT JOIN memberships ON memberships.person = people.id AND memberships.site = ?4
        WHERE sessions.hash = ?1`,
    )
    .bind(session, now, oldestUse(now), site);
  return ask(query.first<{ role: Role | null }>());
}
