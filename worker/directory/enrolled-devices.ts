import { newDeviceId } from '../identity/ids.ts';
import type { Answer } from '../ports.ts';
import { DEVICES_ACCESS } from '../protocol/access.ts';
import type { EnrolledDevice } from '../protocol/api.ts';
import { refuse } from '../protocol/errors.ts';
import { DEVICE_IDLE_MS_MAX, DEVICES_PER_SITE_MAX } from '../protocol/limits.ts';
import { hasRole, ROLES } from '../protocol/site.ts';
import { ask, rowsOf } from './d1.ts';
import type { WaitingDevice } from './enrolments.ts';
import { recordEvent } from './events.ts';
import { addDevice, forgetPastDevices } from './new-device.ts';

/** The devices and walls of site ?1 that nobody has ended. */
const DEVICES = `memberships
  JOIN people ON people.id = memberships.person AND people.deactivated_at IS NULL
  JOIN devices ON devices.person = people.id
  JOIN sessions ON sessions.person = people.id
  JOIN people AS makers ON makers.id = devices.made_by
  LEFT JOIN people AS owners ON owners.id = devices.owner
  WHERE memberships.site = ?1`;

const COLUMNS = `people.id, people.name, people.kind, people.created_at, owners.id AS owner,
  owners.name AS owner_name, makers.id AS maker, makers.name AS maker_name,
  sessions.agent, sessions.place, sessions.last_used_at, sessions.expires_at,
  EXISTS (SELECT 1 FROM memberships AS theirs
    WHERE theirs.person = makers.id AND theirs.site = ?1 AND makers.deactivated_at IS NULL) AS is_here`;

interface DeviceRow {
  id: string;
  name: string;
  kind: 'device' | 'wall';
  created_at: number;
  owner: string | null;
  owner_name: string | null;
  maker: string;
  maker_name: string;
  agent: string | null;
  place: string | null;
  last_used_at: number;
  expires_at: number;
  is_here: number;
}

function deviceFrom(row: DeviceRow): EnrolledDevice {
  const { id, name, kind, owner, owner_name, agent, place, last_used_at, expires_at } = row;
  return {
    id,
    name,
    kind,
    owner: owner === null || owner_name === null ? null : { id: owner, name: owner_name },
    madeBy: { id: row.maker, name: row.maker_name, isHere: row.is_here === 1 },
    madeAt: row.created_at,
    agent,
    place,
    usedAt: last_used_at,
    endsAt: kind === 'wall' ? expires_at : Math.min(expires_at, last_used_at + DEVICE_IDLE_MS_MAX),
  };
}

/** The devices and walls of a site, by name. Errors: `D1Unavailable`. */
export async function enrolledDevices(db: D1Database, site: string): Promise<EnrolledDevice[]> {
  const query = db.prepare(`SELECT ${COLUMNS} FROM ${DEVICES} ORDER BY people.name, people.id`).bind(site);
  const { results } = await ask(query.all<DeviceRow>());
  return results.map(deviceFrom);
}

/** Roles that look after the devices and walls of a site, as JSON. */
export const KEEPERS = JSON.stringify(ROLES.filter((role) => hasRole(role, DEVICES_ACCESS)));

/** Person ?6 may do so on site ?5, having one of the roles ?7. Asked once more where it is done. */
export const MAY = `EXISTS (SELECT 1 FROM memberships JOIN people ON people.id = memberships.person
  WHERE memberships.person = ?6 AND memberships.site = ?5 AND people.kind = 'person'
    AND people.deactivated_at IS NULL AND memberships.role IN (SELECT value FROM json_each(?7)))`;

/** Somebody else of the site than ?1, or another device, has the name ?2: nobody could tell them apart. */
export const TAKEN = `EXISTS (SELECT 1 FROM memberships JOIN people ON people.id = memberships.person
  WHERE memberships.site = ?5 AND people.deactivated_at IS NULL AND people.id <> ?1
    AND people.kind <> 'token' AND lower(people.name) = lower(?2))`;

