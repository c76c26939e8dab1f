import { randomInt } from 'node:crypto';
import type { Hint } from '../identity/hint.ts';
import { hashSecret, newSecret } from '../identity/secret.ts';
import type { SessionOrigin } from '../identity/session-origin.ts';
import type { Enrolment } from '../protocol/api.ts';
import { ENROLMENT_MS_MAX, ENROLMENTS_MAX } from '../protocol/limits.ts';
import { ask, rowsOf } from './d1.ts';
import { hintOf, LIVE_SESSION, oldestUse, type PersonRow, SEATS, type SeatRow } from './session.ts';

/** How often other digits are drawn where another device shows the first ones. */
const DRAWS_MAX = 5;

/** Begins an enrolment; null where as many devices wait as may. Errors: `D1Unavailable`. */
export async function beginEnrolment(
  db: D1Database,
  { agent, place }: SessionOrigin,
  now: number,
): Promise<Enrolment | null> {
  const secret = newSecret();
  const expiresAt = now + ENROLMENT_MS_MAX;
  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const results = await ask(
      db.batch([
        db.prepare('DELETE FROM enrolments WHERE expires_at <= ?').bind(now),
        db
          .prepare(
            `INSERT INTO enrolments (hash, code, agent, place, expires_at)
             SELECT ?1, ?2, ?3, ?4, ?5 WHERE (SELECT count(*) FROM enrolments) < ?6
             ON CONFLICT (code) DO NOTHING RETURNING code`,
          )
          .bind(hashSecret(secret), code, agent, place, expiresAt, ENROLMENTS_MAX),
      ]),
    );
    if (rowsOf(results.at(-1)).length > 0) return { code, secret, expiresAt };
  }
  return null;
}

/**
 * What has become of an enrolment: what the device's session says, once a lead has said yes; `pending` until then; null
 * where its time is over, or there was none. Claimed again it is answered again, for an answer can be lost. Errors:
 * `D1Unavailable`.
 */
export async function claimEnrolment(
  db: D1Database,
  secret: string,
  now: number,
): Promise<Hint | 'pending' | null> {
  const hash = hashSecret(secret);
  const [waiting, who, seats] = await ask(
    db.batch([
      db.prepare('SELECT code FROM enrolments WHERE hash = ? AND expires_at > ?').bind(hash, now),
      db
        .prepare(
          `SELECT people.id, people.name, people.email, people.kind, devices.owner, sessions.expires_at
             FROM ${LIVE_SESSION} JOIN devices ON devices.person = people.id
            WHERE hash = ?1`,
        )
        .bind(hash, now, oldestUse(now)),
      db.prepare(SEATS.replace('?1', '(SELECT person FROM sessions WHERE hash = ?1)')).bind(hash),
    ]),
  );
  if (rowsOf(waiting).length > 0) return 'pending';
  const [row] = rowsOf<PersonRow & { expires_at: number }>(who);
  return row ? hintOf(row, rowsOf<SeatRow>(seats), now, row.expires_at) : null;
}

/** What a device that waits is known by. */
export interface WaitingDevice {
  hash: string;
  agent: string | null;
  place: string | null;
}

/** The device that shows these digits now; null for none. Errors: `D1Unavailable`. */
export async function waitingDevice(
  db: D1Database,
  code: string,
  now: number,
): Promise<WaitingDevice | null> {
  const query = db
    .prepare('SELECT hash, agent, place FROM enrolments WHERE code = ? AND expires_at > ?')
    .bind(code, now);
  return ask(query.first<WaitingDevice>());
}
