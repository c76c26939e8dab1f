import type { PinTurn } from '../ports.ts';
import {
  PIN_MS_MAX,
  PIN_TRIES_BLOCK,
  PIN_TRIES_KEPT_MS,
  PIN_TRIES_MAX,
  PIN_WAIT_MS_MIN,
} from '../protocol/limits.ts';
import type { CountStorage } from './attempt-count.ts';

interface Stored {
  /** PINs that were wrong, or may be: one counts from before it is looked at. */
  wrong: number;
  /** When the last one was tried. */
  at: number;
}

const KEY = 'pin';

/**
 * Wrong PINs of one person on one device, in storage alone: one row, and none after a right one. So many are free, then
 * each has to wait for twice as long as the one before, then a lead has to help.
 */
export class PinLock {
  readonly #storage: CountStorage;

  constructor(storage: CountStorage) {
    this.#storage = storage;
  }

  /** True for an object that keeps such a count. */
  holds(): boolean {
    return this.#read() !== null;
  }

  /** Counts one before it is looked at, so that of a thousand at once no more are. What is refused writes nothing. */
  async take(now: number): Promise<PinTurn> {
    const stored = this.#read();
    const wrong = stored && now < forgottenAt(stored) ? stored.wrong : 0;
    if (wrong >= PIN_TRIES_BLOCK) return { ok: false, code: 'pin-blocked' };
    const waitMs = stored ? stored.at + waitMsAfter(wrong) - now : 0;
    if (waitMs > 0) return { ok: false, code: 'pin-locked', seconds: Math.ceil(waitMs / 1000) };
    await this.#write({ wrong: wrong + 1, at: now });
    return { ok: true, ifWrong: consequence(wrong + 1) };
  }

  /** Takes one back that nobody has looked at. */
  async giveBack(): Promise<void> {
    const row = this.#read();
    if (row && row.wrong > 0) await this.#write({ ...row, wrong: row.wrong - 1 });
  }

  /** The alarm. One that comes early waits for its time. */
  async due(now: number): Promise<void> {
    const row = this.#read();
    if (row && now < forgottenAt(row)) await this.#storage.setAlarm(forgottenAt(row));
    else await this.#storage.deleteAll();
  }

  async #write(row: Stored): Promise<void> {
    this.#storage.kv.put(KEY, row);
    await this.#storage.setAlarm(forgottenAt(row));
  }

  #read(): Stored | null {
    const value = this.#storage.kv.get(KEY);
    return isStored(value) ? value : null;
  }
}

/** Who is blocked stays so until a lead helps; by then, at the latest, the PIN has to be another one. */
function forgottenAt({ wrong, at }: Stored): number {
  return at + (wrong >= PIN_TRIES_BLOCK ? PIN_MS_MAX : PIN_TRIES_KEPT_MS);
}

function waitMsAfter(wrong: number): number {
  return wrong < PIN_TRIES_MAX ? 0 : PIN_WAIT_MS_MIN * 2 ** (wrong - PIN_TRIES_MAX);
}

function consequence(wrong: number): 'none' | 'wait' | 'lead' {
  if (wrong >= PIN_TRIES_BLOCK) return 'lead';
  return wrong >= PIN_TRIES_MAX ? 'wait' : 'none';
}

function isStored(value: unknown): value is Stored {
  return typeof value === 'object' && value !== null && 'wrong' in value && 'at' in value;
}