/** The site has as many devices as ?8, not counting people's own. */
const FULL = `(SELECT count(*) FROM memberships JOIN people ON people.id = memberships.person
  JOIN devices ON devices.person = people.id AND devices.owner IS NULL
  WHERE memberships.site = ?5 AND people.kind IN ('device', 'wall') AND people.deactivated_at IS NULL) >= ?8`;

/** The device with hash ?9 still waits. */
const WAITS = 'EXISTS (SELECT 1 FROM enrolments WHERE hash = ?9 AND expires_at > ?4)';

/** Whose yes it is, and to what. */
export interface Enrolling {
  site: string;
  by: string;
  name: string;
  device: WaitingDevice;
}

/**
 * Says yes to a device that waits: from then on it is one of the site, and everybody's. `random` is in [0, 1). Errors:
 * `unknown-code` where it waits no more, `devices-full`, `invalid` for a name that is taken, `forbidden` where whoever
 * asks may no longer; throws `D1Unavailable`.
 */
export async function enrol(
  db: D1Database,
  { site, by, name, device }: Enrolling,
  now: number,
  random: () => number,
): Promise<Answer<EnrolledDevice>> {
  const id = newDeviceId(random);
  const { hash } = device;
  const values = [site, by, KEEPERS, DEVICES_PER_SITE_MAX, hash];
  const made = { ...device, id, name, kind: 'device', site, madeBy: by, owner: null } as const;
  const when = { sql: `${MAY} AND ${WAITS} AND NOT ${FULL} AND NOT ${TAKEN}`, values };
  const forget = await forgetPastDevices(db, site);
  const results = await ask(
    db.batch([
      db
        .prepare(`SELECT ${MAY} AS may, ${WAITS} AS waits, ${FULL} AS isFull, ${TAKEN} AS isTaken`)
        .bind(id, name, made.kind, now, ...values),
      ...addDevice(db, made, now, when),
      db
        .prepare('DELETE FROM enrolments WHERE hash = ?1 AND EXISTS (SELECT 1 FROM people WHERE id = ?2)')
        .bind(hash, id),
      ...forget,
      db.prepare(`SELECT ${COLUMNS} FROM ${DEVICES} AND people.id = ?2`).bind(site, id),
    ]),
  );
  const [row] = rowsOf<DeviceRow>(results.at(-1));
  if (row) return { ok: true, value: deviceFrom(row) };
  const [state] = rowsOf<{ may: number; waits: number; isFull: number }>(results[0]);
  if (!state?.may) return refuse('forbidden');
  if (!state.waits) return refuse('unknown-code', undefined, 'code');
  return state.isFull ? refuse('devices-full') : refuse('invalid', 'somebody has that name', 'name');
}

/** A device of a site, and who acts on it. */
export interface DeviceAct {
  site: string;
  device: string;
  by: string;
}

/** Site ?5 has the device ?1, whatever has become of it. */
const KNOWN = `EXISTS (SELECT 1 FROM memberships JOIN devices ON devices.person = memberships.person
  WHERE memberships.site = ?5 AND memberships.person = ?1)`;

/** Nobody has ended it. */
const STANDS = 'EXISTS (SELECT 1 FROM people WHERE id = ?1 AND deactivated_at IS NULL)';

/**
 * Gives a device another name. Errors: `not-found`, `invalid` for a name that is taken, `forbidden`; throws
 * `D1Unavailable`.
 */
