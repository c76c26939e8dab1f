import { D1Unavailable } from '../../worker/directory/d1.ts';
import type { Archive, Checkpoint } from '../../worker/ports.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { chance, integer, type Random } from '../support/random.ts';

/** What ails an archive. `well` is the only one a save gets through in. */
export const AILMENTS = ['down', 'hanging', 'slow', 'applied but failed', 'late', 'flapping'] as const;
export type Ailment = (typeof AILMENTS)[number] | 'well';

/** As the real one: a save without an answer for so long has failed, whatever becomes of it. */
const SAVE_MS_MAX = 7_000;

/** An archive between a hub and the real one, in virtual time, that fails as D1 does. */
export class AilingArchive implements Archive {
  ailment: Ailment = 'well';
  saves = 0;
  /** How often each thing that makes an archive wrong, if it can be made wrong, has happened. */
  readonly met = new Map<string, number>();
  readonly #inner: Archive;
  readonly #clock: ManualClock;
  readonly #random: Random;
  /** What a save of before still does. */
  #late: Checkpoint[] = [];

  constructor(inner: Archive, clock: ManualClock, random: Random) {
    this.#inner = inner;
    this.#clock = clock;
    this.#random = random;
  }

  load(...asked: Parameters<Archive['load']>) {
    return this.#inner.load(...asked);
  }

  async save(checkpoint: Checkpoint): Promise<void> {
    this.saves++;
    // D1 got it as text: nothing the hub does later changes what is on its way.
    const sent: Checkpoint = JSON.parse(JSON.stringify(checkpoint));
    switch (this.ailment) {
      case 'well':
        await this.#pass(integer(this.#random, 5, 300));
        await this.#inner.save(sent);
        await this.#applyLate();
        return;
      case 'down':
        await this.#pass(integer(this.#random, 0, 50));
        return this.#fail('failed before it applied');
      case 'hanging':
        await this.#pass(SAVE_MS_MAX);
        return this.#fail('hung');
      case 'slow':
        await this.#pass(integer(this.#random, 500, SAVE_MS_MAX - 1));
        await this.#inner.save(sent);
        return;
      case 'applied but failed':
        await this.#inner.save(sent);
        await this.#pass(integer(this.#random, 0, 2_000));
        return this.#fail('applied, and its hub was told it failed');
      case 'late':
        this.#late.push(sent);
        await this.#pass(SAVE_MS_MAX);
        if (chance(this.#random, 0.5)) await this.#applyLate();
        return this.#fail('hung');
      case 'flapping': {
        await this.#pass(integer(this.#random, 5, 500));
        const isApplied = chance(this.#random, 0.4);
        if (isApplied) await this.#inner.save(sent);
        if (!isApplied || chance(this.#random, 0.5))
          return this.#fail(
            isApplied ? 'applied, and its hub was told it failed' : 'failed before it applied',
          );
        return;
      }
      default:
        this.ailment satisfies never;
    }
  }

  /** Older checkpoints arrive after newer ones, in any order, some of them twice. */
  async #applyLate(): Promise<void> {
    const late = this.#late;
    this.#late = [];
    for (const checkpoint of late.toReversed()) {
      this.#count('answered late, after a newer one');
      await this.#inner.save(checkpoint);
      if (chance(this.#random, 0.5)) await this.#inner.save(checkpoint);
    }
  }

  #fail(what: string): never {
    this.#count(what);
    throw new D1Unavailable(what);
  }

  #count(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1);
  }

  #pass(ms: number): Promise<void> {
    return new Promise((done) => this.#clock.setTimer(done, ms));
  }
}
