import { type Signal, signal } from '@preact/signals';
import type { Token, TokenMade, Tokens } from '../../worker/protocol/api.ts';
import type { TokenBody } from '../../worker/protocol/bodies.ts';
import type { Api, ApiError, Reply } from './api.ts';
import { jsonRequest } from './json-request.ts';

export interface TokensShown {
  /** As they came last; null before the first time. */
  tokens: Tokens | null;
  /** Why there is no newer list. */
  problem: ApiError | null;
}

/** What becomes of ending one. */
export type Ending =
  | { is: 'none' }
  /** It is asked whether to, and then done. */
  | { is: 'asked' | 'busy'; token: string }
  | { is: 'failed'; token: string; problem: ApiError }
  | { is: 'done'; name: string };

/** The tokens of a site, as a lead has them before them. */
export class TokenList {
  readonly shown: Signal<TokensShown> = signal({ tokens: null, problem: null });
  /** What has just been made: the one time it can be seen. */
  readonly made: Signal<TokenMade | null> = signal(null);
  readonly ending: Signal<Ending> = signal({ is: 'none' });
  readonly #api: Pick<Api, 'ask'>;
  readonly #path: string;

  constructor(api: Pick<Api, 'ask'>, site: string) {
    this.#api = api;
    this.#path = `/api/sites/${encodeURIComponent(site)}/tokens`;
  }

  async load(): Promise<void> {
    const reply = await this.#api.ask(this.#path, {}, isTokens);
    this.shown.value = reply.ok
      ? { tokens: reply.value, problem: null }
      : { ...this.shown.value, problem: reply.code };
  }

  /** The refusal; null where it has been made. */
  async make(body: TokenBody): Promise<Extract<Reply<TokenMade>, { ok: false }> | null> {
    const reply = await this.#api.ask(this.#path, jsonRequest('POST', body), isTokenMade);
    if (!reply.ok) return reply;
    this.ending.value = { is: 'none' };
    this.made.value = reply.value;
    await this.load();
    return null;
  }

  async end({ id, name }: Token): Promise<void> {
    this.ending.value = { is: 'busy', token: id };
    const reply = await this.#api.ask(
      `${this.#path}/${encodeURIComponent(id)}`,
      { method: 'DELETE' },
      isNothing,
    );
    // Somebody else has ended it, and it has been forgotten since.
    const isEnded = reply.ok || reply.code === 'not-found';
    this.ending.value = isEnded ? { is: 'done', name } : { is: 'failed', token: id, problem: reply.code };
    if (isEnded && this.made.value?.token.id === id) this.made.value = null;
    await this.load();
  }
}

/** True where it is good no more, by the server's clock. */
export function isExpired({ expiresAt }: Token, { at }: Tokens): boolean {
  return expiresAt <= at;
}

function isTokens(value: unknown): value is Tokens {
  return isRecord(value) && typeof value.at === 'number' && Array.isArray(value.tokens);
}

function isTokenMade(value: unknown): value is TokenMade {
  return isRecord(value) && typeof value.secret === 'string' && isRecord(value.token);
}

function isNothing(value: unknown): value is null {
  return value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
