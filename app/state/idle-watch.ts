import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Clock } from './clock.ts';
import { IDLE_MS } from './opened.ts';

/** So long before it happens it is said. */
export const WARN_MS = 10_000;

export interface IdlePorts {
  clock: Clock;
  /** When anybody touched this device last, in any tab; device milliseconds. */
  usedAt(): number;
  /** Nobody has for a minute. */
  idle(): void;
}

/** Notices that nobody is at the device any more. */
export class IdleWatch {
  /** Seconds until it is over; null while there is time. */
  readonly left: ReadonlySignal<number | null>;
  readonly #left: Signal<number | null> = signal(null);
  readonly #ports: IdlePorts;
  #usedAt: number;
  #isOn = false;
  #cancel = () => {};

  constructor(ports: IdlePorts) {
    this.#ports = ports;
    this.left = this.#left;
    this.#usedAt = ports.clock.now();
  }

  /** Begins, or begins anew. */
  start(): void {
    this.#usedAt = this.#ports.clock.now();
    this.#isOn = true;
    this.#look();
  }

  stop(): void {
    this.#isOn = false;
    this.#cancel();
    this.#left.value = null;
  }

  /** Somebody touches the device. False where that comes too late: a device that was asleep has missed the time. */
  touch(): boolean {
    if (this.#isOn && this.#idleMs() >= IDLE_MS) {
      this.#over();
      return false;
    }
    this.#usedAt = this.#ports.clock.now();
    if (!this.#isOn || this.#left.value !== null) this.start();
    return true;
  }

  #look(): void {
    this.#cancel();
    const idleMs = this.#idleMs();
    if (idleMs >= IDLE_MS) {
      this.#over();
      return;
    }
    const isNear = idleMs >= IDLE_MS - WARN_MS;
    this.#left.value = isNear ? Math.ceil((IDLE_MS - idleMs) / 1_000) : null;
    const waitMs = isNear ? 1_000 - (idleMs % 1_000) : IDLE_MS - WARN_MS - idleMs;
    this.#cancel = this.#ports.clock.after(waitMs, () => this.#look());
  }

  #over(): void {
    this.stop();
    this.#ports.idle();
  }

  /** A clock that has been put back has nobody wait for it. */
  #idleMs(): number {
    const now = this.#ports.clock.now();
    const idleMs = now - Math.max(this.#usedAt, this.#ports.usedAt());
    return idleMs < 0 ? IDLE_MS : idleMs;
  }
}
