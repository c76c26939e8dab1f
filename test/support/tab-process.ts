import type { Clock } from '../../app/sync/clock.ts';

/** A tab or a worker as the browser runs it: it can be frozen, and killed. Its clock, and all it hears, go through it. */
export class TabProcess implements Clock {
  readonly #clock: Clock;
  readonly #deaths: (() => void)[] = [];
  #state: 'running' | 'frozen' | 'dead' = 'running';
  #held: (() => void)[] = [];
  /** How late its timers are: those of a hidden tab may be, by up to a minute. */
  lateMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something happens to the tab: now, once it thaws, or never. */
  run(happens: () => void): void {
    if (this.#state === 'running') happens();
    else if (this.#state === 'frozen') this.#held.push(happens);
  }

  /** What the tab waits for. */
  wait<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => this.run(() => resolve(value)),
        (error) => this.run(() => reject(error)),
      );
    });
  }

  freeze(): void {
    if (this.#state === 'running') this.#state = 'frozen';
  }

  thaw(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'running';
    for (const happens of this.#held.splice(0)) this.run(happens);
  }

  kill(): void {
    if (this.#state === 'dead') return;
    this.#state = 'dead';
    this.#held = [];
    for (const tell of this.#deaths) tell();
  }

  /** The browser notices, and frees what the tab had. */
  onDeath(tell: () => void): void {
    this.#deaths.push(tell);
  }

  now(): number {
    return this.#clock.now();
  }

  setTimer(run: () => void, ms: number): number {
    return this.#clock.setTimer(() => this.run(run), ms + this.lateMs);
  }

  clearTimer(timer: number): void {
    this.#clock.clearTimer(timer);
  }
}
