import type { Car } from '../../worker/protocol/car.ts';
import { CAR_ID_CHARS_MAX } from '../../worker/protocol/limits.ts';

/** Three digits name a car in most fleets; fewer would open one while the person is still typing. */
export const CHARS_TO_OPEN = 3;

export interface Matches {
  /** Best first: the number itself, those that end so, those that begin so, those that have it inside. */
  cars: Car[];
  /** The one car that is meant beyond doubt; it opens by itself. */
  only: Car | null;
  /** The one car that Enter or the end of a scan means. */
  best: Car | null;
}

const NONE: Matches = { cars: [], only: null, best: null };

/** Cars a half-typed number may mean. `cars` are those on the board, by number. */
export function matchesFor(buffer: string, cars: readonly Car[]): Matches {
  if (buffer === '') return NONE;
  const exact: Car[] = [];
  const ending: Car[] = [];
  const beginning: Car[] = [];
  const inside: Car[] = [];
  for (const car of cars) {
    if (car.id === buffer) exact.push(car);
    else if (car.id.endsWith(buffer)) ending.push(car);
    else if (car.id.startsWith(buffer)) beginning.push(car);
    else if (car.id.includes(buffer)) inside.push(car);
  }
  const found = [...exact, ...ending, ...beginning, ...inside];
  const [first = null] = found;
  const best = exact.length === 1 || ending.length === 1 || found.length === 1 ? first : null;
  return { cars: found, best, only: isBeyondDoubt() ? best : null };

  /** A number half typed from its front must not open the one car that happens to end so. */
  function isBeyondDoubt(): boolean {
    if (exact.length === 1) return ending.length === 0 && beginning.length === 0;
    return (
      buffer.length >= CHARS_TO_OPEN && (ending.length > 0 ? beginning.length === 0 : found.length === 1)
    );
  }
}

/** A character as car numbers have it, or null where they have none such. */
export function carChar(key: string): string | null {
  return /^[0-9a-z-]$/i.test(key) ? key.toUpperCase() : null;
}

/** The buffer with one more character; as it is where it is full. */
export function typed(buffer: string, char: string): string {
  return buffer.length < CAR_ID_CHARS_MAX ? buffer + char : buffer;
}
