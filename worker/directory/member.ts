import type { Role } from '../protocol/site.ts';
import { ask } from './d1.ts';

/** A person of a site, for whoever looks after its people. */
export interface SitePerson {
  id: string;
  name: string;
  email: string | null;
  role: Role;
}

/** Null for whoever is not one of its people: a stranger, somebody of another site, who has left, a script. */
export async function personOf(db: D1Database, site: string, person: string): Promise<SitePerson | null> {
  const query = db
    .prepare(
      `SELECT people.id, people.name, people.email, memberships.role FROM memberships
         JOIN people ON people.id = memberships.person AND people.kind = 'person' AND people.deactivated_at IS NULL
        WHERE memberships.site = ?1 AND memberships.person = ?2`,
    )
    .bind(site, person);
  return ask(query.first<SitePerson>());
}
