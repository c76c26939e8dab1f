import { DurableObject } from 'cloudflare:workers';
import type { AttemptApi, Turn } from '../ports.ts';
import { AttemptCount } from './attempt-count.ts';

/**
 * Counts the attempts under one key: one object an email, one an address. An object does one thing after the other, so
 * that parallel guesses are counted exactly, and answers only once the count is durable.
 */
export class AttemptCounter<E> extends DurableObject<E> implements AttemptApi {
  readonly #count = new AttemptCount(this.ctx.storage);

  take(max: number, windowMs: number): Promise<Turn> {
    return this.#count.take(max, windowMs, Date.now());
  }

  giveBack(): Promise<void> {
    return this.#count.giveBack();
  }

  forget(): Promise<void> {
    return this.#count.forget();
  }

  override alarm(): Promise<void> {
    return this.#count.due(Date.now());
  }
}
