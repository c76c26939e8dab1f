import { hashPin } from '../identity/pin.ts';
import { PIN_MS_MAX, PIN_TEMPORARY_MS_MAX } from '../protocol/limits.ts';
import { ask } from './d1.ts';
import type { Condition } from './events.ts';

/** A PIN as it is stored. */
export interface StoredPin {
  hash: string;
  digits: number;
  expiresAt: number;
  isTemporary: boolean;
}

/** A PIN that its owner chose, or that a lead gave. */
export async function storedPin(
  pin: string,
  person: string,
  key: string,
  { now, isTemporary = false }: { now: number; isTemporary?: boolean },
): Promise<StoredPin> {
  const expiresAt = now + (isTemporary ? PIN_TEMPORARY_MS_MAX : PIN_MS_MAX);
  return { hash: await hashPin(pin, person, key), digits: pin.length, expiresAt, isTemporary };
}

/**
 * Statements that give a person another PIN, or a first one. With it ends what the one before had begun: sessions on
 * devices, but `except`, and grants. The last says which sessions. `when`: a condition in SQL with the parameters ?1 and up.
 */
export function replacePin(
  db: D1Database,
  person: string,
  pin: StoredPin,
  now: number,
  when: Condition,
  except = '',
): D1PreparedStatement[] {
  const { hash, digits, expiresAt, isTemporary } = pin;
  const at = (n: number): string => `?${when.values.length + n}`;
  // Its salt is its own: where it stands, it was this change that put it there.
  const isDone = 'EXISTS (SELECT 1 FROM pins WHERE person = ?1 AND pins.hash = ?2)';
  return [
    db
      .prepare(
        `INSERT INTO pins (person, hash, digits, expires_at, is_temporary)
         SELECT ${[1, 2, 3, 4, 5].map(at).join(', ')} WHERE ${when.sql}
         ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, digits = excluded.digits,
           expires_at = excluded.expires_at, is_temporary = excluded.is_temporary, round = round + 1`,
      )
      .bind(...when.values, person, hash, digits, expiresAt, isTemporary ? 1 : 0),
    db.prepare(`DELETE FROM pin_grants WHERE person = ?1 AND ${isDone}`).bind(person, hash),
    db
      .prepare(
        `UPDATE sessions SET revoked_at = ?3 WHERE person = ?1 AND device IS NOT NULL AND revoked_at IS NULL
           AND sessions.hash <> ?4 AND ${isDone} RETURNING hash`,
      )
      .bind(person, hash, now, except),
  ];
}

/** True in SQL once that has happened; its parameters follow as ?7 and up. */
export function isPinOf(person: string, { hash }: StoredPin): Condition {
  return {
    sql: 'EXISTS (SELECT 1 FROM pins WHERE person = ?7 AND hash = ?8)',
    values: [person, hash],
  };
}

/** The sessions of a person that began by their PIN and have not ended. Errors: `D1Unavailable`. */
export async function pinSessionsOf(db: D1Database, person: string, now: number): Promise<string[]> {
  const query = db
    .prepare(
      `SELECT hash FROM sessions WHERE person = ? AND device IS NOT NULL AND revoked_at IS NULL AND expires_at > ?`,
    )
    .bind(person, now);
  const { results } = await ask(query.all<{ hash: string }>());
  return results.map(({ hash }) => hash);
}
