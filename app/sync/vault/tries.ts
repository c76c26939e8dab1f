import { PIN_TRIES_BLOCK, PIN_TRIES_MAX, PIN_WAIT_MS_MIN } from '../../../worker/protocol/limits.ts';

/** Wrong PINs in a row, and when the last of them was (device milliseconds). */
export interface Tries {
  wrong: number;
  lastAt: number;
}

export const NO_TRIES: Tries = { wrong: 0, lastAt: 0 };

export type Verdict = { may: true } | { may: false; waitMs: number } | { may: false; waitMs: null };

/** Whether another PIN may be tried now, by the same rule as at the hub; `waitMs` is null where none may be tried any more. */
export function judge({ wrong, lastAt }: Tries, now: number): Verdict {
  if (wrong >= PIN_TRIES_BLOCK) return { may: false, waitMs: null };
  if (wrong < PIN_TRIES_MAX) return { may: true };
  const waitMs = PIN_WAIT_MS_MIN * 2 ** (wrong - PIN_TRIES_MAX);
  // A clock that has been put back makes nobody wait for longer than that.
  const leftMs = waitMs - Math.max(0, now - lastAt);
  return leftMs > 0 ? { may: false, waitMs: leftMs } : { may: true };
}

/** Counted before the PIN is looked at, so that pulling the plug spares nobody the wait. */
export function oneMore({ wrong }: Tries, now: number): Tries {
  return { wrong: wrong + 1, lastAt: now };
}

/** What a clock that has been put back leaves of them: the wait begins again. */
export function asOf(tries: Tries, now: number): Tries {
  return tries.lastAt > now ? { ...tries, lastAt: now } : tries;
}
