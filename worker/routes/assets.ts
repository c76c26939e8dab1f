import type { Env } from '../env.ts';
import { refuse } from '../protocol/errors.ts';
import { problem } from './problem.ts';

const PAGE = '/index.html';

/**
 * Files of the build. Every path without a file extension is the page, which finds its own way; a missing file is a
 * 404 and never the page, for HTML under the name of a script would end up in the precache.
 */
export async function serveAsset(request: Request, url: URL, env: Env): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return problem(refuse('method-not-allowed'), {}, { Allow: 'GET, HEAD' });
  }
  const path = url.pathname === '/' ? PAGE : url.pathname;
  const file = await env.ASSETS.fetch(new Request(new URL(path, url), request));
  if (file.status !== 404) return fresh(file);
  if (/\.[^/]*$/.test(url.pathname)) return problem(refuse('not-found'));
  return fresh(await env.ASSETS.fetch(new Request(new URL(PAGE, url), request)));
}

/** What has the same name in every build is asked for again each time; what is named by its content is not here. */
function fresh(file: Response): Response {
  const copy = new Response(file.body, file);
  copy.headers.set('Cache-Control', 'no-cache');
  return copy;
}
