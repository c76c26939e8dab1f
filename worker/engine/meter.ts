import { SENDING_STRIKES_MAX, SENDING_TOKENS_MAX, SENDING_TOKENS_PER_S } from '../protocol/limits.ts';
import {
  type BucketSize,
  fullBucket,
  type TokenBucket,
  takeTokens,
  waitMsFor,
} from '../protocol/token-bucket.ts';
import type { SocketId } from './effect.ts';

/** How fast a socket sends. Volatile. */
export interface Meter {
  bucket: TokenBucket;
  /** Frames it sent though there was nothing left for them, in all its life. */
  strikes: number;
}

const SIZE: BucketSize = { capacity: SENDING_TOKENS_MAX, perS: SENDING_TOKENS_PER_S };

/** Counts a frame, or the edits in it, against what its socket may send; false where that is too much. */
export function spend(meters: Map<SocketId, Meter>, socket: SocketId, cost: number, now: number): boolean {
  let meter = meters.get(socket);
  if (!meter) {
    meter = { bucket: fullBucket(SIZE, now), strikes: 0 };
    meters.set(socket, meter);
  }
  if (takeTokens(meter.bucket, SIZE, cost, now)) return true;
  meter.strikes++;
  return false;
}

/** Null for a socket that may go on; otherwise in how many milliseconds its device may come again. */
export function banMs(meter: Meter | undefined, now: number): number | null {
  if (!meter || meter.strikes < SENDING_STRIKES_MAX) return null;
  return waitMsFor(meter.bucket, SIZE, SIZE.capacity, now);
}
