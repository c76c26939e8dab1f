import type { Turn } from '../ports.ts';

/** What is used of an object's storage. */
export interface CountStorage {
  kv: { get(key: string): unknown; put(key: string, value: object): void };
  setAlarm(atMs: number): Promise<void>;
  deleteAlarm(): Promise<void>;
  deleteAll(): Promise<void>;
}

interface Stored {
  count: number;
  /** When the window ends, and all of this is forgotten. */
  until: number;
  /** An attempt has been refused in this window. */
  isLocked: boolean;
}

const KEY = 'attempts';

/** Attempts under one key in a window of time, in storage alone: one row, and none once the window is over. */
export class AttemptCount {
  readonly #storage: CountStorage;

  constructor(storage: CountStorage) {
    this.#storage = storage;
  }

  /** Counts one attempt, unless so many have been in this window. What is refused writes nothing but the first time. */
  async take(max: number, windowMs: number, now: number): Promise<Turn> {
    const stored = this.#read();
    const isOpen = stored !== null && now < stored.until;
    const row = isOpen ? stored : { count: 0, until: now + windowMs, isLocked: false };
    if (row.count >= max) {
      if (!row.isLocked) this.#storage.kv.put(KEY, { ...row, isLocked: true });
      const seconds = Math.max(1, Math.ceil((row.until - now) / 1000));
      return { ok: false, seconds, isFirst: !row.isLocked };
    }
    this.#storage.kv.put(KEY, { ...row, count: row.count + 1 });
    if (!isOpen) await this.#storage.setAlarm(row.until);
    return { ok: true };
  }

  /** Takes one back that was none. */
  async giveBack(): Promise<void> {
    const row = this.#read();
    if (row && row.count > 0) this.#storage.kv.put(KEY, { ...row, count: row.count - 1 });
  }

  async forget(): Promise<void> {
    await this.#storage.deleteAlarm();
    await this.#storage.deleteAll();
  }

  /** The alarm. One that comes early waits for the end of the window. */
  async due(now: number): Promise<void> {
    const row = this.#read();
    if (row && now < row.until) await this.#storage.setAlarm(row.until);
    else await this.#storage.deleteAll();
  }

  #read(): Stored | null {
    const value = this.#storage.kv.get(KEY);
    return isStored(value) ? value : null;
  }
}

function isStored(value: unknown): value is Stored {
  return typeof value === 'object' && value !== null && 'count' in value && 'until' in value;
}
