import type { Clock } from '../../app/state/clock.ts';
import { NIGHT_MS } from './fake-site-client.ts';

/** A clock that stands still until it is turned. */
export class HandClock implements Clock {
  #now: number;
  #calls: { at: number; call: () => void }[] = [];

  constructor(now = NIGHT_MS) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, call: () => void): () => void {
    const entry = { at: this.#now + delayMs, call };
    this.#calls.push(entry);
    return () => {
      this.#calls = this.#calls.filter((one) => one !== entry);
    };
  }

  /** Turns it on by so many milliseconds, calling what falls due in its order. */
  turn(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const due = this.#calls.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#calls = this.#calls.filter((one) => one !== due);
      this.#now = Math.max(this.#now, due.at);
      due.call();
    }
    this.#now = until;
  }
}
