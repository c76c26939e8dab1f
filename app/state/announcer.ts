import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Car } from '../../worker/protocol/car.ts';
import { announcements, GATHER_MS, remoteChanges } from './announcements.ts';
import type { Clock } from './clock.ts';

type Cars = ReadonlyMap<string, Car>;

/** What a screen reader is given: one's own actions at once, those of others gathered. */
export class Announcer {
  readonly own: ReadonlySignal<string>;
  readonly remote: ReadonlySignal<string>;
  readonly #own: Signal<string> = signal('');
  readonly #remote: Signal<string> = signal('');
  readonly #clock: Clock;
  /** The cars as they were before the first change that has not been told; null where all has been. */
  #before: Cars | null = null;
  #changed = new Set<string>();
  #after: Cars;

  constructor(cars: Cars, clock: Clock) {
    this.own = this.#own;
    this.remote = this.#remote;
    this.#clock = clock;
    this.#after = cars;
  }

  say(text: string): void {
    // The same words twice in a row are two events: a no-break space makes them two texts.
    this.#own.value = this.#own.value === text ? `${text}\u00a0` : text;
  }

  /** Takes note of the cars as they are now. The first ones a device shows are no news. */
  see(after: Cars, you: string | null): void {
    const before = this.#after;
    this.#after = after;
    if (before.size === 0 || before === after) return;
    const changed = remoteChanges(before, after, you);
    if (changed.length === 0) return;
    for (const car of changed) this.#changed.add(car.id);
    if (this.#before) return;
    this.#before = before;
    this.#clock.after(GATHER_MS, () => this.#tell(before));
  }

  #tell(before: Cars): void {
    const line = announcements(before, this.#after, this.#changed);
    if (line !== '') this.#remote.value = line;
    this.#before = null;
    this.#changed = new Set();
  }
}
