import type { Hint } from '../identity/hint.ts';
import { newPersonId } from '../identity/ids.ts';
import { hashPassword } from '../identity/password.ts';
import { hashSecret, newSecret } from '../identity/secret.ts';
import type { SessionOrigin } from '../identity/session-origin.ts';
import { type Refusal, refuse } from '../protocol/errors.ts';
import { SESSION_MS_MAX } from '../protocol/limits.ts';
import type { InvitedRole } from '../protocol/seats.ts';
import { ask, rowsOf } from './d1.ts';
import { type Condition, recordEvent } from './events.ts';
import { HAS_ROOM, LIVE_INVITATION } from './invitations.ts';
import {
  hintOf,
  LIVE_SESSION,
  oldestUse,
  openSession,
  type PersonRow,
  recordSignIn,
  SEATS,
  type SeatRow,
  trimSessions,
} from './session.ts';

/** Somebody belongs to a site now, and has a session of its own for it. */
export interface Joining {
  ok: true;
  site: string;
  secret: string;
  hint: Hint;
  /** Sessions that had to go for this one. */
  ended: string[];
  /** Where it was by a PIN: for the device to sign them in once more. */
  grant?: string;
  /** The browser has become their own device. */
  device?: { secret: string; hint: Hint };
}

export interface Newcomer {
  name: string;
  email: string;
  password: string;
}

export interface Offer {
  id: string;
  site: string;
  role: InvitedRole;
}

/** The invitation of a token; its parameters are now and the token's hash. */
export const OFFER = `SELECT invitations.id, invitations.site, invitations.role FROM ${LIVE_INVITATION}
  WHERE invitations.hash = ?`;

/**
 * A newcomer joins by an invitation, which is used by it: however many ask at once, one gets it. `random` is in [0, 1).
 * Errors: `not-found` where the token opens nothing, `email-taken`, `people-full`; throws `D1Unavailable`.
 */
export async function joinAnew(
  db: D1Database,
  token: string,
  newcomer: Newcomer,
  origin: SessionOrigin,
  now: number,
  random: () => number,
): Promise<Joining | Refusal> {
  const hash = hashSecret(token);
  const email = newcomer.email;
  // A cheap look first: hashing a password is not.
  const [, offers, holders] = await ask(
    db.batch([
      db
        .prepare(
          `UPDATE invitations SET tries = tries + 1 WHERE hash = ?1 AND expires_at > ?2
             AND EXISTS (SELECT 1 FROM people WHERE email = ?3)`,
        )
        .bind(hash, now, email),
      db.prepare(OFFER).bind(now, hash),
      db.prepare('SELECT 1 FROM people WHERE email = ?').bind(email),
    ]),
  );
  const [offer] = rowsOf<Offer>(offers);
  if (!offer) return refuse('not-found');
  if (rowsOf(holders).length > 0) return refuse('email-taken', undefined, 'email');

  const id = newPersonId(random);
  const password = await hashPassword(newcomer.password);
  const secret = newSecret();
  const results = await ask(
    db.batch([
      ...use(db, { hash, person: id, offer }, now, {
        sql: 'NOT EXISTS (SELECT 1 FROM people WHERE email = ?)',
        values: [email],
      }),
      db
        .prepare(
          `INSERT INTO people (id, name, email, password, created_at) SELECT ?, ?, ?, ?, ? WHERE ${USED}`,
        )
        .bind(id, newcomer.name, email, password, now, hash, id),
      seat(db, { hash, person: id, offer }, now),
      openSession(db, hashSecret(secret), id, now, origin),
      ...recordSignIn(db, hashSecret(secret), id, now, origin),
      db.prepare(SEATS).bind(id),
      db.prepare(OFFER).bind(now, hash),
    ]),
  );
  const [seats, left] = results.slice(-2);
  const held = rowsOf<SeatRow>(seats);
  if (held.length > 0) {
    const person = { id, name: newcomer.name, email };
    return {
      ok: true,
      site: offer.site,
      secret,
      hint: hintOf(person, held, now, now + SESSION_MS_MAX),
      ended: [],
    };
  }
  // Somebody was quicker, or the site is full.
  return refuse(rowsOf(left).length > 0 ? 'people-full' : 'not-found');
}

/**
 * Whoever is signed in joins by an invitation, under a session of its own: what a hub remembers of the one before does
 * not keep them out. It lasts no longer, and ends with the same device and PIN, as the one it comes from. Who belongs to
 * the site already stays as they are, and the invitation is not used. Errors: `unauthenticated`, `forbidden`, `not-found`,
 * `people-full`; throws `D1Unavailable`.
 */
