import { DurableObject } from 'cloudflare:workers';
import type { AttemptApi, PinLockApi, PinTurn, Turn } from '../ports.ts';
import { AttemptCount } from './attempt-count.ts';
import { PinLock } from './pin-lock.ts';

/**
 * Counts the attempts under one key: one object an email, one an address, one for a person's PIN on a device. An object
 * does one thing after the other, so that parallel guesses are counted exactly, and answers only once the count is
 * durable.
 */
export class AttemptCounter<E> extends DurableObject<E> implements AttemptApi, PinLockApi {
  readonly #count = new AttemptCount(this.ctx.storage);
  readonly #lock = new PinLock(this.ctx.storage);

  take(max: number, windowMs: number): Promise<Turn> {
    return this.#count.take(max, windowMs, Date.now());
  }

  giveBack(): Promise<void> {
    return this.#count.giveBack();
  }

  takePin(): Promise<PinTurn> {
    return this.#lock.take(Date.now());
  }

  giveBackPin(): Promise<void> {
    return this.#lock.giveBack();
  }

  forget(): Promise<void> {
    return this.#count.forget();
  }

  /** A key is of one kind or the other. */
  override alarm(): Promise<void> {
    return (this.#lock.holds() ? this.#lock : this.#count).due(Date.now());
  }
}