export async function rename(
  db: D1Database,
  { site, device, by }: DeviceAct,
  name: string,
  now: number,
): Promise<Answer<EnrolledDevice>> {
  const query = db.prepare(`SELECT ${COLUMNS} FROM ${DEVICES} AND people.id = ?2`).bind(site, device);
  const found = await ask(query.first<DeviceRow>());
  if (!found) return refuse('not-found');
  if (found.name === name) return { ok: true, value: deviceFrom(found) };
  const good = `${MAY} AND ${KNOWN} AND ${STANDS} AND NOT ${TAKEN}`;
  const values = [device, name, found.kind, now, site, by, KEEPERS];
  const details = { name, was: found.name };
  const results = await ask(
    db.batch([
      ...recordEvent(
        db,
        { at: now, type: 'device-renamed', site, actor: by, subject: device, details },
        { sql: afterEvent(good), values },
      ),
      db.prepare(`UPDATE people SET name = ?2 WHERE id = ?1 AND ${good} RETURNING id`).bind(...values),
      db.prepare(`SELECT ${MAY} AS may, ${KNOWN} AND ${STANDS} AS stands`).bind(...values),
    ]),
  );
  const [renamed, states] = results.slice(-2);
  if (rowsOf(renamed).length > 0) return { ok: true, value: deviceFrom({ ...found, name }) };
  const [state] = rowsOf<{ may: number; stands: number }>(states);
  if (!state?.may) return refuse('forbidden');
  return state.stands ? refuse('invalid', 'somebody has that name', 'name') : refuse('not-found');
}

/** What the hubs are to be told of a device that has been ended. */
export interface DeviceEnd {
  /** Its own session, and those that began on it by a PIN. */
  sessions: string[];
  /** All sites of all of these. */
  sites: string[];
}

/**
 * Ends a device, and whoever is signed in on it is so no more; to end one again does no harm. Null where the site has no
 * such device, or who asks may no longer. Errors: `D1Unavailable`.
 */
export async function end(
  db: D1Database,
  { site, device, by }: DeviceAct,
  now: number,
): Promise<DeviceEnd | null> {
  const query = db
    .prepare('SELECT name, kind FROM people WHERE id = ? AND kind IN (?, ?)')
    .bind(device, 'device', 'wall');
  const details = await ask(query.first<{ name: string; kind: 'device' | 'wall' }>());
  if (!details) return null;
  const good = `${MAY} AND ${KNOWN}`;
  const values = [device, details.name, details.kind, now, site, by, KEEPERS];
  const results = await ask(
    db.batch([
      ...recordEvent(
        db,
        { at: now, type: 'device-ended', site, actor: by, subject: device, details: { ...details } },
        { sql: afterEvent(`${good} AND ${STANDS}`), values },
      ),
      db
        .prepare(`UPDATE people SET deactivated_at = ?4 WHERE id = ?1 AND ${good} AND ${STANDS}`)
        .bind(...values),
      ...endSessionsOn(db, device, now),
      db.prepare(`SELECT 1 WHERE ${good}`).bind(...values),
    ]),
  );
  const [sessions, sites, may] = results.slice(-3);
  if (rowsOf(may).length === 0) return null;
  return {
    sessions: rowsOf<{ hash: string }>(sessions).map(({ hash }) => hash),
    sites: rowsOf<{ site: string }>(sites).map(({ site }) => site),
  };
}

/** Statements that end what goes on at a device that has been ended; the last two say which sessions, and their sites. */
function endSessionsOn(db: D1Database, device: string, now: number): D1PreparedStatement[] {
  const on = `(person = ?1 OR device = ?1) AND expires_at > ?2
    AND EXISTS (SELECT 1 FROM people WHERE id = ?1 AND deactivated_at IS NOT NULL)`;
  return [
    `UPDATE sessions SET revoked_at = ?2 WHERE ${on} AND revoked_at IS NULL`,
    `SELECT hash FROM sessions WHERE ${on}`,
    `SELECT DISTINCT site FROM memberships WHERE person IN (SELECT person FROM sessions WHERE ${on})`,
  ].map((sql) => db.prepare(sql).bind(device, now));
}

/** A condition for `recordEvent`, which has parameters of its own before. */
function afterEvent(sql: string): string {
  return sql.replace(/\?(\d)/g, (_, n) => `?${Number(n) + 6}`);
}
