import {
  FRAME_UP_BYTES_MAX,
  OUTCOMES_UNSEEN_MAX,
  SYNC_BODY_BYTES_MAX,
} from '../../worker/protocol/limits.ts';
import type { Outbox } from './outbox.ts';

/** What of a device is stored: the board up to `version`, outcomes of `queue` up to `seq`, and their epoch. */
export interface Place {
  queue: number;
  epoch: string | null;
  version: number;
  seq: number;
}

/** Room in a frame or body for what is around the edits. */
export const ENVELOPE_BYTES = 512;
const FRAME_BYTES = FRAME_UP_BYTES_MAX - ENVELOPE_BYTES;
/** The hub keeps outcomes for so many edits that are not reported as stored; with some to spare. */
const UNSEEN_MAX = Math.floor(OUTCOMES_UNSEEN_MAX * 0.75);

/** Says which edits go out next, and in what. */
export class Sender {
  /** One edit at a time, to find the one that the hub cannot read. */
  isCareful = false;
  /** What is stored. */
  stored: Place = { queue: 0, epoch: null, version: 0, seq: 0 };
  readonly #outbox: Outbox;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** An edit sent in an epoch that is not stored would, after a crash, be sent again in whatever epoch comes then. */
  get mayPush(): boolean {
    const { epoch } = this.#outbox.queue;
    return epoch !== null && epoch === this.stored.epoch;
  }

  /** The next `push` frame; null where nothing can be sent now. `told` is the last seq reported as stored. */
  nextFrame(told: number): string | null {
    const { inFlight, answeredSeq } = this.#outbox;
    if (!this.mayPush || (this.isCareful && inFlight > 0)) return null;
    const room = UNSEEN_MAX - inFlight - Math.max(0, answeredSeq - told);
    const edits = this.isCareful ? Math.min(room, 1) : room;
    const batch = this.#outbox.take({ bytes: FRAME_BYTES, edits });
    return batch && `{"type":"push","edits":${batch}}`;
  }

  /** True where the next edit is too large for a frame, and nothing is on its way before it. */
  get needsExchange(): boolean {
    const next = this.#outbox.nextToSend();
    if (!next || !this.mayPush || this.#outbox.inFlight > 0) return false;
    return this.#outbox.bytesOf(next) > FRAME_BYTES;
  }

  /** True where an exchange would bring an edit to the hub. */
  get canExchange(): boolean {
    return this.mayPush && this.#outbox.nextToSend() !== null;
  }

  /** The body of an exchange from the board's place: with what can be sent, unless it only asks where the hub is. */
  exchangeBody({ epoch, version }: { epoch: string | null; version: number }, withEdits: boolean): string {
    const { number, device, person } = this.#outbox.queue;
    const edits = this.isCareful ? 1 : UNSEEN_MAX;
    const limits = { bytes: SYNC_BODY_BYTES_MAX - ENVELOPE_BYTES, edits };
    // The session may be another's than this device knows of: each edit says whose it is (rule E4).
    const author = person === null ? {} : { author: person };
    const batch = withEdits && this.mayPush ? this.#outbox.take({ ...limits, ...author }) : null;
    const seen = this.stored.queue === number ? this.stored.seq : 0;
    const head = JSON.stringify({ device, epoch, version, seen });
    return `${head.slice(0, -1)},"edits":${batch ?? '[]'}}`;
  }
}
