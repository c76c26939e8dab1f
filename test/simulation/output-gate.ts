import type { Timeline } from './timeline.ts';

/**
 * The runtime's promise to a Durable Object: nothing leaves it before the writes that came first are durable. What is
 * held when it crashes has never left.
 */
export class OutputGate {
  readonly #timeline: Timeline;
  readonly #flush: () => void;
  #held: (() => void)[] = [];
  #isFlushing = false;
  /** Another process than the one that began a flush. */
  #life = 0;

  constructor(timeline: Timeline, flush: () => void) {
    this.#timeline = timeline;
    this.#flush = flush;
  }

  /** Messages that wait for the disk. */
  get held(): number {
    return this.#held.length;
  }

  /** Something has been written, and takes so long to be durable. */
  wrote(ms: number): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    const life = this.#life;
    this.#timeline.in(ms, 'flush', () => {
      if (life === this.#life) this.open();
    });
  }

  /** Lets out now, or as soon as all that was written is durable. */
  pass(leave: () => void): void {
    if (this.#isFlushing) this.#held.push(leave);
    else leave();
  }

  /** All that was written is durable. */
  open(): void {
    this.#isFlushing = false;
    this.#life++;
    this.#flush();
    for (const leave of this.#held.splice(0)) leave();
  }

  /** The process is gone. Says how many messages went with it. */
  crash(): number {
    const { length } = this.#held;
    this.#held = [];
    this.#isFlushing = false;
    this.#life++;
    return length;
  }
}
