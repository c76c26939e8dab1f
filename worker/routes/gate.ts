import { roleNow } from '../directory/session.ts';
import type { Caller } from '../identity/caller.ts';
import { DEVICE_ROUTES, type RouteName, type RouteRow, TOKEN_ROUTES } from '../protocol/access.ts';
import { refuse } from '../protocol/errors.ts';
import { hasRole, type Role } from '../protocol/site.ts';
import type { Call } from './call.ts';
import { HANDLERS } from './handlers.ts';
import { noteUse } from './note-use.ts';
import { problem } from './problem.ts';

/**
 * Lets a call through to its handler, or refuses it, by the access table and by what the caller's session says: no
 * hub is addressed before. A site that is not the caller's and one that does not exist are answered alike (rule I1).
 */
export async function pass(name: RouteName, row: RouteRow, call: Call): Promise<Response> {
  const handler = HANDLERS[name];
  const { caller } = call;
  if (caller?.kind === 'token') {
    if (!TOKEN_ROUTES.includes(name)) return problem(refuse('forbidden', 'not for tokens'));
    noteUse(call, caller);
  }
  if (handler.gate === 'public') return handler.run(call);
  if (!caller) return problem(refuse('unauthenticated'));
  const isDevice = caller.kind === 'device' || caller.kind === 'wall';
  if (isDevice && !DEVICE_ROUTES.includes(name)) return problem(refuse('forbidden', 'not for devices'));
  if (handler.gate === 'session') return handler.run({ ...call, caller });

  const site = call.params.site ?? '';
  const standing = await standingOn(site, caller, call, row);
  if (!standing) return problem(refuse('unauthenticated'));
  const { role } = standing;
  if (role === null) return problem(refuse('not-found'));
  if (row.gate === 'public' || row.gate === 'session' || !hasRole(role, row.gate)) {
    return problem(refuse('forbidden'));
  }
  return handler.run({ ...call, caller, site, role });
}

/** The caller's role on a site; null where the session has ended. */
async function standingOn(
  site: string,
  caller: Caller,
  { env, now }: Call,
  { gate, fresh }: RouteRow,
): Promise<{ role: Role | null } | null> {
  const seat = caller.sites.find(({ id }) => id === site);
  // Where it says too little it may have grown since: who has just been made a lead is let in as one.
  const says = seat && gate !== 'public' && gate !== 'session' && hasRole(seat.role, gate);
  if (says && !fresh) return { role: seat.role };
  if (!seat && !caller.more) return { role: null };
  return roleNow(env.DB, caller.session, site, now);
}
