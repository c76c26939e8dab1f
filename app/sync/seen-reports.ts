import type { Seen } from '../../worker/protocol/messages.ts';
import type { Clock } from './clock.ts';
import type { Device } from './device.ts';

/** After an outcome has been stored: soon, and together with those that follow. */
const OUTCOMES_MS = 1_000;
/** So many outcomes are reported at once: the hub keeps each until it is, and takes only so many. */
const OUTCOMES_AT_ONCE = 200;
/** Where there is nothing but a newer board to report. */
const BOARD_MS = 10_000;

/** Tells the hub what this device has stored, so that it need not keep outcomes for it any longer. */
export class SeenReports {
  readonly #clock: Clock;
  readonly #device: Device;
  readonly #send: (frame: string) => void;
  /** What the hub has been told on this connection; null while there is none. */
  #told: { version: number; seq: number } | null = null;
  #timer: { id: number; at: number } | null = null;

  constructor(clock: Clock, device: Device, send: (frame: string) => void) {
    this.#clock = clock;
    this.#device = device;
    this.#send = send;
  }

  /** The last seq the hub knows to be stored here. */
  get toldSeq(): number {
    return this.#told?.seq ?? 0;
  }

  /** A connection begins. `unseen` is the first outcome the hub still keeps for this device. */
  begin(unseen: number | undefined): void {
    const { replica, outbox } = this.#device;
    this.#told = { version: replica.version, seq: unseen === undefined ? outbox.answeredSeq : unseen - 1 };
  }

  end(): void {
    this.#told = null;
    this.#cancel();
  }

  /** Something has become stored. */
  stored(): void {
    if (!this.#told) return;
    const { sender, outbox } = this.#device;
    const { stored } = sender;
    if (stored.queue !== outbox.queue.number) return;
    const outcomes = stored.seq - this.#told.seq;
    if (outcomes >= OUTCOMES_AT_ONCE) this.#report();
    else if (outcomes > 0) this.#wait(OUTCOMES_MS);
    else if (stored.version > this.#told.version) this.#wait(BOARD_MS);
  }

  #report(): void {
    this.#cancel();
    const { sender, outbox } = this.#device;
    const { stored } = sender;
    if (!this.#told || stored.queue !== outbox.queue.number) return;
    const { version } = stored;
    const seq = Math.max(stored.seq, this.#told.seq);
    this.#told = { version, seq };
    const frame: Seen = { type: 'seen', version, seq };
    this.#send(JSON.stringify(frame));
  }

  #wait(ms: number): void {
    const at = this.#clock.now() + ms;
    if (this.#timer && this.#timer.at <= at) return;
    this.#cancel();
    this.#timer = { at, id: this.#clock.setTimer(() => this.#report(), ms) };
  }

  #cancel(): void {
    if (this.#timer) this.#clock.clearTimer(this.#timer.id);
    this.#timer = null;
  }
}
