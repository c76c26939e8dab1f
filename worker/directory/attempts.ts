import { createHmac } from 'node:crypto';
import {
  SIGN_IN_COUNTERS_MAX,
  SIGN_IN_TRIES_PER_ADDRESS_MAX,
  SIGN_IN_TRIES_PER_EMAIL_MAX,
  SIGN_IN_WINDOW_MS,
} from '../protocol/limits.ts';

/**
 * Sign-in attempts, counted in D1 before a password is looked at: statements of D1 run one after the other, so
 * parallel guesses are counted exactly. Keys are keyed hashes: the table names nobody.
 */
export interface AttemptKeys {
  email: string;
  address: string;
}

export function attemptKeys(email: string, address: string, key: string): AttemptKeys {
  const hash = (text: string): string =>
    createHmac('sha256', key).update(`attempt.v1.${text}`).digest('base64url').slice(0, 22);
  return { email: hash(`email ${email}`), address: hash(`address ${address}`) };
}

/**
 * Statements that count one attempt. The last two return `{count, since}` after it, address first; an address over
 * its limit adds nothing to an email's, else one caller could fill the table and lock everybody out.
 */
export function countAttempt(db: D1Database, keys: AttemptKeys, now: number): D1PreparedStatement[] {
  const upsert = `ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN since <= ?2 - ${SIGN_IN_WINDOW_MS} THEN 1 ELSE count + 1 END,
      since = CASE WHEN since <= ?2 - ${SIGN_IN_WINDOW_MS} THEN ?2 ELSE since END
    RETURNING count, since`;
  return [
    db.prepare('DELETE FROM attempts WHERE since <= ?').bind(now - SIGN_IN_WINDOW_MS),
    db
      .prepare(
        'DELETE FROM attempts WHERE key IN (SELECT key FROM attempts ORDER BY since DESC LIMIT -1 OFFSET ?)',
      )
      .bind(SIGN_IN_COUNTERS_MAX),
    db
      .prepare(`INSERT INTO attempts (key, since, count) VALUES (?1, ?2, 1) ${upsert}`)
      .bind(keys.address, now),
    db
      .prepare(
        `INSERT INTO attempts (key, since, count)
         SELECT ?1, ?2, 1 WHERE (SELECT count FROM attempts WHERE key = ?3) <= ${SIGN_IN_TRIES_PER_ADDRESS_MAX}
         ${upsert}`,
      )
      .bind(keys.email, now, keys.address),
  ];
}

export interface Attempt {
  count: number;
  since: number;
}

/** Seconds until another attempt is looked at; null where this one may be. */
export function waitSeconds(
  address: Attempt | undefined,
  email: Attempt | undefined,
  now: number,
): number | null {
  const isOver = (attempt: Attempt | undefined, max: number) => attempt !== undefined && attempt.count > max;
  const over = isOver(address, SIGN_IN_TRIES_PER_ADDRESS_MAX)
    ? address
    : isOver(email, SIGN_IN_TRIES_PER_EMAIL_MAX)
      ? email
      : undefined;
  return over ? Math.max(1, Math.ceil((over.since + SIGN_IN_WINDOW_MS - now) / 1000)) : null;
}

/** Statements that take an attempt back that turned out to be the person's own: a shift signing in is no attack. */
export function forgiveAttempt(db: D1Database, keys: AttemptKeys): D1PreparedStatement[] {
  return [
    db.prepare('DELETE FROM attempts WHERE key = ?').bind(keys.email),
    db.prepare('UPDATE attempts SET count = count - 1 WHERE key = ? AND count > 0').bind(keys.address),
  ];
}
