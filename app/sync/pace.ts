import { SENDING_TOKENS_MAX, SENDING_TOKENS_PER_S } from '../../worker/protocol/limits.ts';
import {
  type BucketSize,
  costOf,
  editsFor,
  fullBucket,
  type TokenBucket,
  tokensIn,
  waitMsFor,
} from '../../worker/protocol/token-bucket.ts';
import type { Clock } from './clock.ts';

/** Of what the hub allows: what is on its way arrives in bunches, and small frames do not wait. */
const SHARE = 0.8;
const SIZE: BucketSize = { capacity: SENDING_TOKENS_MAX * SHARE, perS: SENDING_TOKENS_PER_S * SHARE };
/** Having run out, it waits for a frame of so much: large frames cost the hub least. A quarter of a second. */
const FRAME_TOKENS = 40;
/** After the hub has said that it was too much. */
const REST_MS = 1_000;
/** Rests in a row without an answer between them. Then it is not the pace. */
const RESTS_MAX = 3;

/** How fast this device sends on a connection: so that the hub never has to refuse it, however much is queued. */
export class Pace {
  readonly #clock: Clock;
  readonly #goOn: () => void;
  /** Null while there is no connection. */
  #bucket: TokenBucket | null = null;
  #isOut = false;
  #isResting = false;
  #rests = 0;
  #timer: number | null = null;

  /** `goOn` is called when edits may be sent again that could not be. */
  constructor(clock: Clock, goOn: () => void) {
    this.#clock = clock;
    this.#goOn = goOn;
  }

  /** A connection begins. */
  begin(): void {
    this.end();
    this.#bucket = fullBucket(SIZE, this.#clock.now());
  }

  end(): void {
    this.#cancel();
    this.#bucket = null;
    this.#isOut = false;
    this.#isResting = false;
    this.#rests = 0;
  }

  /** A frame goes out. Those without edits do not ask before. */
  spend(edits: number): void {
    if (!this.#bucket) return;
    tokensIn(this.#bucket, SIZE, this.#clock.now());
    this.#bucket.tokens -= costOf(edits);
  }

  /** How many edits the next frame may have. With 0, `goOn` is called when it may have some. */
  room(): number {
    const bucket = this.#bucket;
    if (!bucket || this.#isResting) return 0;
    const now = this.#clock.now();
    const edits = editsFor(tokensIn(bucket, SIZE, now));
    if (edits >= 1 && !this.#isOut) return edits;
    const ms = waitMsFor(bucket, SIZE, FRAME_TOKENS, now);
    this.#isOut = ms > 0;
    if (ms === 0) return edits;
    if (this.#timer === null) this.#wait(ms);
    return 0;
  }

  get isResting(): boolean {
    return this.#isResting;
  }

  /** The hub has refused a frame for its pace. False where rests have not helped. */
  rest(): boolean {
    // What was on its way with it is refused with it.
    if (this.#isResting) return true;
    this.#rests++;
    if (this.#rests > RESTS_MAX) return false;
    this.#isResting = true;
    this.#cancel();
    this.#wait(REST_MS);
    return true;
  }

  /** The hub has answered edits. */
  answered(): void {
    this.#rests = 0;
  }

  #wait(ms: number): void {
    this.#timer = this.#clock.setTimer(() => {
      this.#timer = null;
      this.#isResting = false;
      this.#goOn();
    }, ms);
  }

  #cancel(): void {
    if (this.#timer !== null) this.#clock.clearTimer(this.#timer);
    this.#timer = null;
  }
}
