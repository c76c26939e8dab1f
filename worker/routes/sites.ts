import { sitesOf } from '../directory/sites.ts';
import type { Sites } from '../protocol/api.ts';
import { refuse } from '../protocol/errors.ts';
import type { SessionCall, SiteCall } from './call.ts';
import { problem } from './problem.ts';

/** `GET /api/sites` */
export async function listSites({ env, now, caller }: SessionCall): Promise<Response> {
  const sites = await sitesOf(env.DB, caller.session, now);
  if (!sites) return problem(refuse('unauthenticated'));
  const answer: Sites = { sites };
  return Response.json(answer);
}

/** `GET /api/sites/:site` */
export async function showSite({ env, now, caller, site }: SiteCall): Promise<Response> {
  const sites = await sitesOf(env.DB, caller.session, now);
  if (!sites) return problem(refuse('unauthenticated'));
  const found = sites.find(({ id }) => id === site);
  return found ? Response.json(found) : problem(refuse('not-found'));
}
