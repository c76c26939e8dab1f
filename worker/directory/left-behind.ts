import { ask, rowsOf } from './d1.ts';

/** Devices of site ?1 that are person ?2's own. */
const OWN_DEVICES = `SELECT devices.person FROM devices
  JOIN memberships ON memberships.person = devices.person AND memberships.site = ?1 WHERE devices.owner = ?2`;

/** Sessions of those devices, and the person's that began by a PIN on any device of the site. */
const SESSIONS = `sessions WHERE (person IN (${OWN_DEVICES})
  OR person = ?2 AND device IN (SELECT person FROM memberships WHERE site = ?1))`;

/** Statements that end what somebody leaves behind on a site, for the batch in which they are taken off it. */
export function endLeftBehind(
  db: D1Database,
  site: string,
  person: string,
  now: number,
): D1PreparedStatement[] {
  const isGone = 'NOT EXISTS (SELECT 1 FROM memberships WHERE site = ?1 AND person = ?2)';
  return [
    `UPDATE sessions SET revoked_at = ?3 WHERE hash IN (SELECT hash FROM ${SESSIONS})
       AND revoked_at IS NULL AND ${isGone}`,
    `UPDATE people SET deactivated_at = ?3 WHERE id IN (${OWN_DEVICES}) AND deactivated_at IS NULL AND ${isGone}`,
  ].map((sql) => db.prepare(sql).bind(site, person, now));
}

/**
 * The sessions that end, or have ended, with somebody's place on a site, and the sites whose hubs may know them. Errors:
 * `D1Unavailable`.
 */
export async function leftBehind(
  db: D1Database,
  site: string,
  person: string,
): Promise<{ sessions: string[]; sites: string[] }> {
  const [sessions, sites] = await ask(
    db.batch([
      db.prepare(`SELECT hash FROM ${SESSIONS}`).bind(site, person),
      db.prepare('SELECT site FROM memberships WHERE person = ?').bind(person),
    ]),
  );
  const others = rowsOf<{ site: string }>(sites).map((row) => row.site);
  return {
    sessions: rowsOf<{ hash: string }>(sessions).map(({ hash }) => hash),
    sites: [...new Set([site, ...others])],
  };
}
