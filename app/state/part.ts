import { type Signal, signal } from '@preact/signals';

/** A part of the app whose code comes later. Whoever waits for it is told when it is here, whoever has fetched it. */
export class Part<T> {
  /** Null until it is here. */
  readonly code: Signal<T | null> = signal(null);
  readonly #load: () => Promise<T>;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** Rejects where it does not come; another try may succeed. */
  async fetch(): Promise<void> {
    this.code.value = await this.#load();
  }
}
