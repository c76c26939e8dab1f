import { D1Unavailable } from '../directory/d1.ts';
import type { Env } from '../env.ts';
import { bearerOf } from '../identity/bearer.ts';
import { callerOf } from '../identity/caller.ts';
import { describeError, log } from '../log.ts';
import { refuse } from '../protocol/errors.ts';
import { serveAsset } from './assets.ts';
import { preflight, shareAnswer } from './cors.ts';
import { pass } from './gate.ts';
import { hubLink } from './hub-link.ts';
import { isOwnOrigin } from './origin.ts';
import { problem } from './problem.ts';
import { type Match, match } from './router.ts';
import { secured } from './security-headers.ts';

/** Answers every request. Never throws. `now` is in milliseconds since 1970; `defer` keeps work going after the answer. */
export async function handle(
  request: Request,
  env: Env,
  now: number,
  defer: (work: Promise<unknown>) => void,
): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname !== '/api' && !url.pathname.startsWith('/api/')) {
    return secured(await serveAsset(request, url, env).catch(broken));
  }
  const asked = preflight(request, url.pathname);
  if (asked) return secured(asked);
  const route = match(request.method, url.pathname);
  const answer = await answerApi(route, request, url, env, now, defer).catch(broken);
  if (answer.status >= 400) {
    const name = route.found === 'route' ? route.name : null;
    log('info', 'refused', { route: name, method: request.method, status: answer.status });
  }
  const response = secured(answer);
  if (!response.webSocket) {
    response.headers.set('Cache-Control', 'no-store');
    shareAnswer(request, response);
  }
  return request.method === 'HEAD' ? new Response(null, response) : response;
}

async function answerApi(
  route: Match,
  request: Request,
  url: URL,
  env: Env,
  now: number,
  defer: (work: Promise<unknown>) => void,
): Promise<Response> {
  const isLive = route.found === 'route' && route.name === 'live';
  // Whoever shows a token is judged by it alone: no browser adds one by itself.
  const showsToken = bearerOf(request.headers) !== null;
  if (!showsToken && !isOwnOrigin(request, url, env, isLive)) return problem(refuse('bad-origin'));
  const caller = callerOf(request, env.SESSION_KEY, now);
  if (!caller && showsToken) return problem(refuse('unauthenticated'), {}, BAD_TOKEN);
  // To somebody without a session all of this is one closed door, whatever is behind it.
  if (!caller && isUnderSites(url.pathname)) return problem(refuse('unauthenticated'));
  if (route.found === 'nothing') return problem(refuse('not-found'));
  if (route.found === 'path') return problem(refuse('method-not-allowed'), {}, { Allow: route.allow });
  const { name, row, params } = route;
  const hub = (site: string) => hubLink(env, site);
  return pass(name, row, { request, url, env, now, params, caller, defer, hub });
}

/** RFC 6750, section 3. */
const BAD_TOKEN = { 'WWW-Authenticate': 'Bearer realm="yardboard", error="invalid_token"' };

function isUnderSites(path: string): boolean {
  return path === '/api/sites' || path.startsWith('/api/sites/');
}

/** The one catch: what nobody expected. Its cause is for the log alone. */
function broken(error: unknown): Response {
  const isDown = error instanceof D1Unavailable;
  log('error', isDown ? 'directory unreachable' : 'request failed', describeError(error));
  return problem(refuse(isDown ? 'unavailable' : 'internal'));
}
