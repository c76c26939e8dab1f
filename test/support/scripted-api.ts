import type { Api, Reply } from '../../app/state/api.ts';

export interface Asked {
  method: string;
  path: string;
  /** Of JSON. */
  body?: unknown;
}

/** An API whose answers a test gives by hand, in the order it likes. */
export class ScriptedApi implements Pick<Api, 'ask'> {
  readonly asked: Asked[] = [];
  readonly #answers: ((reply: Reply<unknown>) => void)[] = [];

  readonly ask: Api['ask'] = async (path, { method = 'GET', body }, isRight) => {
    this.asked.push({ method, path, ...(typeof body === 'string' && { body: JSON.parse(body) }) });
    const reply = await new Promise<Reply<unknown>>((resolve) => this.#answers.push(resolve));
    if (!reply.ok) return reply;
    if (!isRight(reply.value)) throw new Error(`no answer to ${method} ${path}`);
    return { ok: true, value: reply.value };
  };

  /** Answers the request that was made as the so many-th, from 0. */
  answer(index: number, value: unknown): void {
    this.#answers[index]?.({ ok: true, value });
  }

  refuse(index: number, code: Extract<Reply<never>, { ok: false }>['code']): void {
    this.#answers[index]?.({ ok: false, code });
  }
}
