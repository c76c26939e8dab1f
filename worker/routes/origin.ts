import type { Env } from '../env.ts';

/**
 * Whether a request comes from our own pages, where that matters (reliability: cross-site requests). A WebSocket
 * handshake has to say so: nothing else keeps other sites' scripts from it. A write with a cookie has to say so too;
 * one without comes from a script, not a browser, unless it says otherwise.
 */
export function isOwnOrigin(request: Request, url: URL, env: Env, isLive: boolean): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (isRead && !isLive) return true;
  const origin = request.headers.get('origin');
  if (origin === null) return !isLive && !request.headers.has('cookie');
  return origin === (env.ORIGIN || url.origin);
}
