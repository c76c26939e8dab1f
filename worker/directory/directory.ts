import type { Directory, Membership } from '../ports.ts';
import type { Role } from '../protocol/site.ts';
import { ask } from './d1.ts';
import { LIVE_SESSION, oldestUse } from './session.ts';
import { SITE_COLUMNS, type SiteRow, siteOf } from './site-row.ts';

interface MemberRow {
  person: string;
  name: string;
  role: Role;
  expires_at: number;
}

/** The directory as a hub asks it: once for each session it has not met. Errors: `D1Unavailable`. */
export function d1Directory(db: D1Database, now: () => number = Date.now): Directory {
  return {
    async site(site) {
      const query = db.prepare(`SELECT ${SITE_COLUMNS} FROM sites WHERE id = ?`).bind(site);
      const row = await ask(query.first<SiteRow>());
      return row && siteOf(row);
    },

    async member(session, site): Promise<Membership | null> {
      const at = now();
      const query = db
        .prepare(
          `SELECT people.id AS person, people.name, memberships.role, sessions.expires_at
             FROM ${LIVE_SESSION}
             JOIN memberships ON memberships.person = people.id AND memberships.site = ?4
            WHERE sessions.hash = ?1`,
        )
        .bind(session, at, oldestUse(at), site);
      const row = await ask(query.first<MemberRow>());
      return row && { person: row.person, name: row.name, role: row.role, expiresAt: row.expires_at };
    },

    async members(site, people) {
      const query = db
        .prepare(
          `SELECT people.id FROM memberships JOIN people ON people.id = memberships.person
            WHERE memberships.site = ?1 AND people.deactivated_at IS NULL
              AND people.id IN (SELECT value FROM json_each(?2))`,
        )
        .bind(site, JSON.stringify(people));
      const { results } = await ask(query.all<{ id: string }>());
      return results.map(({ id }) => id);
    },
  };
}
