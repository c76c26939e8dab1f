import type { Clock } from '../../app/sync/clock.ts';

/** Time that passes when a test says so. */
export class ManualClock implements Clock {
  #now: number;
  #timers: Timer[] = [];
  #made = 0;
  /** Timers count from here, whatever `jump` did to the time people read. */
  #elapsed = 0;

  constructor(now = 1_790_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  get pending(): number {
    return this.#timers.length;
  }

  setTimer(run: () => void, ms: number): number {
    const id = ++this.#made;
    this.#timers.push({ id, at: this.#elapsed + Math.max(0, ms), run });
    return id;
  }

  clearTimer(timer: number): void {
    this.#timers = this.#timers.filter(({ id }) => id !== timer);
  }

  /** Lets time pass; whatever is due happens in its order, with the promises that follow from it. */
  async advance(ms: number): Promise<void> {
    const until = this.#elapsed + ms;
    await turn();
    for (;;) {
      const next = this.#next();
      if (!next || next.at > until) break;
      this.#pass(next.at - this.#elapsed);
      this.clearTimer(next.id);
      next.run();
      await turn();
    }
    this.#pass(until - this.#elapsed);
  }

  /** Somebody sets the clock, or the device sleeps: timers do not notice. */
  jump(ms: number): void {
    this.#now += ms;
  }

  #pass(ms: number): void {
    this.#elapsed += ms;
    this.#now += ms;
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (!next || timer.at < next.at) next = timer;
    return next;
  }
}

interface Timer {
  id: number;
  at: number;
  run: () => void;
}

/** All promises that can be settled now are. */
export function turn(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
