import { endToken as end, makeToken as make, tokensOf } from '../directory/tokens.ts';
import { describeError, log } from '../log.ts';
import type { TokenMade, Tokens } from '../protocol/api.ts';
import { tokenBody } from '../protocol/bodies.ts';
import { refuse } from '../protocol/errors.ts';
import { hasRole } from '../protocol/site.ts';
import { readJson } from './body.ts';
import type { SiteCall } from './call.ts';
import { problem } from './problem.ts';

/** `GET …/tokens` */
export async function listTokens({ env, now, site }: SiteCall): Promise<Response> {
  const answer: Tokens = { at: now, tokens: await tokensOf(env.DB, site) };
  return Response.json(answer);
}

/** `POST …/tokens`: what opens is in this answer, and nowhere else. */
export async function makeToken({ request, env, now, site, caller, role }: SiteCall): Promise<Response> {
  const body = await readJson(request, tokenBody);
  if (!body.ok) return problem(body);
  if (!hasRole(role, body.value.role)) return problem(refuse('forbidden', 'above your own', 'role'));
  const wanted = { ...body.value, site, by: caller.person.id };
  const made = await make(env.DB, wanted, env.SESSION_KEY, now, Math.random);
  if (!made.ok) return problem(made);
  const answer: TokenMade = made.value;
  return Response.json(answer, { status: 201 });
}

/**
 * `DELETE …/tokens/:token`: ends it in the directory and on the hub, which closes its sockets (rule I3). Where the hub
 * cannot be reached the answer says so, and the same request again tells it.
 */
export async function endToken({ env, now, site, caller, params, hub }: SiteCall): Promise<Response> {
  const session = await end(env.DB, { site, token: params.token ?? '', by: caller.person.id }, now);
  if (session === null) return problem(refuse('not-found'));
  try {
    await hub(site).revoke([session]);
  } catch (error) {
    log('error', 'token not ended on its hub', { site, ...describeError(error) });
    return problem(refuse('unavailable'));
  }
  return new Response(null, { status: 204 });
}
