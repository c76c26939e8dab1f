import { OVERVIEW_ACCESS } from '../protocol/access.ts';
import type { Overview, SiteOverview } from '../protocol/api.ts';
import { OVERVIEW_SITES_MAX } from '../protocol/limits.ts';
import { hasRole, ROLES, type Role } from '../protocol/site.ts';
import { ask, rowsOf } from './d1.ts';
import { LIVE_SESSION, oldestUse } from './session.ts';

interface Row {
  id: string;
  name: string;
  time_zone: string;
  role: Role;
  version: number | null;
  at: number | null;
  expected: number;
  late: number;
  arrived: number;
  empty: number;
}

const LEADING = ROLES.filter((role) => hasRole(role, OVERVIEW_ACCESS));

/** The sites that the person of session ?1 leads. */
const LED = `${LIVE_SESSION}
  JOIN memberships ON memberships.person = people.id
   AND memberships.role IN (${LEADING.map((role) => `'${role}'`).join(', ')})
  JOIN sites ON sites.id = memberships.site
 WHERE sessions.hash = ?1`;

/** Cars and mark in one statement: the numbers are those of the version beside them (rule A2). */
const COUNTS = `
  WITH led AS (
    SELECT sites.id, sites.name, sites.time_zone, memberships.role
      FROM ${LED} ORDER BY sites.name, sites.id LIMIT ?4)
  SELECT led.id, led.name, led.time_zone, led.role, mark.version, mark.at,
         total(NOT cars.car ->> '$.arrived') AS expected,
         total(cars.car ->> '$.late') AS late,
         total(cars.car ->> '$.arrived' AND NOT cars.car ->> '$.empty') AS arrived,
         total(cars.car ->> '$.empty') AS empty
    FROM led
    LEFT JOIN archive_sites AS mark ON mark.site = led.id
    LEFT JOIN archive_cars AS cars ON cars.site = led.id AND cars.removed = 0
   GROUP BY led.id ORDER BY led.name, led.id`;

/**
 * How the cars stand on the sites that a session's person leads, as the archive has them; null where the session counts no
 * more. No hub is asked, so none is woken. Errors: `D1Unavailable`.
 */
export async function overviewOf(db: D1Database, session: string, now: number): Promise<Overview | null> {
  const used = oldestUse(now);
  const [alive, led, counts] = await ask(
    db.batch([
      db.prepare(`SELECT 1 FROM ${LIVE_SESSION} WHERE hash = ?1`).bind(session, now, used),
      db.prepare(`SELECT count(*) AS led FROM ${LED}`).bind(session, now, used),
      db.prepare(COUNTS).bind(session, now, used, OVERVIEW_SITES_MAX),
    ]),
  );
  if (rowsOf(alive).length === 0) return null;
  const sites = rowsOf<Row>(counts).map(
    ({ id, name, time_zone, role, version, at, expected, late, arrived, empty }): SiteOverview => ({
      id,
      name,
      timeZone: time_zone,
      role,
      counts: { expected, late, arrived, empty },
      version: version ?? 0,
      at,
    }),
  );
  const [all] = rowsOf<{ led: number }>(led);
  return { sites, more: (all?.led ?? 0) - sites.length };
}
