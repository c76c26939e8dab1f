import { makeWall as make, startWall } from '../directory/walls.ts';
import { cookieOf } from '../identity/caller.ts';
import { NO_COOKIE } from '../identity/cookie.ts';
import { hashSecret } from '../identity/secret.ts';
import { displayBody, wallBody } from '../protocol/bodies.ts';
import { refuse } from '../protocol/errors.ts';
import { readJson } from './body.ts';
import type { Call, SiteCall } from './call.ts';
import { problem } from './problem.ts';
import { endSession, meOf } from './session.ts';

/** `POST …/walls`: what starts the screen is in this answer, and nowhere else. */
export async function makeWall({ request, env, now, site, caller }: SiteCall): Promise<Response> {
  const body = await readJson(request, wallBody);
  if (!body.ok) return problem(body);
  const wanted = { site, by: caller.person.id, name: body.value.name };
  const made = await make(env.DB, wanted, now, Math.random);
  return made.ok ? Response.json(made.value, { status: 201 }) : problem(made);
}

/** A screen that starts tries again; nobody stands before it and waits. */
const START_MS_MAX = 10_000;

/**
 * `POST /api/auth/display`: from then on the browser is that screen, as often as it starts. Whoever was signed in on it is
 * so no more: a wall hangs where anybody passes.
 */
export async function display(call: Call): Promise<Response> {
  const { request, env, now, caller, defer } = call;
  const body = await readJson(request, displayBody);
  if (!body.ok) return problem(body);
  const { token } = body.value;
  const hint = await startWall(env.DB, token, now, START_MS_MAX);
  // Unknown, ended and another's are one answer.
  if (!hint) return problem(refuse('not-found'));
  const headers = new Headers({ 'Set-Cookie': cookieOf(hint, token, env.SESSION_KEY, now) });
  if (caller?.kind === 'person') {
    defer(endSession(call, caller));
    headers.append('Set-Cookie', NO_COOKIE);
  }
  const device = { ...hint, secret: token, session: hashSecret(token) };
  return Response.json(meOf(hint, { device }), { headers });
}
