import type { Hint } from '../identity/hint.ts';
import { slugBeside, slugOf } from '../identity/ids.ts';
import { SETTINGS_ACCESS } from '../protocol/access.ts';
import type { NewSiteBody } from '../protocol/bodies.ts';
import { type Refusal, refuse } from '../protocol/errors.ts';
import { SITES_MAX } from '../protocol/limits.ts';
import { DEFAULT_LOCATIONS, type Site } from '../protocol/site.ts';
import { ask, rowsOf } from './d1.ts';
import { recordEvent } from './events.ts';
import { hintOf, LIVE_SESSION, oldestUse, type PersonRow, SEATS, type SeatRow } from './session.ts';

/** Who asks, by their session. */
export interface Maker {
  hash: string;
  person: string;
}

/** The site, and what the session of its maker says from now on. */
export interface NewSite {
  site: Site;
  hint: Hint;
}

/** The random part of an id has been drawn before: that does not happen twice. */
const TRIES = 2;

/**
 * Makes a site, whose maker is its administrator. That they are one of some site, and that there is room, is asked in the
 * batch that makes it. `random` is in [0, 1).
 * Errors: `unauthenticated`, `forbidden`, `sites-full`; throws `D1Unavailable`.
 */
export async function addSite(
  db: D1Database,
  maker: Maker,
  wanted: NewSiteBody,
  now: number,
  random: () => number,
): Promise<{ ok: true; value: NewSite } | Refusal> {
  const { name, timeZone, locations = [...DEFAULT_LOCATIONS], shifts = [] } = wanted;
  for (let left = TRIES; left > 0; left--) {
    // Always beside: the plain id would tell whether another site has such a name (rule I1).
    const id = slugBeside(slugOf(name), random);
    const site: Site = { id, name, timeZone, locations, ...(shifts.length > 0 && { shifts }) };
    const added = await tryToAdd(db, maker, site, now);
    if (added) return added;
  }
  return refuse('unavailable');
}

const IS_ADMIN = `EXISTS (SELECT 1 FROM ${LIVE_SESSION}
  JOIN memberships ON memberships.person = people.id AND memberships.role = '${SETTINGS_ACCESS}'
  WHERE sessions.hash = ?1)`;

/** True between the site and its first member: with the time, of this very batch. */
const IS_NEW = `EXISTS (SELECT 1 FROM sites WHERE id = ?2 AND created_at = ?3)
  AND NOT EXISTS (SELECT 1 FROM memberships WHERE site = ?2)`;

/** Null where the id is taken. */
async function tryToAdd(
  db: D1Database,
  { hash, person }: Maker,
  site: Site,
  now: number,
): Promise<{ ok: true; value: NewSite } | Refusal | null> {
  const { id, name, timeZone, locations, shifts = [] } = site;
  const results = await ask(
    db.batch([
      db
        .prepare(
          `INSERT INTO sites (id, name, time_zone, locations, shifts, created_at)
           SELECT ?4, ?5, ?6, ?7, ?9, ?2 WHERE ${IS_ADMIN} AND (SELECT count(*) FROM sites) < ?8
           ON CONFLICT DO NOTHING`,
        )
        .bind(
          ...[hash, now, oldestUse(now), id, name, timeZone, JSON.stringify(locations), SITES_MAX],
          JSON.stringify(shifts),
        ),
      ...recordEvent(
        db,
        { at: now, type: 'site-made', site: id, actor: person, subject: id, details: { name } },
        { sql: IS_NEW.replaceAll('?2', '?7').replaceAll('?3', '?8'), values: [id, now] },
      ),
      db
        .prepare(
          `INSERT INTO memberships (person, site, role, created_at)
           SELECT ?1, ?2, '${SETTINGS_ACCESS}', ?3 WHERE ${IS_NEW} RETURNING site`,
        )
        .bind(person, id, now),
      db
        .prepare(
          `SELECT people.id, people.name, people.email, sessions.expires_at,
                  (SELECT count(*) FROM sites) AS sites FROM ${LIVE_SESSION} WHERE hash = ?1`,
        )
        .bind(hash, now, oldestUse(now)),
      db.prepare(SEATS).bind(person),
    ]),
  );
  const [made, who, seated] = results.slice(-3);
  const [row] = rowsOf<PersonRow & { expires_at: number; sites: number }>(who);
  const seats = rowsOf<SeatRow>(seated);
  if (!row) return refuse('unauthenticated');
  if (rowsOf(made).length > 0)
    return { ok: true, value: { site, hint: hintOf(row, seats, now, row.expires_at) } };
  if (!seats.some(({ role }) => role === SETTINGS_ACCESS)) return refuse('forbidden');
  return row.sites >= SITES_MAX ? refuse('sites-full') : null;
}
