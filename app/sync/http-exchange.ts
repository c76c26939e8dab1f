import { ERRORS, type ErrorCode } from '../../worker/protocol/errors.ts';
import type { Exchange, ExchangeAnswer } from './connection.ts';

/** What is used of the answer to a request: `fetch` gives one. */
export interface ResponseLike {
  ok: boolean;
  json(): Promise<unknown>;
}

/** Exchanges over requests that `post` makes. Where it rejects there was no answer. */
export function httpExchange(post: (body: string) => Promise<ResponseLike>): Exchange {
  return async (body): Promise<ExchangeAnswer> => {
    try {
      const response = await post(body);
      const answer = await response.json();
      return response.ok ? { ok: true, body: answer } : { ok: false, code: codeOf(answer) };
    } catch {
      return { ok: false, code: null };
    }
  };
}

/** Only a problem document of the hub's says anything; a proxy's own refusal is no answer. */
function codeOf(problem: unknown): ErrorCode | null {
  if (typeof problem !== 'object' || problem === null || !('code' in problem)) return null;
  const { code } = problem;
  return typeof code === 'string' && isErrorCode(code) ? code : null;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
