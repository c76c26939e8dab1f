import { countAttempt, subjectTally } from '../directory/attempts.ts';
import { siteIdsOf } from '../directory/devices.ts';
import { changeOwnPin, type PresentPin, presentPin } from '../directory/own-pin.ts';
import { type Owner, ownerOf } from '../directory/password.ts';
import { countPin } from '../directory/pin-attempts.ts';
import { pinSessionsOf, storedPin } from '../directory/pin-change.ts';
import { type AtDevice, peopleOn } from '../directory/pin-holders.ts';
import { type PinPlace, type PinSignIn, signInByGrant, signInByPin } from '../directory/pin-sign-in.ts';
import { type Caller, cookieOf } from '../identity/caller.ts';
import { NO_COOKIE } from '../identity/cookie.ts';
import { verifyPassword } from '../identity/password.ts';
import { verifyPin } from '../identity/pin.ts';
import { originOf } from '../identity/session-origin.ts';
import type { DevicePeople, PinChanged, PinSignedIn } from '../protocol/api.ts';
import { type PinChangeBody, pinBody, pinChangeBody, pinOfflineBody } from '../protocol/bodies.ts';
import { type Refusal, refuse } from '../protocol/errors.ts';
import { readJson } from './body.ts';
import type { Call, SessionCall } from './call.ts';
import { endOnHubs } from './hub-sessions.ts';
import { problem } from './problem.ts';
import { endSession, meOf } from './session.ts';

/** `GET /api/device/people` */
export async function listDevicePeople({ env, now, caller }: SessionCall): Promise<Response> {
  const at = atDevice(caller);
  const people = at && (await peopleOn(env.DB, at, now));
  if (!people) return noDevice({ env, now, caller });
  const answer: DevicePeople = { people };
  return Response.json(answer);
}

/** Whoever is signed in on no device; or was, and is nobody any more. */
async function noDevice({
  env,
  now,
  caller,
}: Pick<SessionCall, 'env' | 'now' | 'caller'>): Promise<Response> {
  const isOver = caller.kind === 'person' && (await ownerOf(env.DB, caller.session, now)) === null;
  return isOver
    ? problem(refuse('unauthenticated'), {}, { 'Set-Cookie': NO_COOKIE })
    : problem(refuse('not-enrolled'));
}

/** `POST /api/auth/pin`: always a new session; one that the browser had before ends. */
export async function pinSignIn(call: Call): Promise<Response> {
  const body = await readJson(call.request, pinBody);
  if (!body.ok) return problem(body);
  const place = placeOf(call);
  if (!place) return problem(refuse('not-enrolled'));
  if (body.value.newPin === body.value.pin) return problem(refuse('invalid', 'the same PIN', 'newPin'));
  const { env, defer, now } = call;
  const tell = (person: string, sessions: readonly string[]) => tellOf(call, person, sessions);
  const parts = { db: env.DB, attempts: env.ATTEMPTS, key: env.SESSION_KEY, defer, tell };
  return answerOf(call, await signInByPin(parts, place, body.value, now));
}

/** `POST /api/auth/pin/offline`: somebody whose PIN the device has looked at, while the hub was out of reach. */
export async function pinSignInLater(call: Call): Promise<Response> {
  const body = await readJson(call.request, pinOfflineBody);
  if (!body.ok) return problem(body);
  const place = placeOf(call);
  if (!place) return problem(refuse('not-enrolled'));
  return answerOf(call, await signInByGrant(call.env.DB, place, body.value, call.now));
}

function answerOf(call: Call, signedIn: PinSignIn): Response {
  const { env, now, caller, defer } = call;
  if (!signedIn.ok) {
    const { seconds } = signedIn;
    return problem(signedIn, {}, seconds === undefined ? {} : { 'Retry-After': String(seconds) });
  }
  const { hint, secret, grant, ended } = signedIn;
  if (caller) defer(endSession(call, caller));
  defer(
    endOnHubs(
      call,
      hint.sites.map(({ id }) => id),
      ended,
    ),
  );
  const answer: PinSignedIn = { ...meOf(hint, caller), grant };
  return Response.json(answer, {
    headers: { 'Set-Cookie': cookieOf(hint, secret, env.SESSION_KEY, now) },
  });
}

