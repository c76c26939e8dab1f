import type { Hint } from '../identity/hint.ts';
import { verifyPassword } from '../identity/password.ts';
import { hashSecret, newSecret } from '../identity/secret.ts';
import { SESSION_MS_MAX } from '../protocol/limits.ts';
import { type Attempt, attemptKeys, countAttempt, forgiveAttempt, waitSeconds } from './attempts.ts';
import { ask, rowsOf } from './d1.ts';
import { hintOf, openSession, type PersonRow, SEATS, type SeatRow, trimSessions } from './session.ts';

export interface SignIn {
  email: string;
  password: string;
  /** The caller's network address, for counting attempts. */
  address: string;
}

export type SignedIn =
  | { ok: true; secret: string; hint: Hint /** Sessions that had to go for this one. */; ended: string[] }
  | { ok: false; code: 'wrong-credentials' }
  | { ok: false; code: 'too-many-requests'; seconds: number };

/**
 * Signs a person in by email and password. An email nobody has, one without a password and a wrong password are
 * refused alike, after the same work. Errors: `D1Unavailable`.
 */
export async function signIn(
  db: D1Database,
  { email, password, address }: SignIn,
  key: string,
  now: number,
): Promise<SignedIn> {
  const keys = attemptKeys(email, address, key);
  const found = await ask(
    db.batch([
      ...countAttempt(db, keys, now),
      db
        .prepare('SELECT id, name, email, password FROM people WHERE email = ? AND deactivated_at IS NULL')
        .bind(email),
    ]),
  );
  const [, , byAddress, byEmail, people] = found;
  const seconds = waitSeconds(rowsOf<Attempt>(byAddress)[0], rowsOf<Attempt>(byEmail)[0], now);
  if (seconds !== null) return { ok: false, code: 'too-many-requests', seconds };

  const [person] = rowsOf<PersonRow & { password: string | null }>(people);
  const isRight = await verifyPassword(password, person?.password ?? null);
  if (!person || !isRight) return { ok: false, code: 'wrong-credentials' };

  const secret = newSecret();
  const [, trimmed, seats] = await ask(
    db.batch([
      openSession(db, hashSecret(secret), person.id, now),
      trimSessions(db, person.id, now),
      db.prepare(SEATS).bind(person.id),
      ...forgiveAttempt(db, keys),
    ]),
  );
  const hint = hintOf(person, rowsOf<SeatRow>(seats), now, now + SESSION_MS_MAX);
  const ended = rowsOf<{ hash: string }>(trimmed).map(({ hash }) => hash);
  return { ok: true, secret, hint, ended };
}
