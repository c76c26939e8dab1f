import type { Clock } from './clock.ts';
import { type Store, type StoreChange, StoreError } from './store.ts';

/** All that differs from the store at one moment, and what to do when it is written or could not be. */
export interface Capture {
  change: StoreChange;
  stored(): void;
  failed(error: StoreError): void;
}

/** Changes nobody waits for are gathered for so long. */
const GATHER_MS = 1_000;
/** After a failure that may pass, such as a full disk. */
const RETRY_MS = 10_000;

/**
 * Writes to the store, one transaction at a time. Each captures everything at one moment, so the store is always as
 * the device once was: a board with the edits that belong to it.
 */
export class Journal {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #capture: () => Capture | null;
  #timer: number | null = null;
  /** Those who wait for the next transaction. */
  #waiters: Waiter[] = [];
  #isRunning = false;
  /** Something has changed since the transaction under way. */
  #isDue = false;
  #isClosed = false;

  constructor(store: Store, clock: Clock, capture: () => Capture | null) {
    this.#store = store;
    this.#clock = clock;
    this.#capture = capture;
  }

  /** Within a second. */
  soon(): void {
    if (this.#isRunning) this.#isDue = true;
    else if (!this.#isClosed) this.#wait(GATHER_MS);
  }

  /** Resolves when all there is now is stored. Rejects with a `StoreError`. */
  flush(): Promise<void> {
    if (this.#isClosed) return Promise.reject(new StoreError('closed'));
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  /** `flush` for those who have nothing to wait for. */
  now(): void {
    this.flush().catch(() => {
      // Whoever captured it has been told, and tries again or stops.
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Takes nothing more. What is under way completes. */
  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    this.#cancel();
    // What happens in one turn is one transaction.
    await null;
    while (this.#waiters.length > 0 && !this.#isClosed) {
      const waiters = this.#waiters;
      this.#waiters = [];
      this.#isDue = false;
      let error = await this.#write();
      // Everything is there to be written again.
      if (error?.kind === 'wiped') error = await this.#write();
      for (const { resolve, reject } of waiters) error ? reject(error) : resolve();
    }
    this.#isRunning = false;
    for (const { reject } of this.#waiters.splice(0)) reject(new StoreError('closed'));
    if (this.#isDue) this.soon();
  }

  async #write(): Promise<StoreError | null> {
    const capture = this.#capture();
    if (!capture) return null;
    try {
      await this.#store.commit(capture.change);
    } catch (thrown) {
      const error = thrown instanceof StoreError ? thrown : new StoreError('failed', { cause: thrown });
      capture.failed(error);
      this.#wait(RETRY_MS);
      return error;
    }
    capture.stored();
    return null;
  }

  #wait(ms: number): void {
    this.#timer ??= this.#clock.setTimer(() => {
      this.#timer = null;
      this.now();
    }, ms);
  }

  #cancel(): void {
    if (this.#timer !== null) this.#clock.clearTimer(this.#timer);
    this.#timer = null;
  }
}

interface Waiter {
  resolve(): void;
  reject(error: StoreError): void;
}
