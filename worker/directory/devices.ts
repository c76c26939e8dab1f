import { sessionIdOf } from '../identity/secret.ts';
import type { SessionView, SessionWay } from '../protocol/session.ts';
import { ask, rowsOf } from './d1.ts';
import { type Condition, recordEvent } from './events.ts';
import { mayReset } from './reset.ts';
import { LIVE_SESSION, oldestUse } from './session.ts';

/** A session that counts, with what the directory alone knows it by. */
export interface OpenSession extends Omit<SessionView, 'current'> {
  hash: string;
}

interface SessionRow {
  hash: string;
  via: SessionWay;
  device: string | null;
  agent: string | null;
  place: string | null;
  created_at: number;
  last_used_at: number;
}

/** Who looks at the sessions of a person, and on which site; the person themself on none. */
export interface Looking {
  by: string;
  site: string | null;
}

/**
 * Shown to ?4, who leads site ?5, of person ?1: all where they may open the account, and so lead each of its sites; what
 * began on the site's own devices anyway. So no device of a site is named to anybody who does not lead it (rule I1).
 */
const IS_SHOWN = `(?4 = ?1 OR ${mayReset('?4', '?1')}
  OR sessions.device IN (SELECT memberships.person FROM memberships WHERE memberships.site = ?5))`;

/** The sessions of a person that count, as far as whoever looks is shown them, the one used last first. Errors: `D1Unavailable`. */
export async function sessionsOf(
  db: D1Database,
  person: string,
  now: number,
  { by, site }: Looking = { by: person, site: null },
): Promise<OpenSession[]> {
  const query = db
    .prepare(
      `SELECT hash, via, enrolled.name AS device, agent, place, sessions.created_at, last_used_at
         FROM ${LIVE_SESSION} LEFT JOIN people AS enrolled ON enrolled.id = sessions.device
        WHERE sessions.person = ?1 AND ${IS_SHOWN} ORDER BY last_used_at DESC, sessions.created_at DESC, hash`,
    )
    .bind(person, now, oldestUse(now), by, site);
  const { results } = await ask(query.all<SessionRow>());
  return results.map(({ hash, via, device, agent, place, created_at, last_used_at }) => ({
    hash,
    id: sessionIdOf(hash),
    via,
    device,
    agent,
    place,
    createdAt: created_at,
    lastUsedAt: last_used_at,
  }));
}

/** Who ends sessions, and whose. */
export interface Ending {
  person: string;
  /** Null where nobody but the person themself: the site in whose name it is done. */
  site: string | null;
  actor: string;
  sessions: readonly OpenSession[];
}

/** Ends sessions of a person in the directory, and records it where any was still going. Errors: `D1Unavailable`. */
export async function endSessions(db: D1Database, ending: Ending, now: number): Promise<void> {
  const { person, site, actor, sessions } = ending;
  const [first, ...others] = sessions;
  if (!first) return;
  const hashes = JSON.stringify(sessions.map(({ hash }) => hash));
  const isGoing: Condition = {
    sql: `EXISTS (SELECT 1 FROM sessions WHERE person = ?7 AND revoked_at IS NULL
      AND hash IN (SELECT value FROM json_each(?8)))`,
    values: [person, hashes],
  };
  const one = others.length === 0 ? { agent: first.agent, place: first.place } : {};
  const details = { count: sessions.length, ...one };
  await ask(
    db.batch([
      ...recordEvent(db, { at: now, type: 'session-ended', site, actor, subject: person, details }, isGoing),
      db
        .prepare(
          `UPDATE sessions SET revoked_at = ?3 WHERE person = ?1 AND revoked_at IS NULL
             AND hash IN (SELECT value FROM json_each(?2))`,
        )
        .bind(person, hashes, now),
    ]),
  );
}

/** The ids of the sites a person belongs to. Errors: `D1Unavailable`. */
export async function siteIdsOf(db: D1Database, person: string): Promise<string[]> {
  const query = db.prepare('SELECT site FROM memberships WHERE person = ?').bind(person);
  return rowsOf<{ site: string }>(await ask(query.all())).map(({ site }) => site);
}
