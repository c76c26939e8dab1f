import type { DevicePeople } from '../protocol/api.ts';
import { ask, rowsOf } from './d1.ts';
import type { Condition } from './events.ts';
import { LIVE_SESSION, oldestUse, type PersonRow } from './session.ts';

/** Whoever asks, by the session of the enrolled device they are at. */
export interface AtDevice {
  /** Hash of its secret. */
  session: string;
  /** Its person id. */
  device: string;
}

/** The device whose session is ?1, where that counts at ?2 (?3: what `oldestUse` says). A wall is none to sign in on. */
export const DEVICE = `SELECT people.id FROM ${LIVE_SESSION} AND people.kind = 'device' WHERE sessions.hash = ?1`;

/**
 * Those who can sign in by PIN on that device: people of its site, and on somebody's own phone its owner alone. A PIN
 * that a lead gave is none once it has expired; any other has to be changed then.
 */
export const HOLDERS = `pins
  JOIN people ON people.id = pins.person AND people.kind = 'person' AND people.deactivated_at IS NULL
  JOIN memberships ON memberships.person = people.id
  JOIN memberships AS places ON places.site = memberships.site AND places.person = (${DEVICE})
  JOIN devices ON devices.person = places.person AND (devices.owner IS NULL OR devices.owner = people.id)
  WHERE (pins.is_temporary = 0 OR pins.expires_at > ?2)`;

/** Somebody with a PIN, on the device they would use it on. */
export interface Holder extends PersonRow {
  /** Of the device. */
  site: string;
  /** Stored form of the PIN. */
  pin: string;
  expiresAt: number;
  isTemporary: boolean;
  round: number;
  isShared: boolean;
}

interface HolderRow extends PersonRow {
  site: string;
  hash: string;
  expires_at: number;
  is_temporary: number;
  round: number;
  is_shared: number;
}

/** By name; null where the device counts no more. Errors: `D1Unavailable`. */
export async function peopleOn(
  db: D1Database,
  { session }: Pick<AtDevice, 'session'>,
  now: number,
): Promise<DevicePeople['people'] | null> {
  const values = [session, now, oldestUse(now)];
  const [device, people] = await ask(
    db.batch([
      db.prepare(DEVICE).bind(...values),
      db
        .prepare(
          `SELECT people.id, people.name, pins.digits FROM ${HOLDERS} ORDER BY people.name COLLATE NOCASE, people.id`,
        )
        .bind(...values),
    ]),
  );
  return rowsOf(device).length === 0 ? null : rowsOf(people);
}

/** `stranger`: nobody who can sign in there. `no-device`: it counts no more. Errors: `D1Unavailable`. */
export async function holderOn(
  db: D1Database,
  { session }: AtDevice,
  person: string,
  now: number,
): Promise<Holder | 'stranger' | 'no-device'> {
  const values = [session, now, oldestUse(now)];
  const [device, holders] = await ask(
    db.batch([
      db.prepare(DEVICE).bind(...values),
      db
        .prepare(
          `SELECT people.id, people.name, people.email, memberships.site, pins.hash, pins.expires_at,
                  pins.is_temporary, pins.round, devices.owner IS NULL AS is_shared
             FROM ${HOLDERS} AND people.id = ?4`,
        )
        .bind(...values, person),
    ]),
  );
  if (rowsOf(device).length === 0) return 'no-device';
  const [row] = rowsOf<HolderRow>(holders);
  if (!row) return 'stranger';
  const { hash, expires_at, is_temporary, is_shared, ...rest } = row;
  return {
    ...rest,
    pin: hash,
    expiresAt: expires_at,
    isTemporary: is_temporary === 1,
    isShared: is_shared === 1,
  };
}

/** True in SQL while person ?4 can sign in by this PIN, as it is stored in ?5, on that device. */
export function stillHolds({ session }: AtDevice, person: string, pin: string, now: number): Condition {
  return {
    sql: `EXISTS (SELECT 1 FROM ${HOLDERS} AND people.id = ?4 AND pins.hash = ?5)`,
    values: [session, now, oldestUse(now), person, pin],
  };
}
