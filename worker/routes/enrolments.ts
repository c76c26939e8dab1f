import { countAttempt, enrolmentTallies } from '../directory/attempts.ts';
import { beginEnrolment, claimEnrolment as claim } from '../directory/enrolments.ts';
import { type Caller, cookieOf } from '../identity/caller.ts';
import type { Hint } from '../identity/hint.ts';
import { hashSecret } from '../identity/secret.ts';
import { originOf } from '../identity/session-origin.ts';
import type { Claimed, Enrolment } from '../protocol/api.ts';
import { claimBody } from '../protocol/bodies.ts';
import { refuse } from '../protocol/errors.ts';
import { readJson } from './body.ts';
import type { Call } from './call.ts';
import { problem } from './problem.ts';
import { addressOf, meOf } from './session.ts';

/** What a device that finds no room waits for before it asks again. */
const FULL_WAIT_S = 60;

/** `POST /api/enrolments`: the digits that a new device shows, and its secret. It opens nothing until a lead says yes. */
export async function askEnrolment({ request, env, now }: Call): Promise<Response> {
  const tallies = enrolmentTallies(addressOf(request), env.SESSION_KEY);
  const attempt = await countAttempt(env.ATTEMPTS, tallies);
  if (!attempt.ok) return wait(attempt.seconds);
  const answer: Enrolment | null = await beginEnrolment(env.DB, originOf(request, 'enrolment'), now);
  return answer ? Response.json(answer, { status: 201 }) : wait(FULL_WAIT_S);
}

/**
 * `POST /api/enrolments/claim`: whether a lead has said yes; with the yes, the device's cookie. Who is signed in stays so.
 */
export async function claimEnrolment({ request, env, now, caller }: Call): Promise<Response> {
  const body = await readJson(request, claimBody);
  if (!body.ok) return problem(body);
  const { secret } = body.value;
  const hint = await claim(env.DB, secret, now);
  if (hint === null) return problem(refuse('not-found'));
  if (hint === 'pending') {
    const answer: Claimed = { pending: true };
    return Response.json(answer);
  }
  const device = { ...hint, secret, session: hashSecret(secret) };
  const answer: Claimed = meOf(whoIsHere(caller, hint), { device });
  const headers = { 'Set-Cookie': cookieOf(hint, secret, env.SESSION_KEY, now) };
  return Response.json(answer, { headers });
}

/** A person, where one is signed in; else the device itself. */
function whoIsHere(caller: Caller | null, device: Hint): Hint {
  return caller?.kind === 'person' ? caller : device;
}

function wait(seconds: number): Response {
  return problem(refuse('too-many-requests'), {}, { 'Retry-After': String(seconds) });
}
