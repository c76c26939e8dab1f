import { invite, lookAt, withdraw } from '../directory/invitations.ts';
import { type Joining, joinAs } from '../directory/join.ts';
import { joinByEmail } from '../directory/join-by-email.ts';
import { joinByPin } from '../directory/join-by-pin.ts';
import { cookieOf } from '../identity/caller.ts';
import { hashSecret } from '../identity/secret.ts';
import { originOf } from '../identity/session-origin.ts';
import type { Joined } from '../protocol/api.ts';
import { type AcceptBody, acceptBody, invitationBody, lookBody } from '../protocol/bodies.ts';
import { type Refusal, refuse } from '../protocol/errors.ts';
import { readJson } from './body.ts';
import type { Call, SiteCall } from './call.ts';
import { endOnHubs } from './hub-sessions.ts';
import { problem } from './problem.ts';
import { endSession, meOf } from './session.ts';
import { tellHub } from './tell-hub.ts';

/** `POST …/invitations` */
export async function makeInvitation({ request, env, site, caller, now }: SiteCall): Promise<Response> {
  const body = await readJson(request, invitationBody);
  if (!body.ok) return problem(body);
  const made = await invite(env.DB, { site, actor: caller.person.id }, body.value, now, Math.random);
  return made.ok ? Response.json(made.value, { status: 201 }) : problem(made);
}

/** `DELETE …/invitations/:invitation` */
export async function withdrawInvitation({ env, site, caller, params, now }: SiteCall): Promise<Response> {
  const id = params.invitation ?? '';
  const gone = await withdraw(env.DB, { site, actor: caller.person.id, id }, now);
  return gone.ok ? new Response(null, { status: 204 }) : problem(gone);
}

/** `POST /api/invitations/look` */
export async function lookAtInvitation({ request, env, now }: Call): Promise<Response> {
  const body = await readJson(request, lookBody);
  if (!body.ok) return problem(body);
  const invitation = await lookAt(env.DB, body.value.token, now);
  return invitation ? Response.json(invitation) : problem(refuse('not-found'));
}

/** `POST /api/invitations/accept`: always a new session, as with a sign-in; one that the browser had before ends. */
export async function acceptInvitation(call: Call): Promise<Response> {
  const { request, env, now, caller, defer } = call;
  const body = await readJson(request, acceptBody);
  if (!body.ok) return problem(body);
  const joined = await join(call, body.value);
  if (!joined.ok) {
    const { seconds } = joined;
    return problem(joined, {}, seconds === undefined ? {} : { 'Retry-After': String(seconds) });
  }
  const { site, hint, secret, ended, grant, device } = joined;
  if (caller) defer(endSession(call, caller));
  const ids = hint.sites.map(({ id }) => id);
  defer(endOnHubs(call, ids, ended));
  // Who was here before is no stranger to it any more. It finds that out by itself, only later.
  defer(tellHub(call, site, hint.person.id));
  const headers = new Headers({ 'Set-Cookie': cookieOf(hint, secret, env.SESSION_KEY, now) });
  if (device) headers.append('Set-Cookie', cookieOf(device.hint, device.secret, env.SESSION_KEY, now));
  const at = device
    ? { device: { ...device.hint, secret: device.secret, session: hashSecret(device.secret) } }
    : caller;
  const answer: Joined = { site: { id: site }, ...meOf(hint, at), ...(grant !== undefined && { grant }) };
  return Response.json(answer, { status: 201, headers });
}

async function join(
  { request, env, now, caller }: Call,
  body: AcceptBody,
): Promise<Joining | (Refusal & { seconds?: number })> {
  const { token, name, email, password, pin } = body;
  const origin = originOf(request, 'invitation');
  if (pin !== undefined) {
    if (email !== undefined) return refuse('invalid', 'either a PIN or an email', 'email');
    if (password !== undefined) return refuse('invalid', 'either a PIN or a password', 'password');
    if (name === undefined) return refuse('invalid', 'missing', 'name');
    const newcomer = { name, pin, at: caller?.device?.session ?? null };
    return joinByPin(env.DB, token, newcomer, origin, env.SESSION_KEY, now, Math.random);
  }
  if (name === undefined && email === undefined && password === undefined) {
    return caller?.kind === 'person'
      ? joinAs(env.DB, token, caller.session, origin, now)
      : refuse('unauthenticated');
  }
  if (name === undefined) return refuse('invalid', 'missing', 'name');
  if (email === undefined) return refuse('invalid', 'missing', 'email');
  if (password === undefined) return refuse('invalid', 'missing', 'password');
  const parts = { db: env.DB, attempts: env.ATTEMPTS, key: env.SESSION_KEY };
  return joinByEmail(parts, token, { name, email, password }, origin, now, Math.random);
}
