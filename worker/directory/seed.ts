import { newPersonId } from '../identity/ids.ts';
import { hashPassword } from '../identity/password.ts';
import type { Role } from '../protocol/site.ts';

export interface NewMember {
  name: string;
  email: string;
  password: string;
  site: string;
  role: Role;
}

/** A statement and its values, for whatever runs SQL. */
export interface Seed {
  sql: string;
  values: (string | number)[];
}

/**
 * What makes a person a member of a site, for whoever has the database itself: nothing on the network leads here.
 * Run the statements in one batch. `random` is in [0, 1).
 */
export async function seedMember(member: NewMember, now: number, random: () => number): Promise<Seed[]> {
  const id = newPersonId(random);
  const { name, email, password, site, role } = member;
  return [
    {
      sql: 'INSERT INTO people (id, name, email, password, created_at) VALUES (?, ?, ?, ?, ?)',
      values: [id, name, email.trim().toLowerCase(), await hashPassword(password), now],
    },
    {
      sql: 'INSERT INTO memberships (person, site, role, created_at) VALUES (?, ?, ?, ?)',
      values: [id, site, role, now],
    },
  ];
}
