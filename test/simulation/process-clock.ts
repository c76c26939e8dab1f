import type { Clock } from '../../app/sync/clock.ts';
import type { Due, Timeline } from './timeline.ts';

/** What a device takes for the time, which somebody may set. */
export interface DeviceTime {
  offsetMs: number;
}

/** The clock of one running app. Its timers die with it, wait while it is frozen, and notice no jump. */
export class ProcessClock implements Clock {
  readonly #timeline: Timeline;
  readonly #time: DeviceTime;
  readonly #name: string;
  readonly #timers = new Map<number, Due>();
  #late: (() => void)[] = [];
  #made = 0;
  #isDead = false;
  #isFrozen = false;

  constructor(timeline: Timeline, time: DeviceTime, name: string) {
    this.#timeline = timeline;
    this.#time = time;
    this.#name = name;
  }

  now(): number {
    return this.#timeline.now + this.#time.offsetMs;
  }

  setTimer(run: () => void, ms: number): number {
    const id = ++this.#made;
    if (this.#isDead) return id;
    const ring = (): void => {
      // Called off while the app was frozen.
      if (!this.#timers.has(id)) return;
      if (this.#isFrozen) {
        this.#late.push(ring);
        return;
      }
      this.#timers.delete(id);
      run();
    };
    this.#timers.set(id, this.#timeline.in(ms, `timer ${this.#name}`, ring));
    return id;
  }

  clearTimer(timer: number): void {
    const due = this.#timers.get(timer);
    if (due) due.run = null;
    this.#timers.delete(timer);
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const ring of this.#late.splice(0)) ring();
  }

  die(): void {
    this.#isDead = true;
    for (const due of this.#timers.values()) due.run = null;
    this.#timers.clear();
    this.#late = [];
  }
}
