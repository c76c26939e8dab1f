import {
  FRAME_UP_BYTES_MAX,
  OUTCOMES_UNSEEN_MAX,
  SYNC_BODY_BYTES_MAX,
} from '../../worker/protocol/limits.ts';
import type { SyncRequest } from '../../worker/protocol/messages.ts';
import type { Outbox } from './outbox.ts';

/** What of a device is stored: the board up to `version`, outcomes of `queue` up to `seq`, and their epoch. */
export interface Place {
  queue: number;
  epoch: string | null;
  version: number;
  seq: number;
}

/** Room in a frame or body for what is around the edits: whose edits are held among it, for as many as are said. */
export const ENVELOPE_BYTES = 2_048;
/** Edits of an exchange. */
export const EXCHANGE_BYTES = SYNC_BODY_BYTES_MAX - ENVELOPE_BYTES;
const FRAME_BYTES = FRAME_UP_BYTES_MAX - ENVELOPE_BYTES;
/** The hub keeps outcomes for so many edits that are not reported as stored; with some to spare. */
export const UNSEEN_MAX = Math.floor(OUTCOMES_UNSEEN_MAX * 0.75);

export type ExchangeHead = Pick<SyncRequest, 'epoch' | 'version' | 'app' | 'holds' | 'report'>;

/** Says which edits go out next, and in what. */
export class Sender {
  /** One edit at a time, to find the one that the hub cannot read. */
  isCareful = false;
  /** What is stored. */
  stored: Place = { queue: 0, epoch: null, version: 0, seq: 0 };
  /** The last seq of this device that the hub had answered when it was last met. */
  hubSeq = 0;
  readonly #outbox: Outbox;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** An edit sent in an epoch that is not stored would, after a crash, be sent again in whatever epoch comes then. */
  get mayPush(): boolean {
    const { epoch } = this.#outbox.queue;
    return epoch !== null && epoch === this.stored.epoch;
  }

  /**
   * The next `push` frame, of `most` edits; null where nothing can be sent now. `told` is the last seq reported as
   * stored.
   */
  nextFrame(told: number, most: number): { text: string; edits: number } | null {
    const { inFlight, answeredSeq } = this.#outbox;
    if (!this.mayPush || (this.isCareful && inFlight > 0)) return null;
    const room = UNSEEN_MAX - inFlight - Math.max(0, answeredSeq - told);
    const edits = Math.min(this.isCareful ? 1 : most, room);
    const batch = this.#outbox.take({ bytes: FRAME_BYTES, edits, upTo: this.#upTo });
    if (batch === null) return null;
    return { text: `{"type":"push","edits":${batch}}`, edits: this.#outbox.inFlight - inFlight };
  }

  /** True where the next edit is too large for a frame, and nothing is on its way before it. */
  get needsExchange(): boolean {
    const next = this.#outbox.nextToSend();
    if (!next || !this.mayPush || this.#outbox.inFlight > 0) return false;
    return this.#outbox.bytesOf(next) > FRAME_BYTES;
  }

  /** True where there is an edit that could go to the hub. */
  get canExchange(): boolean {
    return this.mayPush && this.#outbox.nextToSend() !== null;
  }

  /**
   * What the hub may have answered goes first, by itself: if it has another edit under that seq, this one gets a new
   * seq, and nothing that was made after it may be there before it (rule E3).
   */
  get #upTo(): number {
    return this.#outbox.answeredSeq < this.hubSeq ? this.hubSeq : Infinity;
  }

  /** The body of an exchange, with what goes into it beside: with what can be sent, unless it only asks where the hub is. */
  exchangeBody(more: ExchangeHead, withEdits: boolean): string {
    const { number, device, person } = this.#outbox.queue;
    const edits = this.isCareful ? 1 : UNSEEN_MAX;
    const limits = { bytes: EXCHANGE_BYTES, edits, upTo: this.#upTo };
    // The session may be another's than this device knows of: each edit says whose it is (rule E4).
    const author = person === null ? {} : { author: person };
    const batch = withEdits && this.mayPush ? this.#outbox.take({ ...limits, ...author }) : null;
    const seen = this.stored.queue === number ? this.stored.seq : 0;
    const head = JSON.stringify({ device, seen, ...more });
    return `${head.slice(0, -1)},"edits":${batch ?? '[]'}}`;
  }
}
