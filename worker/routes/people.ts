import { leftBehind } from '../directory/left-behind.ts';
import { peopleOf, reseat, roleOf } from '../directory/people.ts';
import { describeError, log } from '../log.ts';
import { roleBody } from '../protocol/bodies.ts';
import { refuse } from '../protocol/errors.ts';
import type { Role } from '../protocol/site.ts';
import { readJson } from './body.ts';
import type { SiteCall } from './call.ts';
import { endOnHubs } from './hub-sessions.ts';
import { problem } from './problem.ts';

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
  if (role !== null) return tellHub(call, person);
  const ending = leftBehind(call.env.DB, call.site, person).then(({ sites, sessions }) =>
    endOnHubs(call, sites, sessions),
  );
  const told = await Promise.all([tellHub(call, person), ending]);
  return told.every((isTold) => isTold);
}

/** How often a hub is told of somebody whose role changes meanwhile. */
const TELLINGS_MAX = 5;

/**
 * Tells the hub what the directory says of a person, until that was true when it had been told: of two changes at once
 * the later in the directory is the one that stays with the hub. True where it has heard.
 */
async function tellHub({ env, site, hub }: SiteCall, person: string): Promise<boolean> {
  let role = await roleOf(env.DB, site, person);
  for (let telling = 0; telling < TELLINGS_MAX; telling++) {
    try {
      await hub(site).seat(person, role);
    } catch (error) {
      log('error', 'hub not told of a role', { site, ...describeError(error) });
      return false;
    }
    const now = await roleOf(env.DB, site, person);
    if (now === role) return true;
    role = now;
  }
  return false;
}
