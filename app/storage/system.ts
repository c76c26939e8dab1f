import { unguessable } from '../sync/random.ts';
import { systemClock } from '../sync/system-clock.ts';

/** Time and chance of this device. */
export function system() {
  return { clock: systemClock(globalThis), random: unguessable(crypto) };
}
