import { PEOPLE_ACCESS } from '../protocol/access.ts';
import type { People } from '../protocol/api.ts';
import { type Refusal, refuse } from '../protocol/errors.ts';
import { mayReseat } from '../protocol/seats.ts';
import { hasRole, type Role } from '../protocol/site.ts';
import { ask, rowsOf } from './d1.ts';
import { recordEvent } from './events.ts';
import { LIVE_INVITATION } from './invitations.ts';
import { endLeftBehind } from './left-behind.ts';

/** The people of a site, and what would make more of them. Errors: `D1Unavailable`. */
export async function peopleOf(db: D1Database, site: string, now: number): Promise<People> {
  const [people, invitations] = await ask(
    db.batch([
      db
        .prepare(
          `SELECT people.id, people.name, people.email, memberships.role, memberships.created_at AS since
             FROM memberships JOIN people ON people.id = memberships.person
            WHERE memberships.site = ? AND people.kind = 'person' AND people.deactivated_at IS NULL
            ORDER BY people.name, people.id`,
        )
        .bind(site),
      db
        .prepare(
          `SELECT invitations.id, invitations.role, invitations.name, invitations.created_by AS "by",
                  invitations.created_at AS createdAt, invitations.expires_at AS expiresAt
             FROM ${LIVE_INVITATION} WHERE invitations.site = ?
            ORDER BY invitations.created_at, invitations.id`,
        )
        .bind(now, site),
    ]),
  );
  return { people: rowsOf(people), invitations: rowsOf(invitations) };
}

/** The role of a person on a site now; null for none. Errors: `D1Unavailable`. */
export async function roleOf(db: D1Database, site: string, person: string): Promise<Role | null> {
  const query = db
    .prepare('SELECT role FROM memberships WHERE site = ? AND person = ?')
    .bind(site, person)
    .first<Role>('role');
  return ask(query);
}

export interface Reseating {
  site: string;
  /** Who asks for it. */
  actor: string;
  /** Whom it is about. */
  person: string;
  /** The role from now on; null: they belong to the site no more. */
  role: Role | null;
}

/** Roles as they were read, that a change is judged by. */
interface Seats {
  own: Role;
  theirs: Role;
}

/** How often it is judged anew where somebody was quicker. */
const JUDGEMENTS_MAX = 5;

/**
 * Gives a person another role on a site, or takes them off it. Judged by the roles as they are read, and written only
 * while they still are so: of two who would take each other's role at once, one does. Whoever is as asked for already
 * stays so, and it is no refusal. Errors: `D1Unavailable`.
 */
export async function reseat(
  db: D1Database,
  reseating: Reseating,
  now: number,
): Promise<{ ok: true } | Refusal> {
  const { site, actor, person, role } = reseating;
  if (actor === person && role !== null) return refuse('forbidden', 'nobody changes their own role');
  for (let judgement = 0; judgement < JUDGEMENTS_MAX; judgement++) {
    const { own, theirs, otherAdmins } = await readSeats(db, reseating);
    if (own === undefined || !hasRole(own, PEOPLE_ACCESS)) return refuse('forbidden');
    if (theirs === undefined) return role === null ? { ok: true } : refuse('not-found');
    if (!mayReseat(own, theirs, role)) return refuse('forbidden', 'a role above your own');
    if (theirs === role) return { ok: true };
    if (theirs === 'admin' && otherAdmins === 0) return refuse('last-admin');
    if (await write(db, reseating, { own, theirs }, now)) return { ok: true };
  }
  return refuse('unavailable', `the roles of ${site} change all the time`);
}

const OTHER_ADMINS = `memberships JOIN people ON people.id = memberships.person
  AND people.kind = 'person' AND people.deactivated_at IS NULL
  WHERE memberships.site = ? AND memberships.role = 'admin' AND memberships.person <> ?`;

/** Scripts and screens neither change anybody nor are changed here. */
async function readSeats(
  db: D1Database,
  { site, actor, person }: Reseating,
): Promise<Partial<Seats> & { otherAdmins: number }> {
  const [seats, admins] = await ask(
    db.batch([
      db
        .prepare(
          `SELECT memberships.person, memberships.role
             FROM memberships JOIN people ON people.id = memberships.person AND people.kind = 'person'
            WHERE memberships.site = ? AND memberships.person IN (?, ?)`,
        )
        .bind(site, actor, person),
      db.prepare(`SELECT count(*) AS count FROM ${OTHER_ADMINS}`).bind(site, person),
    ]),
  );
  const roles = new Map(
    rowsOf<{ person: string; role: Role }>(seats).map((seat) => [seat.person, seat.role]),
  );
  const [counted] = rowsOf<{ count: number }>(admins);
  const [own, theirs] = [roles.get(actor), roles.get(person)];
  return { ...(own && { own }), ...(theirs && { theirs }), otherAdmins: counted?.count ?? 0 };
}

/** True where both roles were as they had been read, and the site keeps an administrator. */
async function write(
  db: D1Database,
  { site, actor, person, role }: Reseating,
  { own, theirs }: Seats,
  now: number,
): Promise<boolean> {
  const seat = 'EXISTS (SELECT 1 FROM memberships WHERE site = ? AND person = ? AND role = ?)';
  const sql = `${seat} AND ${seat} AND (? <> 'admin' OR EXISTS (SELECT 1 FROM ${OTHER_ADMINS}))`;
  const values = [site, actor, own, site, person, theirs, theirs, site, person];
  const [type, details] =
    role === null
      ? (['removed', { role: theirs }] as const)
      : (['role-changed', { from: theirs, to: role }] as const);
  const change =
    role === null
      ? db
          .prepare(`DELETE FROM memberships WHERE site = ? AND person = ? AND ${sql} RETURNING person`)
          .bind(site, person, ...values)
      : db
          .prepare(
            `UPDATE memberships SET role = ? WHERE site = ? AND person = ? AND ${sql} RETURNING person`,
          )
          .bind(role, site, person, ...values);
  const event = { at: now, type, site, actor, subject: person, details };
  const recording = recordEvent(db, event, { sql, values });
  const leaving = role === null ? endLeftBehind(db, site, person, now) : [];
  const results = await ask(db.batch([...recording, change, ...leaving]));
  return rowsOf(results[recording.length]).length > 0;
}
