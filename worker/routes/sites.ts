import { ask, D1Unavailable } from '../directory/d1.ts';
import { addSite } from '../directory/new-site.ts';
import { overviewOf } from '../directory/overview.ts';
import { putSettings } from '../directory/settings.ts';
import { type SiteSeat, sitesOf } from '../directory/sites.ts';
import { type Caller, cookieOf } from '../identity/caller.ts';
import { describeError, log } from '../log.ts';
import type { Sites } from '../protocol/api.ts';
import { newSiteBody, siteChangeBody } from '../protocol/bodies.ts';
import { refuse } from '../protocol/errors.ts';
import { readJson } from './body.ts';
import type { SessionCall, SiteCall } from './call.ts';
import { problem } from './problem.ts';

/**
 * `GET /api/sites`. The session's hint may be of before one of them was made or named: it goes by this list from now on,
 * so that whatever is in it can be opened.
 */
export async function listSites({ env, now, caller }: SessionCall): Promise<Response> {
  const sites = await sitesOf(env.DB, caller.session, now);
  if (!sites) return problem(refuse('unauthenticated'));
  const answer: Sites = { sites };
  const seats = seatsOf(sites);
  const isNews = !caller.more && JSON.stringify(seats) !== JSON.stringify(caller.sites);
  // A token is no cookie.
  const headers = isNews && caller.kind !== 'token' ? cookieWith(caller, seats, env.SESSION_KEY, now) : {};
  return Response.json(answer, { headers });
}

/** `GET /api/sites/:site` */
export async function showSite({ env, now, caller, site }: SiteCall): Promise<Response> {
  const sites = await sitesOf(env.DB, caller.session, now);
  if (!sites) return problem(refuse('unauthenticated'));
  const found = sites.find(({ id }) => id === site);
  return found ? Response.json(found) : problem(refuse('not-found'));
}

/** `POST /api/sites`: its maker is its administrator, and their session knows it at once. */
export async function makeSite({ request, env, now, caller }: SessionCall): Promise<Response> {
  const body = await readJson(request, newSiteBody);
  if (!body.ok) return problem(body);
  const maker = { hash: caller.session, person: caller.person.id };
  const made = await addSite(env.DB, maker, body.value, now, Math.random);
  if (!made.ok) return problem(made);
  const { site, hint } = made.value;
  const headers = { 'Set-Cookie': cookieOf(hint, caller.secret, env.SESSION_KEY, now) };
  return Response.json({ ...site, role: 'admin' } satisfies SiteSeat, { status: 201, headers });
}

/**
 * `PATCH /api/sites/:site`: the hub judges it and tells the boards; the directory follows. Where it cannot be reached now,
 * the hub's next checkpoint brings it there.
 */
export async function changeSite({
  request,
  env,
  now,
  caller,
  site,
  role,
  hub,
}: SiteCall): Promise<Response> {
  const body = await readJson(request, siteChangeBody);
  if (!body.ok) return problem(body);
  const changed = await hub(site).write((it) => it.configure(caller.session, body.value));
  if (!changed.ok) return problem(changed);
  try {
    await ask(env.DB.batch(putSettings(env.DB, changed.value)));
  } catch (error) {
    if (!(error instanceof D1Unavailable)) throw error;
    log('warn', 'settings wait for the checkpoint', { site, ...describeError(error) });
  }
  const settled = changed.value.site;
  const seats = caller.sites.map((seat) => (seat.id === site ? { ...seat, name: settled.name } : seat));
  return Response.json({ ...settled, role } satisfies SiteSeat, {
    headers: cookieWith(caller, seats, env.SESSION_KEY, now),
  });
}

/** `GET /api/overview` */
export async function showOverview({ env, now, caller }: SessionCall): Promise<Response> {
  const overview = await overviewOf(env.DB, caller.session, now);
  return overview ? Response.json(overview) : problem(refuse('unauthenticated'));
}

function seatsOf(sites: readonly SiteSeat[]): Caller['sites'] {
  return sites.map(({ id, name, role }) => ({ id, name, role }));
}

/** The caller's cookie with these sites in its hint, as old as it was. */
function cookieWith(
  caller: Caller,
  sites: Caller['sites'],
  key: string,
  now: number,
): { 'Set-Cookie': string } {
  return { 'Set-Cookie': cookieOf({ ...caller, sites }, caller.secret, key, now) };
}
