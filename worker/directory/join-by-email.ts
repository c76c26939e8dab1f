import type { AttemptNamespace } from '../env.ts';
import type { SessionOrigin } from '../identity/session-origin.ts';
import { describeError, log } from '../log.ts';
import { type Refusal, refuse } from '../protocol/errors.ts';
import { countAttempt, takenTally } from './attempts.ts';
import { inviterOf } from './invitations.ts';
import { type Joining, joinAnew, type Newcomer } from './join.ts';

/** What a newcomer's joining works on. */
export interface JoinParts {
  db: D1Database;
  attempts: AttemptNamespace;
  /** Makes the keys of counters. */
  key: string;
}

/**
 * As `joinAnew`, and counts for the inviter what their invitations tell of emails that somebody has. It is counted before
 * anybody looks, and over the limit every email is refused: else the refusal would tell the same. Errors: those of
 * `joinAnew`; `too-many-requests`.
 */
export async function joinByEmail(
  { db, attempts, key }: JoinParts,
  token: string,
  newcomer: Newcomer,
  origin: SessionOrigin,
  now: number,
  random: () => number,
): Promise<Joining | (Refusal & { seconds?: number })> {
  const inviter = await inviterOf(db, token, now);
  if (inviter === null) return refuse('not-found');
  const attempt = await countAttempt(attempts, [takenTally(inviter, key)]);
  if (!attempt.ok) return { ...refuse('too-many-requests'), seconds: attempt.seconds };
  const joined = await joinAnew(db, token, newcomer, origin, now, random).catch(async (error) => {
    await attempt.undecided();
    throw error;
  });
  if (!joined.ok && joined.code === 'email-taken') return joined;
  // Whoever has joined has, also where the count stays one too high.
  await attempt.right().catch((error) => log('warn', 'attempt not given back', describeError(error)));
  return joined;
}
