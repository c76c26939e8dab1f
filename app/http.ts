import type { Fleet, History, RollCall, Verification } from '../worker/protocol/api.ts';
import { ERRORS, type ErrorCode } from '../worker/protocol/errors.ts';
import type { Api, Guard, Reply } from './state/api.ts';
import { isMe, isRecord } from './state/session.ts';

type Fetch = (path: string, init: RequestInit) => Promise<Response>;
type Shape = Record<string, 'string' | 'number' | 'array' | 'object'>;

/** A hub that does not answer is as good as no network; a large roster may take its time. */
const TIMEOUT_MS = 20_000;

/** The API over `fetch`. Nothing rejects: what goes wrong is a reply. */
export function createHttp(fetch: Fetch): Api {
  return {
    ask,
    me: () => ask('/api/me', {}, isMe),
    login: (body) => ask('/api/auth/login', json(body), isMe),
    logout: () => ask('/api/auth/logout', { method: 'POST' }, isNothing),
    history: (site, filter) => {
      const query = new URLSearchParams(
        Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]),
      );
      return ask(`${sitePath(site)}/history?${query}`, {}, isHistory);
    },
    verifyHistory: (site, next) => {
      const query = next ? `?before=${next.before}&expect=${next.expect}` : '';
      return ask(`${sitePath(site)}/history/verify${query}`, {}, isVerification);
    },
    fleet: (site) => ask(`${sitePath(site)}/fleet`, {}, isFleet),
    rollCall: (site) => ask(`${sitePath(site)}/roll-call`, { method: 'POST' }, isRollCall),
    exportPath: (site) => `${sitePath(site)}/cars.csv`,
  };

  async function ask<T>(path: string, init: RequestInit, guard: Guard<T>): Promise<Reply<T>> {
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(path, {
        ...init,
        cache: 'no-store',
        credentials: 'same-origin',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      body = response.status === 204 ? null : await response.json();
    } catch {
      return { ok: false, code: 'offline' };
    }
    if (!response.ok) return refusalOf(response, body);
    // A captive portal answers 200 with a page of its own.
    return guard(body) ? { ok: true, value: body } : { ok: false, code: 'offline' };
  }
}

function sitePath(site: string): string {
  return `/api/sites/${encodeURIComponent(site)}`;
}

function json(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function refusalOf(response: Response, body: unknown): Reply<never> {
  const problem = isRecord(body) ? body : {};
  const { code: said, field, detail } = problem;
  const code = isErrorCode(said) ? said : response.status === 401 ? 'unauthenticated' : 'internal';
  const seconds = Number(response.headers.get('retry-after'));
  return {
    ok: false,
    code,
    ...(typeof field === 'string' && { field }),
    ...(typeof detail === 'string' && { detail }),
    ...(seconds > 0 && { retryAfterSeconds: seconds }),
  };
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code);
}

const isHistory: Guard<History> = shaped({ entries: 'array' });
const isVerification: Guard<Verification> = shaped({ checked: 'number' });
const isFleet: Guard<Fleet> = shaped({ version: 'number', at: 'number', devices: 'array', more: 'number' });
const isRollCall: Guard<RollCall> = shaped({ at: 'number', version: 'number' });

/** Logging out answers with nothing, or something that does not matter. */
function isNothing(_: unknown): _ is null {
  return true;
}

/** The hub is trusted with values and checked for shape, so that a proxy's answer is told from one of its own. */
function shaped<T>(shape: Shape): Guard<T> {
  return (value): value is T =>
    isRecord(value) &&
    Object.entries(shape).every(([key, kind]) => {
      const part = value[key];
      if (kind === 'array') return Array.isArray(part);
      return kind === 'object' ? isRecord(part) : typeof part === kind;
    });
}
