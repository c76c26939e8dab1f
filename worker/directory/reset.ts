import type { Hint } from '../identity/hint.ts';
import { hashPassword } from '../identity/password.ts';
import { hashSecret, newSecret } from '../identity/secret.ts';
import type { SessionOrigin } from '../identity/session-origin.ts';
import { RESET_MS_MAX, SESSION_MS_MAX } from '../protocol/limits.ts';
import { ROLES } from '../protocol/site.ts';
import { ask, rowsOf } from './d1.ts';
import { type Condition, recordEvent } from './events.ts';
import {
  hintOf,
  openSession,
  type PersonRow,
  recordSignIn,
  SEATS,
  type SeatRow,
  trimSessions,
} from './session.ts';

/** A link that lets a person choose a new password. */
export interface ResetLink {
  /** Shown once. */
  token: string;
  expiresAt: number;
}

/** Greater for more rights; 0 for none. */
export const rank = (role: string): string => `coalesce(instr('${ROLES.join(' ')}', ${role}), 0)`;

/**
 * True in SQL where person `by` may open the way to the account of `person`: whoever gets there has all its rights, so on
 * each of its sites `by` leads, and has no less.
 */
export const mayReset = (by: string, person: string): string => `EXISTS (
    SELECT 1 FROM people WHERE id = ${by} AND deactivated_at IS NULL AND id <> ${person})
  AND EXISTS (SELECT 1 FROM memberships WHERE person = ${person})
  AND NOT EXISTS (
    SELECT 1 FROM memberships AS theirs
      LEFT JOIN memberships AS own ON own.site = theirs.site AND own.person = ${by}
     WHERE theirs.person = ${person}
       AND ${rank('own.role')} < max(${rank('theirs.role')}, ${rank("'lead'")}))`;

/**
 * Makes a link for a person, in place of one they may have; null where that is not for `by` to do. What was made and not
 * used in time goes with it. Errors: `D1Unavailable`.
 */
export async function makeResetLink(
  db: D1Database,
  { site, person, by }: { site: string; person: string; by: string },
  now: number,
): Promise<ResetLink | null> {
  const token = newSecret();
  const hash = hashSecret(token);
  const expiresAt = now + RESET_MS_MAX;
  const [made] = await ask(
    db.batch([
      db
        .prepare(
          `INSERT INTO password_resets (hash, person, made_by, expires_at)
           SELECT ?1, ?2, ?3, ?4 WHERE ${mayReset('?3', '?2')}
           ON CONFLICT (person) DO UPDATE SET
             hash = excluded.hash, made_by = excluded.made_by, expires_at = excluded.expires_at
           RETURNING hash`,
        )
        .bind(hash, person, by, expiresAt),
      db.prepare('DELETE FROM password_resets WHERE expires_at <= ?').bind(now),
      ...recordEvent(
        db,
        { at: now, type: 'password-link-made', site, actor: by, subject: person, details: {} },
        { sql: 'EXISTS (SELECT 1 FROM password_resets WHERE hash = ?7)', values: [hash] },
      ),
    ]),
  );
  return rowsOf(made).length === 0 ? null : { token, expiresAt };
}

/** Whom a link is for, and the sessions that end when it is used. */
export interface ResetOwner extends PersonRow {
  sessions: string[];
}

/**
 * Null where a link is unknown, used, too old, or its maker may not do that any more. The sessions are those of the same
 * moment: while the link is good, none of them has begun by it. Errors: `D1Unavailable`.
 */
export async function resetOwner(db: D1Database, token: string, now: number): Promise<ResetOwner | null> {
  const hash = hashSecret(token);
  const [found, sessions] = await ask(
    db.batch([
      db
        .prepare(
          `SELECT people.id, people.name, people.email FROM password_resets AS link
             JOIN people ON people.id = link.person AND people.deactivated_at IS NULL
            WHERE link.hash = ?1 AND link.expires_at > ?2 AND ${mayReset('link.made_by', 'link.person')}`,
        )
        .bind(hash, now),
      db
        .prepare(
          `SELECT hash FROM sessions WHERE person = (SELECT person FROM password_resets WHERE hash = ?1)
             AND revoked_at IS NULL AND expires_at > ?2`,
        )
        .bind(hash, now),
    ]),
  );
  const [owner] = rowsOf<PersonRow>(found);
  return owner ? { ...owner, sessions: rowsOf<{ hash: string }>(sessions).map((row) => row.hash) } : null;
}

/**
 * Uses a link: the password is the new one, all sessions end, another begins. Null where somebody has used it first. Says
 * which sessions ended, for the hubs. Errors: `D1Unavailable`.
 */
export async function useResetLink(
  db: D1Database,
  {
    token,
    owner,
    password,
    origin,
  }: { token: string; owner: PersonRow; password: string; origin: SessionOrigin },
  now: number,
): Promise<{ secret: string; hint: Hint; ended: string[] } | null> {
  const stored = await hashPassword(password);
  const secret = newSecret();
  const [hash, link] = [hashSecret(secret), hashSecret(token)];
  const { id } = owner;
  // The link goes last: until then each statement finds it there, or none does.
  const isGood = (linkHash: string, at: string): string => `EXISTS (
    SELECT 1 FROM password_resets AS link WHERE link.hash = ${linkHash} AND link.expires_at > ${at}
       AND ${mayReset('link.made_by', 'link.person')})`;
  const when = (linkHash: string, at: string): Condition => ({
    sql: isGood(linkHash, at),
    values: [link, now],
  });
  const [changed, ended, , , seats] = await ask(
    db.batch([
      db
        .prepare(
          `UPDATE people SET password = ?2 WHERE people.id = ?1 AND ${isGood('?3', '?4')} RETURNING people.id`,
        )
        .bind(id, stored, link, now),
      db
        .prepare(
          `UPDATE sessions SET revoked_at = ?4 WHERE person = ?1 AND hash <> ?2 AND revoked_at IS NULL
             AND ${isGood('?3', '?4')} RETURNING hash`,
        )
        .bind(id, hash, link, now),
      openSession(db, hash, id, now, origin, when('?8', '?9')),
      trimSessions(db, id, now),
      db.prepare(SEATS).bind(id),
      ...recordEvent(
        db,
        { at: now, type: 'password-reset', site: null, actor: id, subject: id, details: {} },
        when('?7', '?8'),
      ),
      ...recordSignIn(db, hash, id, now, origin),
      db.prepare(`DELETE FROM password_resets WHERE hash = ?1 AND ${isGood('?1', '?2')}`).bind(link, now),
    ]),
  );
  if (rowsOf(changed).length === 0) return null;
  const hint = hintOf(owner, rowsOf<SeatRow>(seats), now, now + SESSION_MS_MAX);
  return { secret, hint, ended: rowsOf<{ hash: string }>(ended).map((row) => row.hash) };
}
