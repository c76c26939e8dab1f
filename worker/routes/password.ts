import { addressTally, countAttempt, forgetAttempts, subjectTally } from '../directory/attempts.ts';
import { sessionsOf, siteIdsOf } from '../directory/devices.ts';
import { personOf } from '../directory/member.ts';
import { ownerOf, replacePassword } from '../directory/password.ts';
import { makeResetLink, resetOwner, useResetLink } from '../directory/reset.ts';
import { cookieOf } from '../identity/caller.ts';
import { NO_COOKIE } from '../identity/cookie.ts';
import { verifyPassword } from '../identity/password.ts';
import { originOf } from '../identity/session-origin.ts';
import type { ResetMade } from '../protocol/api.ts';
import { passwordBody, resetBody } from '../protocol/bodies.ts';
import { refuse } from '../protocol/errors.ts';
import { readJson } from './body.ts';
import type { Call, SessionCall, SiteCall } from './call.ts';
import { endOnHubs } from './hub-sessions.ts';
import { problem } from './problem.ts';
import { addressOf, endSession, meOf } from './session.ts';

/** `POST /api/auth/password`: another password, and every other session of the person ends. */
export async function changePassword(call: SessionCall): Promise<Response> {
  const { request, env, now, caller, defer } = call;
  const body = await readJson(request, passwordBody);
  if (!body.ok) return problem(body);
  const owner = await ownerOf(env.DB, caller.session, now);
  if (!owner) return problem(refuse('unauthenticated'), {}, { 'Set-Cookie': NO_COOKIE });

  const { current, password } = body.value;
  const attempt = await countAttempt(env.ATTEMPTS, [subjectTally('person', owner.id, env.SESSION_KEY)]);
  if (!attempt.ok) {
    return problem(refuse('too-many-requests'), {}, { 'Retry-After': String(attempt.seconds) });
  }
  const wrong = problem(refuse('wrong-credentials', undefined, 'current'));
  if (!(await verifyPassword(current, owner.password))) return wrong;
  await attempt.right();

  // The hubs first: where one cannot be told nothing has changed, and the same request again goes on from there.
  const [sites, sessions] = await Promise.all([
    siteIdsOf(env.DB, owner.id),
    sessionsOf(env.DB, owner.id, now),
  ]);
  const others = sessions.map(({ hash }) => hash).filter((hash) => hash !== caller.session);
  if (!(await endOnHubs(call, sites, others))) return problem(refuse('unavailable'));
  const done = await replacePassword(env.DB, owner, caller.session, password, now);
  if (!done) return wrong;
  defer(endOnHubs(call, sites, without(done.ended, others)));
  return new Response(null, { status: 204 });
}

/** `POST …/people/:person/reset`: a link for somebody who has forgotten their password. */
export async function makeReset({ env, now, caller, site, params }: SiteCall): Promise<Response> {
  const person = await personOf(env.DB, site, params.person ?? '');
  if (!person) return problem(refuse('not-found'));
  if (person.email === null) return problem(refuse('invalid', 'signs in without a password', 'person'));
  const link = await makeResetLink(env.DB, { site, person: person.id, by: caller.person.id }, now);
  if (!link) return problem(refuse('forbidden'));
  const answer: ResetMade = link;
  return Response.json(answer, { status: 201 });
}

/** `POST /api/auth/reset`: uses such a link. Whoever does is signed in, and nobody else is any more. */
export async function resetPassword(call: Call): Promise<Response> {
  const { request, env, now, caller, defer } = call;
  const body = await readJson(request, resetBody);
  if (!body.ok) return problem(body);
  const { token, password } = body.value;
  const attempt = await countAttempt(env.ATTEMPTS, [addressTally(addressOf(request), env.SESSION_KEY)]);
  if (!attempt.ok) {
    return problem(refuse('too-many-requests'), {}, { 'Retry-After': String(attempt.seconds) });
  }
  const owner = await resetOwner(env.DB, token, now);
  // Unknown, used and too old are one answer.
  const gone = problem(refuse('not-found'));
  if (!owner) return gone;
  await attempt.right();

  // The hubs first, as above: the link is still good where one cannot be told.
  const sites = await siteIdsOf(env.DB, owner.id);
  if (!(await endOnHubs(call, sites, owner.sessions))) return problem(refuse('unavailable'));
  const origin = originOf(request, 'password');
  const done = await useResetLink(env.DB, { token, owner, password, origin }, now);
  if (!done) return gone;
  defer(endOnHubs(call, sites, without(done.ended, owner.sessions)));
  if (owner.email !== null) {
    await forgetAttempts(env.ATTEMPTS, subjectTally('email', owner.email, env.SESSION_KEY));
  }
  if (caller && caller.person.id !== owner.id) defer(endSession(call, caller));
  const headers = { 'Set-Cookie': cookieOf(done.hint, done.secret, env.SESSION_KEY, now) };
  return Response.json(meOf(done.hint, caller), { headers });
}

/** What ended and has not been told: it began in between. */
function without(ended: readonly string[], told: readonly string[]): string[] {
  return ended.filter((hash) => !told.includes(hash));
}
