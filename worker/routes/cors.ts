import { bearerOf } from '../identity/bearer.ts';
import { hasCookie } from '../identity/cookie.ts';
import { TOKEN_ROUTES } from '../protocol/access.ts';
import { match } from './router.ts';

/** What a script may send beside its token, and what it may read beside the body. */
const ALLOW_HEADERS = 'Authorization, Content-Type, If-Match, Idempotency-Key';
const EXPOSE_HEADERS = 'Content-Disposition, ETag, Location, Retry-After';
/** How long a browser need not ask again. */
const MAX_AGE_S = 600;

/**
 * Pages of other origins may call with a token, which they have to know; never with a cookie, which the browser would add
 * by itself. So any origin is told yes, and `Access-Control-Allow-Credentials` is told to none.
 */
const ANY_ORIGIN = { 'Access-Control-Allow-Origin': '*' };

/** The answer to a browser that asks whether a page may send a request with a token; null where that is not the question. */
export function preflight({ method, headers }: Request, path: string): Response | null {
  const asked = headers.get('access-control-request-method');
  const names = (headers.get('access-control-request-headers') ?? '').toLowerCase().split(',');
  const isAsked = method === 'OPTIONS' && headers.has('origin') && asked !== null;
  if (!isAsked || !names.some((name) => name.trim() === 'authorization') || hasCookie(headers.get('cookie')))
    return null;
  const route = match(asked, path);
  if (route.found !== 'route' || !TOKEN_ROUTES.includes(route.name)) return null;
  return new Response(null, {
    status: 204,
    headers: {
      ...ANY_ORIGIN,
      'Access-Control-Allow-Methods': asked,
      'Access-Control-Allow-Headers': ALLOW_HEADERS,
      'Access-Control-Max-Age': String(MAX_AGE_S),
    },
  });
}

/** Lets the page that sent a request with a token, and no cookie, read what comes of it. */
export function shareAnswer({ headers }: Request, answer: Response): void {
  if (bearerOf(headers) === null || hasCookie(headers.get('cookie'))) return;
  for (const [name, value] of Object.entries(ANY_ORIGIN)) answer.headers.set(name, value);
  answer.headers.set('Access-Control-Expose-Headers', EXPOSE_HEADERS);
}
