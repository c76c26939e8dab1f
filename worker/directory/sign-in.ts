import type { AttemptNamespace } from '../env.ts';
import type { Hint } from '../identity/hint.ts';
import { verifyPassword } from '../identity/password.ts';
import { hashSecret, newSecret } from '../identity/secret.ts';
import type { SessionOrigin } from '../identity/session-origin.ts';
import { SESSION_MS_MAX } from '../protocol/limits.ts';
import { addressTally, countAttempt, subjectTally } from './attempts.ts';
import { ask, rowsOf } from './d1.ts';
import { recordEvent } from './events.ts';
import {
  hintOf,
  openSession,
  type PersonRow,
  recordSignIn,
  SEATS,
  type SeatRow,
  trimSessions,
} from './session.ts';

export interface SignIn {
  email: string;
  password: string;
  /** The caller's network address, for counting attempts. */
  address: string;
  origin: SessionOrigin;
}

export type SignedIn =
  | { ok: true; secret: string; hint: Hint /** Sessions that had to go for this one. */; ended: string[] }
  | { ok: false; code: 'wrong-credentials' }
  | { ok: false; code: 'too-many-requests'; seconds: number };

/** What a sign-in works on. */
export interface SignInParts {
  db: D1Database;
  attempts: AttemptNamespace;
  /** Makes the keys of counters. */
  key: string;
  /** Work that goes on after the answer, which is so none the later for it. */
  defer(work: Promise<unknown>): void;
}

/**
 * Signs a person in by email and password. An email nobody has, one without a password and a wrong password are
 * refused alike, after the same work. Errors: `D1Unavailable`.
 */
export async function signIn(parts: SignInParts, wanted: SignIn, now: number): Promise<SignedIn> {
  const { db, attempts, key, defer } = parts;
  const { email, password, address, origin } = wanted;
  const byEmail = subjectTally('email', email, key);
  const attempt = await countAttempt(attempts, [addressTally(address, key), byEmail]);
  if (!attempt.ok) {
    // Once for each time an email is locked: what comes after would fill the log.
    if (attempt.isFirst && attempt.by.key === byEmail.key) defer(note(db, email, 'sign-in-locked', now));
    return { ok: false, code: 'too-many-requests', seconds: attempt.seconds };
  }
  const person = await ask(
    db
      .prepare('SELECT id, name, email, password FROM people WHERE email = ? AND deactivated_at IS NULL')
      .bind(email)
      .first<PersonRow & { password: string | null }>(),
  ).catch(async (error) => {
    // Nobody has looked at the password: an outage must not lock anybody out.
    await attempt.undecided();
    throw error;
  });
  const isRight = await verifyPassword(password, person?.password ?? null);
  if (!person || !isRight) {
    defer(note(db, email, 'sign-in-failed', now));
    return { ok: false, code: 'wrong-credentials' };
  }

  const secret = newSecret();
  const hash = hashSecret(secret);
  const [, trimmed, seats, begun] = await ask(
    db.batch([
      // While it was looked at, it may have been changed: what ended with the old one is not begun by it again.
      openSession(db, hash, person.id, now, origin, {
        sql: 'password = ?8 AND deactivated_at IS NULL',
        values: [person.password ?? ''],
      }),
      trimSessions(db, person.id, now),
      db.prepare(SEATS).bind(person.id),
      db.prepare('SELECT 1 FROM sessions WHERE hash = ?').bind(hash),
      ...recordSignIn(db, hash, person.id, now, origin),
    ]),
  );
  if (rowsOf(begun).length === 0) return { ok: false, code: 'wrong-credentials' };
  await attempt.right();
  const hint = hintOf(person, rowsOf<SeatRow>(seats), now, now + SESSION_MS_MAX);
  const ended = rowsOf<{ hash: string }>(trimmed).map(({ hash }) => hash);
  return { ok: true, secret, hint, ended };
}

/**
 * Records what was tried with an email, where somebody has it. Where nobody has, the same statements find nobody: the
 * work is the same, and nothing somebody else typed is kept.
 */
async function note(
  db: D1Database,
  email: string,
  type: 'sign-in-failed' | 'sign-in-locked',
  now: number,
): Promise<void> {
  const owner = await ask(
    db.prepare('SELECT id FROM people WHERE email = ?').bind(email).first<{ id: string }>(),
  );
  const subject = owner?.id ?? '';
  const event = { at: now, type, site: null, actor: null, subject, details: {} } as const;
  await ask(
    db.batch(
      recordEvent(db, event, { sql: 'EXISTS (SELECT 1 FROM people WHERE id = ?7)', values: [subject] }),
    ),
  );
}
