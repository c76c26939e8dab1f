import type { Hint } from '../identity/hint.ts';
import { hashSecret, newSecret } from '../identity/secret.ts';
import type { SessionOrigin } from '../identity/session-origin.ts';
import {
  PIN_GRANT_MS_MAX,
  PIN_GRANTS_PER_DEVICE_MAX,
  PIN_SESSION_MS_MAX,
  PIN_SESSIONS_PER_DEVICE_MAX,
  SESSION_MS_MAX,
} from '../protocol/limits.ts';
import { rowsOf } from './d1.ts';
import type { Condition } from './events.ts';
import { hintOf, type PersonRow, recordSignIn, SEATS, type SeatRow, trimSessions } from './session.ts';

/** What is recorded of it besides. */
export interface PinOrigin {
  /** What the device is called. */
  device: string;
  /** Whose devices it is one of: the name is for its administrators alone (rule I1). */
  deviceSite: string;
  offline?: true;
}

/** A session that begins by a PIN, where, and what is known of it. */
export interface PinSession {
  /** Person id of the device. */
  device: string;
  isShared: boolean;
  secret: string;
  /** What the device keeps for later; null where it has it. */
  grant: string | null;
  origin: SessionOrigin & PinOrigin;
}

export function newPinSession(session: Omit<PinSession, 'secret' | 'grant'>): PinSession & { grant: string } {
  return { ...session, secret: newSecret(), grant: newSecret() };
}

/** When it ends: on a device that is everybody's with the shift. */
function endOf({ isShared }: PinSession, now: number): number {
  return now + (isShared ? PIN_SESSION_MS_MAX : SESSION_MS_MAX);
}

/**
 * Statements that begin such a session, for the batch in which its PIN is held against what is stored. `when`: a
 * condition in SQL, whose parameters are ?1 and up. The last of them say what `beganBy` reads.
 */
export function beginPinSession(
  db: D1Database,
  person: string,
  session: PinSession,
  now: number,
  when: Condition,
): D1PreparedStatement[] {
  const { device, secret, grant, origin } = session;
  const { via, agent, place } = origin;
  const hash = hashSecret(secret);
  const has = 'EXISTS (SELECT 1 FROM sessions WHERE hash = ?1)';
  const at = (n: number): string => `?${when.values.length + n}`;
  return [
    db
      .prepare(
        `INSERT INTO sessions (hash, person, created_at, last_used_at, expires_at, via, agent, place, device)
         SELECT ${[1, 2, 3, 3, 4, 5, 6, 7, 8].map(at).join(', ')} WHERE ${when.sql}`,
      )
      .bind(...when.values, hash, person, now, endOf(session, now), via, agent, place, device),
    ...(grant === null ? [] : giveGrant(db, { person, device, grant }, now, { sql: has, values: [hash] })),
    ...recordSignIn(db, hash, person, now, origin),
    // Somebody comes and goes fifty times a shift: that pushes no session of theirs out but those on this device.
    db
      .prepare(
        `DELETE FROM sessions WHERE person = ?1 AND device = ?2 AND (revoked_at IS NOT NULL OR hash IN (
           SELECT hash FROM sessions WHERE person = ?1 AND device = ?2 AND revoked_at IS NULL
            ORDER BY created_at DESC, hash LIMIT -1 OFFSET ?3)) RETURNING hash`,
      )
      .bind(person, device, PIN_SESSIONS_PER_DEVICE_MAX),
    trimSessions(db, person, now),
    db.prepare(SEATS).bind(person),
    db.prepare('SELECT 1 FROM sessions WHERE hash = ?').bind(hash),
  ];
}

/** Statements that let a device sign a person in once more. `when`: as above. */
export function giveGrant(
  db: D1Database,
  { person, device, grant }: { person: string; device: string; grant: string },
  now: number,
  when: Condition,
): D1PreparedStatement[] {
  const at = (n: number): string => `?${when.values.length + n}`;
  return [
    db
      .prepare(
        `INSERT INTO pin_grants (hash, person, device, created_at, expires_at)
         SELECT ${[1, 2, 3, 4, 5].map(at).join(', ')} WHERE ${when.sql}`,
      )
      .bind(...when.values, hashSecret(grant), person, device, now, now + PIN_GRANT_MS_MAX),
    db
      .prepare(
        `DELETE FROM pin_grants WHERE expires_at <= ?3 OR person = ?1 AND hash IN (
           SELECT hash FROM pin_grants WHERE person = ?1 AND device = ?2
            ORDER BY created_at DESC, hash LIMIT -1 OFFSET ?4)`,
      )
      .bind(person, device, now, PIN_GRANTS_PER_DEVICE_MAX),
  ];
}

/** What became of a batch that ends with them; null where its session did not begin. */
export function beganBy(
  results: readonly D1Result[],
  person: PersonRow,
  session: PinSession,
  now: number,
): { hint: Hint; ended: string[] } | null {
  const [old, trimmed, seats, began] = results.slice(-4);
  if (rowsOf(began).length === 0) return null;
  const ended = [...rowsOf<{ hash: string }>(old), ...rowsOf<{ hash: string }>(trimmed)];
  return {
    hint: hintOf(person, rowsOf<SeatRow>(seats), now, endOf(session, now)),
    ended: ended.map(({ hash }) => hash),
  };
}
