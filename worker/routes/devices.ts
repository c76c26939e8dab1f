import { endSessions, type OpenSession, sessionsOf, siteIdsOf } from '../directory/devices.ts';
import { personOf, type SitePerson } from '../directory/member.ts';
import { NO_COOKIE } from '../identity/cookie.ts';
import type { Answer } from '../ports.ts';
import type { Sessions, SessionsOf } from '../protocol/api.ts';
import { type Refusal, refuse } from '../protocol/errors.ts';
import type { SessionView } from '../protocol/session.ts';
import { hasRole } from '../protocol/site.ts';
import type { SessionCall, SiteCall } from './call.ts';
import { endOnHubs } from './hub-sessions.ts';
import { problem } from './problem.ts';

/** `GET /api/sessions`: where the caller is signed in. */
export async function listOwnSessions(call: SessionCall): Promise<Response> {
  const own = await ownSessions(call);
  if (!own.ok) return refused(own);
  const answer: Sessions = { sessions: own.value.map((session) => viewOf(session, call)) };
  return Response.json(answer);
}

/** `DELETE /api/sessions/:session` */
export async function endOwnSession(call: SessionCall): Promise<Response> {
  const own = await ownSessions(call);
  if (!own.ok) return refused(own);
  const session = own.value.find(({ id }) => id === call.params.session);
  if (!session) return problem(refuse('not-found'));
  const isEnded = await end(call, call.caller.person.id, null, [session]);
  if (!isEnded) return problem(refuse('unavailable'));
  const isCurrent = session.hash === call.caller.session;
  return new Response(null, { status: 204, ...(isCurrent && { headers: { 'Set-Cookie': NO_COOKIE } }) });
}

/** `DELETE /api/sessions`: all but the one that asks. */
export async function endOtherSessions(call: SessionCall): Promise<Response> {
  const own = await ownSessions(call);
  if (!own.ok) return refused(own);
  const others = own.value.filter(({ hash }) => hash !== call.caller.session);
  const isEnded = await end(call, call.caller.person.id, null, others);
  return isEnded ? new Response(null, { status: 204 }) : problem(refuse('unavailable'));
}

/** `GET …/people/:person/sessions` */
export async function listSessionsOf(call: SiteCall): Promise<Response> {
  const person = await personBelow(call);
  if (!person.ok) return problem(person);
  const { id, name } = person.value;
  const sessions = await shownOf(call, id);
  const answer: SessionsOf = {
    person: { id, name },
    sessions: sessions.map((session) => viewOf(session, call)),
  };
  return Response.json(answer);
}

/** `DELETE …/people/:person/sessions/:session` */
export async function endSessionOf(call: SiteCall): Promise<Response> {
  const person = await personBelow(call);
  if (!person.ok) return problem(person);
  const { id } = person.value;
  const sessions = await shownOf(call, id);
  const session = sessions.find((one) => one.id === call.params.session);
  if (!session) return problem(refuse('not-found'));
  const isEnded = await end(call, id, call.site, [session]);
  return isEnded ? new Response(null, { status: 204 }) : problem(refuse('unavailable'));
}

/** The caller's sessions, their present one among them. Errors: `unauthenticated`, where that has ended. */
async function ownSessions({ env, now, caller }: SessionCall): Promise<Answer<OpenSession[]>> {
  const sessions = await sessionsOf(env.DB, caller.person.id, now);
  const isOpen = sessions.some(({ hash }) => hash === caller.session);
  return isOpen ? { ok: true, value: sessions } : refuse('unauthenticated');
}

/** What of a person's sessions the caller may see and end. */
function shownOf({ env, now, site, caller }: SiteCall, person: string): Promise<OpenSession[]> {
  return sessionsOf(env.DB, person, now, { by: caller.person.id, site });
}

/** A person of the site with no more rights than the caller's. Errors: `not-found`, `forbidden`. */
async function personBelow({ env, site, role, params }: SiteCall): Promise<Answer<SitePerson>> {
  const person = await personOf(env.DB, site, params.person ?? '');
  if (!person) return refuse('not-found');
  return hasRole(role, person.role) ? { ok: true, value: person } : refuse('forbidden');
}

/**
 * Ends sessions on the hubs and then in the directory: where a hub cannot be told, the directory still has them, and the
 * same request again goes on from there. False where that is so.
 */
async function end(
  call: SessionCall,
  person: string,
  site: string | null,
  sessions: readonly OpenSession[],
): Promise<boolean> {
  const { env, now, caller } = call;
  const sites = await siteIdsOf(env.DB, person);
  const hashes = sessions.map(({ hash }) => hash);
  if (!(await endOnHubs(call, sites, hashes))) return false;
  await endSessions(env.DB, { person, site, actor: caller.person.id, sessions }, now);
  return true;
}

function viewOf({ hash, ...session }: OpenSession, { caller }: SessionCall): SessionView {
  return { ...session, current: hash === caller.session };
}

function refused(refusal: Refusal): Response {
  return problem(refusal, {}, refusal.code === 'unauthenticated' ? { 'Set-Cookie': NO_COOKIE } : {});
}
