import { retryAfterMs } from '../../worker/protocol/retry-after.ts';
import type { Random } from './random.ts';

const BASE_MS = 500;
const CAP_MS = 30_000;
/** Where it does not say how long: longer, and spread. */
const CROWDED_MS = 10_000;
const CROWDED_SPREAD_MS = 20_000;
/** However long the hub says. */
const TOLD_CAP_MS = 60_000;

/** How long to wait after so many failures in a row: full jitter, so that devices do not return together. */
export function backoffMs(failures: number, random: Random): number {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** failures);
}

/** After the hub has said it has too many: as long as it says, which differs from device to device, or a guess. */
export function crowdedMs(reason: string, random: Random): number {
  const told = retryAfterMs(reason);
  return told === null ? CROWDED_MS + random() * CROWDED_SPREAD_MS : Math.min(told, TOLD_CAP_MS);
}
