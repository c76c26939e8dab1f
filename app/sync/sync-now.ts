import type { Clock } from './clock.ts';

/** How long it is tried before it has failed. */
const SYNC_NOW_MS = 15_000;

/** Those who have asked to be brought up to date, and wait for it. */
export class SyncRequests {
  readonly #clock: Clock;
  readonly #waiting = new Set<{ since: number; end(isDone: boolean): void }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `since` counts messages: only one that comes later is proof of what is now. */
  add(since: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isDone: boolean): void => {
        this.#clock.clearTimer(timer);
        this.#waiting.delete(request);
        resolve(isDone);
      };
      const timer = this.#clock.setTimer(() => end(false), SYNC_NOW_MS);
      const request = { since, end };
      this.#waiting.add(request);
    });
  }

  /** The board is current and nothing waits, as of the message numbered `heard`. */
  succeed(heard: number): void {
    for (const { since, end } of [...this.#waiting]) if (heard > since) end(true);
  }

  fail(): void {
    for (const { end } of [...this.#waiting]) end(false);
  }
}
