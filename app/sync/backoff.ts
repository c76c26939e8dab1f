import type { Random } from './random.ts';

const BASE_MS = 500;
const CAP_MS = 30_000;
/** After the hub has said it has too many: longer, and spread. */
const CROWDED_MS = 10_000;
const CROWDED_SPREAD_MS = 20_000;

/** How long to wait after so many failures in a row: full jitter, so that devices do not return together. */
export function backoffMs(failures: number, random: Random): number {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** failures);
}

export function crowdedMs(random: Random): number {
  return CROWDED_MS + random() * CROWDED_SPREAD_MS;
}
