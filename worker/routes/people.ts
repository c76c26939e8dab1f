import { leftBehind } from '../directory/left-behind.ts';
import { peopleOf, reseat } from '../directory/people.ts';
import { roleBody } from '../protocol/bodies.ts';
import { refuse } from '../protocol/errors.ts';
import type { Role } from '../protocol/site.ts';
import { readJson } from './body.ts';
import type { SiteCall } from './call.ts';
import { endOnHubs } from './hub-sessions.ts';
import { problem } from './problem.ts';
import { tellHub } from './tell-hub.ts';

/** `GET …/people` */
export async function listPeople({ env, site, now }: SiteCall): Promise<Response> {
  return Response.json(await peopleOf(env.DB, site, now));
}

/** `PATCH …/people/:person` */
export async function setRole(call: SiteCall): Promise<Response> {
  const body = await readJson(call.request, roleBody);
  return body.ok ? seatAnew(call, body.value.role) : problem(body);
}

/** `DELETE …/people/:person` */
export async function removePerson(call: SiteCall): Promise<Response> {
  return seatAnew(call, null);
}

/**
 * The directory first: from then on nobody is let in as before. Then the hub, which closes their sockets (rule I3). Where
 * it cannot be told the answer says so, and the same request again does the rest.
 */
async function seatAnew(call: SiteCall, role: Role | null): Promise<Response> {
  const { env, site, caller, params, now } = call;
  const person = params.person ?? '';
  const done = await reseat(env.DB, { site, actor: caller.person.id, person, role }, now);
  if (!done.ok) return problem(done);
  const telling = tellHubs(call, person, role);
  // Also where nobody waits for the answer any more.
  call.defer(telling);
  return (await telling) ? new Response(null, { status: 204 }) : problem(refuse('unavailable'));
}

/** Whoever has left is signed in by PIN on no device of the site any more, and a phone of their own is none of it. */
async function tellHubs(call: SiteCall, person: string, role: Role | null): Promise<boolean> {
  if (role !== null) return tellHub(call, call.site, person);
  const ending = leftBehind(call.env.DB, call.site, person).then(({ sites, sessions }) =>
    endOnHubs(call, sites, sessions),
  );
  const told = await Promise.all([tellHub(call, call.site, person), ending]);
  return told.every((isTold) => isTold);
}
