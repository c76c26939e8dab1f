import { setUp } from '../directory/setup.ts';
import { cookieOf } from '../identity/caller.ts';
import { sameSecret } from '../identity/secret.ts';
import { originOf } from '../identity/session-origin.ts';
import type { SetupDone } from '../protocol/api.ts';
import { setupBody } from '../protocol/bodies.ts';
import { refuse } from '../protocol/errors.ts';
import { readJson } from './body.ts';
import type { Call } from './call.ts';
import { problem } from './problem.ts';

/** `POST /api/setup`: the first site and its administrator, who is signed in by it. */
export async function setup({ request, env, now }: Call): Promise<Response> {
  const body = await readJson(request, setupBody);
  if (!body.ok) return problem(body);
  const { token, ...wanted } = body.value;
  // Without a token in the configuration nothing opens, an empty one included.
  if (!env.SETUP_TOKEN || !sameSecret(token, env.SETUP_TOKEN)) {
    return problem(refuse('forbidden', 'not the setup token', 'token'));
  }
  const done = await setUp(env.DB, wanted, originOf(request, 'setup'), now, Math.random);
  if (!done) return problem(refuse('setup-done'));
  const answer: SetupDone = { site: { id: done.site } };
  const headers = { 'Set-Cookie': cookieOf(done.hint, done.secret, env.SESSION_KEY, now) };
  return Response.json(answer, { status: 201, headers });
}
