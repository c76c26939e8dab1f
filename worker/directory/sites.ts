import type { Role, Site } from '../protocol/site.ts';
import { ask } from './d1.ts';
import { LIVE_SESSION, oldestUse } from './session.ts';
import { SITE_COLUMNS, type SiteRow, siteOf } from './site-row.ts';

export type SiteSeat = Site & { role: Role };

/** The sites a session's person belongs to, by name; null where the session counts no more. Errors: `D1Unavailable`. */
export async function sitesOf(db: D1Database, session: string, now: number): Promise<SiteSeat[] | null> {
  const query = db
    .prepare(
      `SELECT ${SITE_COLUMNS}, memberships.role FROM ${LIVE_SESSION}
         LEFT JOIN memberships ON memberships.person = people.id
         LEFT JOIN sites ON sites.id = memberships.site
        WHERE sessions.hash = ?1 ORDER BY sites.name, sites.id`,
    )
    .bind(session, now, oldestUse(now));
  const { results } = await ask(query.all<(SiteRow & { role: Role }) | { id: null }>());
  if (results.length === 0) return null;
  // One row without a site: a person who belongs to none.
  return results.flatMap((row) => (row.id === null ? [] : [{ ...siteOf(row), role: row.role }]));
}
