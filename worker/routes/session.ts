import { D1Unavailable } from '../directory/d1.ts';
import { renewSession, revokeSession } from '../directory/session.ts';
import { signIn } from '../directory/sign-in.ts';
import { sitesOf } from '../directory/sites.ts';
import { type Caller, cookieOf } from '../identity/caller.ts';
import { NO_COOKIE } from '../identity/cookie.ts';
import type { Hint } from '../identity/hint.ts';
import { originOf } from '../identity/session-origin.ts';
import { describeError, log } from '../log.ts';
import type { Me } from '../protocol/api.ts';
import { loginBody } from '../protocol/bodies.ts';
import { refuse } from '../protocol/errors.ts';
import { readJson } from './body.ts';
import type { Call, SessionCall } from './call.ts';
import { endOnHubs } from './hub-sessions.ts';
import { problem } from './problem.ts';

/** `POST /api/auth/login`: always a new session; one that the browser had before ends. */
export async function login(call: Call): Promise<Response> {
  const { request, env, now, caller } = call;
  const body = await readJson(request, loginBody);
  if (!body.ok) return problem(body);
  const parts = { db: env.DB, attempts: env.ATTEMPTS, key: env.SESSION_KEY, defer: call.defer };
  const wanted = { ...body.value, address: addressOf(request), origin: originOf(request, 'password') };
  const signedIn = await signIn(parts, wanted, now);
  if (!signedIn.ok) {
    const wait = 'seconds' in signedIn ? { 'Retry-After': String(signedIn.seconds) } : {};
    return problem(refuse(signedIn.code), {}, wait);
  }
  const { hint, secret, ended } = signedIn;
  if (caller) call.defer(endSession(call, caller));
  call.defer(endOnHubs(call, idsOf(hint), ended));
  const headers = { 'Set-Cookie': cookieOf(hint, secret, env.SESSION_KEY, now) };
  return Response.json(meOf(hint), { headers });
}

/**
 * `POST /api/auth/logout`: ends the session in the directory and on the hubs, which close its sockets (rule I3).
 * Either is enough; where both fail the browser forgets the session all the same, and the answer says that it stands.
 */
export async function logout(call: Call): Promise<Response> {
  const isEnded = call.caller === null || (await endSession(call, call.caller));
  const headers = { 'Set-Cookie': NO_COOKIE };
  return isEnded ? new Response(null, { status: 204, headers }) : problem(refuse('unavailable'), {}, headers);
}

/** How old a hint may be before the directory is asked again, if it answers. */
const HINT_FRESH_MS = 3_600_000;
/** A person waits for this. */
const RENEW_MS_MAX = 2_000;

/** `GET /api/me`: from the session's hint, so that it answers while D1 is down; renewed from D1 now and then. */
export async function me({ env, now, caller }: SessionCall): Promise<Response> {
  if (now - caller.askedAt < HINT_FRESH_MS && !caller.more) return Response.json(meOf(caller));
  try {
    const session = { hash: caller.session, person: caller.person.id };
    const hint = await renewSession(env.DB, session, now, RENEW_MS_MAX);
    if (!hint) return problem(refuse('unauthenticated'), {}, { 'Set-Cookie': NO_COOKIE });
    const headers = { 'Set-Cookie': cookieOf(hint, caller.secret, env.SESSION_KEY, now) };
    return Response.json(meOf(hint), { headers });
  } catch (error) {
    if (!(error instanceof D1Unavailable)) throw error;
    log('warn', 'session not renewed', describeError(error));
    return Response.json(meOf(caller));
  }
}

/** The caller's network address, for counting attempts. */
export function addressOf(request: Request): string {
  return request.headers.get('cf-connecting-ip') ?? '';
}

export function meOf({ person, sites }: Hint): Me {
  return { person, sites };
}

function idsOf({ sites }: Hint): string[] {
  return sites.map(({ id }) => id);
}

/** True where the directory or every hub concerned knows that the session is over. */
export async function endSession(call: Call, caller: Caller): Promise<boolean> {
  const { env, now } = call;
  const known = caller.more ? await allSites(call, caller) : idsOf(caller);
  const session = { hash: caller.session, person: caller.person.id };
  const inDirectory = revokeSession(env.DB, session, now).then(
    () => true,
    (error) => {
      log('error', 'session not revoked in the directory', describeError(error));
      return false;
    },
  );
  const [isRevoked, isTold] = await Promise.all([inDirectory, endOnHubs(call, known, [caller.session])]);
  return isRevoked || isTold;
}

async function allSites({ env, now }: Call, caller: Caller): Promise<string[]> {
  const sites = await sitesOf(env.DB, caller.session, now).catch(() => null);
  return sites?.map(({ id }) => id) ?? idsOf(caller);
}