/** `POST /api/auth/pin/change`: one's own, the first one too. Whoever does it says the PIN they have, or their password. */
export async function changePin(call: SessionCall): Promise<Response> {
  const { request, env, now, caller, defer } = call;
  const body = await readJson(request, pinChangeBody);
  if (!body.ok) return problem(body);
  const { pin, current, password } = body.value;
  if ((current === undefined) === (password === undefined)) {
    return problem(refuse('invalid', 'either the present PIN or the password', 'current'));
  }
  if (pin === current) return problem(refuse('invalid', 'the same PIN', 'pin'));
  const owner = await ownerOf(env.DB, caller.session, now);
  if (!owner) return problem(refuse('unauthenticated'), {}, { 'Set-Cookie': NO_COOKIE });
  const { id } = owner;
  const present = await presentPin(env.DB, id);
  const doubt = await doubtOf(call, owner, present, body.value);
  if (doubt) return doubt;

  // The hubs first, as with a password.
  const told = (await pinSessionsOf(env.DB, id, now)).filter((hash) => hash !== caller.session);
  if (!(await tellOf(call, id, told))) return problem(refuse('unavailable'));
  const stored = await storedPin(pin, id, env.SESSION_KEY, { now });
  const own = { person: id, session: caller.session, present, at: atDevice(caller) };
  const done = await changeOwnPin(env.DB, own, stored, now);
  if (!done) return problem(refuse('wrong-pin', undefined, 'current'));
  const { ended, ...answer } = done;
  defer(tellOf(call, id, without(ended, told)));
  return Response.json(answer satisfies PinChanged);
}

/** The refusal of whoever does not prove that it is theirs; null where they do. */
async function doubtOf(
  { env, caller }: SessionCall,
  { id, password: stored }: Owner,
  present: PresentPin,
  { current, password = '' }: PinChangeBody,
): Promise<Response | null> {
  if (current === undefined) {
    const attempt = await countAttempt(env.ATTEMPTS, [subjectTally('person', id, env.SESSION_KEY)]);
    if (!attempt.ok) return waiting(refuse('too-many-requests'), attempt.seconds);
    if (!(await verifyPassword(password, stored))) {
      return problem(refuse('wrong-credentials', undefined, 'password'));
    }
    await attempt.right();
    return null;
  }
  const wrong = problem(refuse('wrong-pin', undefined, 'current'));
  if (!present) return wrong;
  const device = atDevice(caller)?.device ?? 'none';
  const { round, hash: pin } = present;
  const attempt = await countPin(env.ATTEMPTS, { device, person: id, round, pin }, env.SESSION_KEY);
  if (!attempt.ok) return waiting(refuse(attempt.code), 'seconds' in attempt ? attempt.seconds : undefined);
  if (!(await verifyPin(current, id, present.hash, env.SESSION_KEY))) return wrong;
  await attempt.right();
  return null;
}

function waiting(refusal: Refusal, seconds: number | undefined): Response {
  return problem(refusal, {}, seconds === undefined ? {} : { 'Retry-After': String(seconds) });
}

/** Tells the hubs of a person that sessions of theirs have ended; false where one cannot be told. */
export async function tellOf(call: Call, person: string, sessions: readonly string[]): Promise<boolean> {
  return sessions.length === 0 || endOnHubs(call, await siteIdsOf(call.env.DB, person), sessions);
}

/** What ended and has not been told: it began in between. */
export function without(ended: readonly string[], told: readonly string[]): string[] {
  return ended.filter((hash) => !told.includes(hash));
}

function atDevice(caller: Caller | null): AtDevice | null {
  const device = caller?.device;
  return device ? { session: device.session, device: device.person.id } : null;
}

function placeOf({ caller, request }: Call): PinPlace | null {
  const at = atDevice(caller);
  const deviceName = caller?.device?.person.name ?? '';
  return at && { ...at, deviceName, origin: originOf(request, 'pin') };
}
