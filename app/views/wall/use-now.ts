import { useEffect, useState } from 'preact/hooks';
import type { Clock } from '../../state/clock.ts';

const SECOND_MS = 1_000;

/** Device milliseconds, a second at a time. */
export function useNow(clock: Clock): number {
  const [now, setNow] = useState(() => clock.now());
  // Each reading asks for the next, at the turn of a second.
  useEffect(
    () => clock.after(SECOND_MS - (clock.now() % SECOND_MS), () => setNow(clock.now())),
    [clock, now],
  );
  return now;
}