export async function joinAs(
  db: D1Database,
  token: string,
  session: string,
  origin: SessionOrigin,
  now: number,
): Promise<Joining | Refusal> {
  const hash = hashSecret(token);
  const asking = [session, now, oldestUse(now)];
  const [people, offers] = await ask(
    db.batch([
      db
        .prepare(
          `SELECT people.id, people.name, people.email, people.kind, sessions.expires_at
             FROM ${LIVE_SESSION} WHERE sessions.hash = ?1`,
        )
        .bind(...asking),
      db.prepare(OFFER).bind(now, hash),
    ]),
  );
  const [person] = rowsOf<PersonRow & { kind: string; expires_at: number }>(people);
  if (!person) return refuse('unauthenticated');
  if (person.kind !== 'person') return refuse('forbidden');
  const [offer] = rowsOf<Offer>(offers);
  if (!offer) return refuse('not-found');

  const secret = newSecret();
  const begins = hashSecret(secret);
  const [begun, trimmed, seats, left] = (
    await ask(
      db.batch([
        ...letIn(db, { hash, person: person.id, offer }, asking, now),
        db
          .prepare(
            `INSERT INTO sessions (hash, person, created_at, last_used_at, expires_at, via, agent, place, device)
             SELECT ?4, person, ?2, ?2, sessions.expires_at, ?5, ?6, ?7, sessions.device FROM ${LIVE_SESSION}
              WHERE sessions.hash = ?1 AND EXISTS (SELECT 1 FROM memberships WHERE person = people.id AND site = ?8)`,
          )
          .bind(...asking, begins, origin.via, origin.agent, origin.place, offer.site),
        ...recordSignIn(db, begins, person.id, now, origin),
        db.prepare('SELECT 1 FROM sessions WHERE hash = ?').bind(begins),
        trimSessions(db, person.id, now),
        db.prepare(SEATS).bind(person.id),
        db.prepare(OFFER).bind(now, hash),
      ]),
    )
  ).slice(-4);
  if (rowsOf(begun).length === 0) return refuse(rowsOf(left).length > 0 ? 'people-full' : 'not-found');
  const hint = hintOf(person, rowsOf<SeatRow>(seats), now, person.expires_at);
  const ended = rowsOf<{ hash: string }>(trimmed).map((row) => row.hash);
  return { ok: true, site: offer.site, secret, hint, ended };
}

/**
 * Statements that let somebody in who has an account, once, and record it; nothing for who belongs to the site already.
 * `asking`: the session that asks, now, and the oldest use of one that counts.
 */
function letIn(
  db: D1Database,
  { hash, person, offer: { id, site, role } }: Claim,
  asking: (string | number)[],
  now: number,
): D1PreparedStatement[] {
  const offered = `EXISTS (${OFFER})`;
  // Their place is of this moment: it was this batch that gave it.
  const isIn = `${offered} AND EXISTS (
    SELECT 1 FROM memberships WHERE person = ? AND site = ? AND created_at = ?)`;
  const values = [now, hash, person, site, now];
  const details = { role, invitation: id };
  const event = { at: now, type: 'joined', site, actor: person, subject: person, details } as const;
  return [
    db
      .prepare(
        `INSERT INTO memberships (person, site, role, created_at)
         SELECT people.id, ?4, ?5, ?2 FROM ${LIVE_SESSION}
          WHERE sessions.hash = ?1 AND NOT EXISTS (SELECT 1 FROM memberships WHERE person = people.id AND site = ?4)
            AND ${offered} AND ${HAS_ROOM}`,
      )
      .bind(...asking, site, role, now, hash, site),
    ...recordEvent(db, event, { sql: isIn, values }),
    db.prepare(`UPDATE invitations SET used_by = ? WHERE hash = ? AND ${isIn}`).bind(person, hash, ...values),
  ];
}

export interface Claim {
  /** Of the token. */
  hash: string;
  person: string;
  offer: Offer;
}

/** Whether an invitation (hash ?) has been used by somebody (?). */
export const USED = 'EXISTS (SELECT 1 FROM invitations WHERE hash = ? AND used_by = ?)';

/**
 * Statements that use an invitation if it is still good and the site has room, and record it. What follows in the batch
 * depends on its having been used by this person.
 */
export function use(
  db: D1Database,
  { hash, person, offer: { id, site, role } }: Claim,
  now: number,
  unless: Condition,
): D1PreparedStatement[] {
  const details = { role, invitation: id };
  const event = { at: now, type: 'joined', site, actor: person, subject: person, details } as const;
  return [
    db
      .prepare(
        `UPDATE invitations SET used_by = ? WHERE hash = ? AND EXISTS (${OFFER}) AND ${HAS_ROOM} AND ${unless.sql}`,
      )
      .bind(person, hash, now, hash, site, ...unless.values),
    ...recordEvent(db, event, { sql: USED, values: [hash, person] }),
  ];
}

/** A statement that gives somebody their place, where the invitation has been used by them. */
export function seat(db: D1Database, { hash, person, offer }: Claim, now: number): D1PreparedStatement {
  return db
    .prepare(`INSERT INTO memberships (person, site, role, created_at) SELECT ?, ?, ?, ? WHERE ${USED}`)
    .bind(person, offer.site, offer.role, now, hash, person);
}
