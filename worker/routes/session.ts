import { D1Unavailable } from '../directory/d1.ts';
import { renewSession, revokeSession } from '../directory/session.ts';
import { signIn } from '../directory/sign-in.ts';
import { sitesOf } from '../directory/sites.ts';
import { type Caller, cookieOf, type Proof } from '../identity/caller.ts';
import { NO_COOKIE, noCookie } from '../identity/cookie.ts';
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
  return Response.json(meOf(hint, caller), { headers });
}

/**
 * `POST /api/auth/logout`: ends the session in the directory and on the hubs, which close its sockets (rule I3).
 * Where one of them has not heard of it the answer says that it stands, and the browser forgets it all the same. An
 * enrolled device stays one.
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
export async function me(call: SessionCall): Promise<Response> {
  const { caller } = call;
  const { device } = caller;
  const isOnDevice = device !== null && device.session !== caller.session;
  try {
    const [own, at] = await Promise.all([renewed(call, caller), isOnDevice ? renewed(call, device) : null]);
    if (!own.hint) return problem(refuse('unauthenticated'), {}, { 'Set-Cookie': own.cookie });
    const headers = new Headers();
    for (const cookie of [own.cookie, at?.cookie]) if (cookie) headers.append('Set-Cookie', cookie);
    // A device that has been ended is a browser like any other.
    const present = isOnDevice && !at?.hint ? null : device;
    return Response.json(meOf(own.hint, { device: present }), { headers });
  } catch (error) {
    if (!(error instanceof D1Unavailable)) throw error;
    log('warn', 'session not renewed', describeError(error));
    return Response.json(meOf(caller, caller));
  }
}

/** What a session says now, asked of the directory where it is of some time ago; null where it has ended. */
async function renewed(
  { env, now }: Call,
  proof: Proof,
): Promise<{ hint: Hint; cookie: string | null } | { hint: null; cookie: string }> {
  if (now - proof.askedAt < HINT_FRESH_MS && !proof.more) return { hint: proof, cookie: null };
  const session = { hash: proof.session, person: proof.person.id };
  const hint = await renewSession(env.DB, session, now, RENEW_MS_MAX);
  if (!hint) return { hint, cookie: noCookie(proof.enrolled ? 'device' : 'hint') };
  return { hint, cookie: cookieOf(hint, proof.secret, env.SESSION_KEY, now) };
}

/** The caller's network address, for counting attempts. */
export function addressOf(request: Request): string {
  return request.headers.get('cf-connecting-ip') ?? '';
}

/** Who is here, by their session, and the enrolled device they are at. */
export function meOf({ person, sites, enrolled }: Hint, at: Pick<Caller, 'device'> | null): Me {
  const { device } = at ?? { device: null };
  return {
    kind: enrolled?.kind ?? 'person',
    person,
    sites,
    device: device && {
      id: device.person.id,
      name: device.person.name,
      shared: device.enrolled?.owner === null,
    },
  };
}

function idsOf({ sites }: Hint): string[] {
  return sites.map(({ id }) => id);
}

/**
 * True where the directory and every hub concerned know that a person's session is over: with one that does not, a copy
 * of its cookie is still good. An enrolled device's goes on: a lead ends it.
 */
export async function endSession(call: Call, caller: Caller): Promise<boolean> {
  if (caller.kind !== 'person') return true;
  const { env, now } = call;
  const all = caller.more ? await allSites(call, caller) : idsOf(caller);
  const session = { hash: caller.session, person: caller.person.id };
  const inDirectory = revokeSession(env.DB, session, now).then(
    () => true,
    (error) => {
      log('error', 'session not revoked in the directory', describeError(error));
      return false;
    },
  );
  const onHubs = endOnHubs(call, all ?? idsOf(caller), [caller.session]);
  const [isRevoked, isTold] = await Promise.all([inDirectory, onHubs]);
  return isRevoked && isTold && all !== null;
}

/** Null where the directory cannot say. */
async function allSites({ env, now }: Call, caller: Caller): Promise<string[] | null> {
  try {
    const sites = await sitesOf(env.DB, caller.session, now);
    return sites?.map(({ id }) => id) ?? idsOf(caller);
  } catch (error) {
    if (!(error instanceof D1Unavailable)) throw error;
    return null;
  }
}
