import { personOf } from '../directory/member.ts';
import { makePin, mayMakePin, unlockPin } from '../directory/pin-by-lead.ts';
import { pinSessionsOf } from '../directory/pin-change.ts';
import type { PinMade } from '../protocol/api.ts';
import { refuse } from '../protocol/errors.ts';
import type { SiteCall } from './call.ts';
import { tellOf, without } from './pin.ts';
import { problem } from './problem.ts';

/** `POST …/people/:person/pin`: for somebody who has none, or has forgotten it. */
export async function giveTemporaryPin(call: SiteCall): Promise<Response> {
  const { env, site, params, caller, now, defer } = call;
  const person = await personOf(env.DB, site, params.person ?? '');
  if (!person) return problem(refuse('not-found'));
  const act = { site, person: person.id, by: caller.person.id };
  if (!(await mayMakePin(env.DB, act))) return problem(refuse('forbidden'));
  // The hubs first, as where somebody changes their own.
  const told = await pinSessionsOf(env.DB, person.id, now);
  if (!(await tellOf(call, person.id, told))) return problem(refuse('unavailable'));
  const made = await makePin(env.DB, act, env.SESSION_KEY, now);
  if (!made.ok) return problem(made);
  const { ended, ...answer } = made.value;
  defer(tellOf(call, person.id, without(ended, told)));
  return Response.json(answer satisfies PinMade, { status: 201 });
}

/** `DELETE …/people/:person/pin/lock` */
export async function unlock({ env, site, params, caller, now }: SiteCall): Promise<Response> {
  const act = { site, person: params.person ?? '', by: caller.person.id };
  const unlocked = await unlockPin(env.DB, act, now);
  return unlocked.ok ? new Response(null, { status: 204 }) : problem(unlocked);
}
