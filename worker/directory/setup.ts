import type { Hint } from '../identity/hint.ts';
import { newPersonId, slugBeside, slugOf } from '../identity/ids.ts';
import { hashPassword } from '../identity/password.ts';
import { hashSecret, newSecret } from '../identity/secret.ts';
import type { SessionOrigin } from '../identity/session-origin.ts';
import type { SetupBody } from '../protocol/bodies.ts';
import { SESSION_MS_MAX } from '../protocol/limits.ts';
import { DEFAULT_LOCATIONS } from '../protocol/site.ts';
import { ask, rowsOf } from './d1.ts';
import { hintOf, openSession, recordSignIn, SEATS, type SeatRow } from './session.ts';

const NO_ADMIN = `NOT EXISTS (SELECT 1 FROM memberships WHERE role = 'admin')`;

/** The first site, its administrator, and a session for them. */
export interface SetUp {
  site: string;
  secret: string;
  hint: Hint;
}

/**
 * Makes the first site and its administrator; null where there is an administrator already. However many ask at
 * once, one gets it: every statement depends on there being none, and a batch is one transaction. `random` is in
 * [0, 1). Errors: `D1Unavailable`.
 */
export async function setUp(
  db: D1Database,
  { site, admin }: Omit<SetupBody, 'token'>,
  origin: SessionOrigin,
  now: number,
  random: () => number,
): Promise<SetUp | null> {
  const slug = slugOf(site.name);
  const state = await ask(
    db
      .prepare(`SELECT ${NO_ADMIN} AS free, EXISTS (SELECT 1 FROM sites WHERE id = ?) AS taken`)
      .bind(slug)
      .first<{ free: number; taken: number }>(),
  );
  // A cheap look first: hashing a password is not.
  if (!state?.free) return null;

  const id = state.taken ? slugBeside(slug, random) : slug;
  const person = { id: newPersonId(random), name: admin.name, email: admin.email };
  const secret = newSecret();
  const hash = hashSecret(secret);
  const password = await hashPassword(admin.password);
  const locations = JSON.stringify(site.locations ?? DEFAULT_LOCATIONS);
  const shifts = JSON.stringify(site.shifts ?? []);
  const results = await ask(
    db.batch([
      db
        .prepare(
          `INSERT INTO sites (id, name, time_zone, locations, shifts, created_at)
           SELECT ?, ?, ?, ?, ?, ? WHERE ${NO_ADMIN}`,
        )
        .bind(id, site.name, site.timeZone, locations, shifts, now),
      db
        .prepare(
          `INSERT INTO people (id, name, email, password, created_at) SELECT ?, ?, ?, ?, ? WHERE ${NO_ADMIN}`,
        )
        .bind(person.id, person.name, person.email, password, now),
      db
        .prepare(
          `INSERT INTO memberships (person, site, role, created_at) SELECT ?, ?, 'admin', ? WHERE ${NO_ADMIN}`,
        )
        .bind(person.id, id, now),
      openSession(db, hash, person.id, now, origin),
      db.prepare(SEATS).bind(person.id),
      ...recordSignIn(db, hash, person.id, now, origin),
    ]),
  );
  const seats = rowsOf<SeatRow>(results[4]);
  if (seats.length === 0) return null;
  return { site: id, secret, hint: hintOf(person, seats, now, now + SESSION_MS_MAX) };
}
