import type { Holding, Seen } from '../../worker/protocol/messages.ts';
import type { Clock } from './clock.ts';
import type { Device } from './device.ts';

/** After an outcome has been stored: soon, and together with those that follow. */
const OUTCOMES_MS = 1_000;
/** So many outcomes are reported at once: the hub keeps each until it is, and takes only so many. */
const OUTCOMES_AT_ONCE = 200;
/** Where there is nothing but a newer board to report. */
const BOARD_MS = 10_000;
/** What is held for longer than it takes to be answered is said to those who look after the devices. */
const HOLDS_MS = 1_000;

/** What the hub has been told on this connection. */
interface Told {
  version: number;
  seq: number;
  holds: string;
}

/** Tells the hub what this device has stored, so that it need not keep outcomes for it any longer, and what it holds. */
export class SeenReports {
  readonly #clock: Clock;
  readonly #device: Device;
  readonly #send: (frame: string, version: number) => void;
  /** Null while there is no connection. */
  #told: Told | null = null;
  #timer: { id: number; at: number } | null = null;

  constructor(clock: Clock, device: Device, send: (frame: string, version: number) => void) {
    this.#clock = clock;
    this.#device = device;
    this.#send = send;
  }

  /** The last seq the hub knows to be stored here. */
  get toldSeq(): number {
    return this.#told?.seq ?? 0;
  }

  /** A connection begins. `said` was its hello; `unseen` is the first outcome the hub still keeps for this device. */
  begin(said: { version: number; holds?: Holding[] | undefined }, unseen: number | undefined): void {
    const { outbox } = this.#device;
    const seq = unseen === undefined ? outbox.answeredSeq : unseen - 1;
    this.#told = { version: said.version, seq, holds: JSON.stringify(said.holds ?? []) };
    this.held();
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

  /** What is held may be another. Mostly it is as before by the time it would be said. */
  held(): void {
    if (this.#told && this.#held() !== this.#told.holds) this.#wait(HOLDS_MS);
  }

  /** The hub asks: all of it is said, whatever has been. */
  answer(): void {
    if (!this.#told) return;
    this.#told.holds = '';
    this.#report();
  }

  #report(): void {
    this.#cancel();
    const { sender, outbox } = this.#device;
    const { stored } = sender;
    if (!this.#told || stored.queue !== outbox.queue.number) return;
    const { version } = stored;
    const seq = Math.max(stored.seq, this.#told.seq);
    const holds = this.#held();
    if (version === this.#told.version && seq === this.#told.seq && holds === this.#told.holds) return;
    const frame: Seen = { type: 'seen', version, seq };
    if (holds !== this.#told.holds) frame.holds = outbox.holdings;
    this.#told = { version, seq, holds };
    this.#send(JSON.stringify(frame), version);
  }

  #held(): string {
    return JSON.stringify(this.#device.outbox.holdings);
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
