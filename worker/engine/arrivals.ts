import { HELLOS_MAX, HELLOS_PER_S } from '../protocol/limits.ts';
import { fullBucket, type TokenBucket, takeTokens } from '../protocol/token-bucket.ts';

/** How many devices have come lately, and when those come again that were sent away. Volatile. */
export interface Arrivals {
  /** Null until somebody has come. */
  bucket: TokenBucket | null;
  turns: Turns;
}

/** Turns given to those who were sent away, one after the other: they spread by themselves. */
export interface Turns {
  /** Hub milliseconds of the last one. */
  last: number;
}

const SIZE = { capacity: HELLOS_MAX, perS: HELLOS_PER_S };
const TURN_MS = 1_000 / HELLOS_PER_S;
/** Turns end there and begin again: for many more devices than a site has sockets, and a clock that was set back. */
const TURNS_MS_MAX = 60_000;

export function newArrivals(): Arrivals {
  return { bucket: null, turns: newTurns() };
}

export function newTurns(): Turns {
  return { last: 0 };
}

/** Null for one that may stay. Otherwise how many milliseconds it has to wait for its turn. */
export function arrive(arrivals: Arrivals, now: number): number | null {
  arrivals.bucket ??= fullBucket(SIZE, now);
  return takeTokens(arrivals.bucket, SIZE, 1, now) ? null : nextTurnMs(arrivals.turns, now);
}

/** The next turn that nobody has yet, in milliseconds from now, `leastMs` at the least. */
export function nextTurnMs(turns: Turns, now: number, leastMs = 0): number {
  const last = turns.last > now + leastMs + TURNS_MS_MAX ? 0 : turns.last;
  turns.last = Math.max(last, now + leastMs) + TURN_MS;
  return Math.ceil(turns.last - now);
}
