import { newDeviceId, newPersonId } from '../identity/ids.ts';
import { hashSecret, newSecret } from '../identity/secret.ts';
import type { SessionOrigin } from '../identity/session-origin.ts';
import { type Refusal, refuse } from '../protocol/errors.ts';
import { DEVICE_MS_MAX, PERSON_NAME_CHARS_MAX } from '../protocol/limits.ts';
import { ask } from './d1.ts';
import type { Condition } from './events.ts';
import { HAS_ROOM_FOR_TWO } from './invitations.ts';
import { type Joining, OFFER, type Offer, seat, USED, use } from './join.ts';
import { addDevice, forgetPastDevices } from './new-device.ts';
import { storedPin } from './pin-change.ts';
import { beganBy, beginPinSession, newPinSession } from './pin-session.ts';
import { hintOf, LIVE_SESSION, oldestUse } from './session.ts';

/** Somebody who joins with a PIN, and the enrolled device they do it on, if it is one. */
export interface PinNewcomer {
  name: string;
  pin: string;
  /** Hash of the device's session. */
  at: string | null;
}

/** Everybody's device of session ?1 on site ?4. */
const SHARED_DEVICE = `SELECT people.id, people.name FROM ${LIVE_SESSION} AND people.kind = 'device'
  JOIN devices ON devices.person = people.id AND devices.owner IS NULL
  JOIN memberships ON memberships.person = people.id AND memberships.site = ?4 WHERE sessions.hash = ?1`;

/**
 * A newcomer joins by an invitation with a PIN and nothing else. On a tablet of the site they are signed in as anybody is;
 * any other browser becomes their own device, for a PIN is good on enrolled devices alone. `random` is in [0, 1). Errors:
 * `not-found` where the token opens nothing, `people-full`; throws `D1Unavailable`.
 */
export async function joinByPin(
  db: D1Database,
  token: string,
  newcomer: PinNewcomer,
  origin: SessionOrigin,
  key: string,
  now: number,
  random: () => number,
): Promise<Joining | Refusal> {
  const hash = hashSecret(token);
  const offer = await ask(db.prepare(OFFER).bind(now, hash).first<Offer>());
  if (!offer) return refuse('not-found');
  const { site } = offer;
  const shared = newcomer.at === null ? null : await sharedDevice(db, newcomer.at, site, now);
  const device = shared ?? newOwnDevice(newcomer.name, origin, random);
  const id = newPersonId(random);
  const { name } = newcomer;
  const pin = await storedPin(newcomer.pin, id, key, { now });
  const session = newPinSession({
    device: device.id,
    isShared: device.secret === null,
    origin: { ...origin, device: device.name, deviceSite: site },
  });
  // What comes after depends on the first: the invitation has been used by this newcomer, or nothing happens.
  const isIn: Condition = { sql: USED, values: [hash, id] };
  const forget = shared ? [] : await forgetPastDevices(db, site);
  const results = await ask(
    db.batch([
      ...use(db, { hash, person: id, offer }, now, roomFor(device, newcomer.at, site)),
      db
        .prepare(`INSERT INTO people (id, name, created_at) SELECT ?, ?, ? WHERE ${USED}`)
        .bind(id, name, now, hash, id),
      seat(db, { hash, person: id, offer }, now),
      db
        .prepare(
          `INSERT INTO pins (person, hash, digits, expires_at, is_temporary) SELECT ?, ?, ?, ?, 0 WHERE ${USED}`,
        )
        .bind(id, pin.hash, pin.digits, pin.expiresAt, hash, id),
      ...(device.secret !== null
        ? addDevice(
            db,
            {
              ...{ id: device.id, name: device.name, kind: 'device', site, madeBy: id, owner: id },
              ...{ hash: hashSecret(device.secret), agent: origin.agent, place: origin.place },
            },
            now,
            isIn,
          )
        : []),
      ...forget,
      ...beginPinSession(db, id, session, now, {
        sql: 'EXISTS (SELECT 1 FROM invitations WHERE hash = ?1 AND used_by = ?2)',
        values: [hash, id],
      }),
    ]),
  );
  const done = beganBy(results, { id, name, email: null }, session, now);
  if (!done) {
    // Somebody was quicker, or the site is full.
    const left = await ask(db.prepare(OFFER).bind(now, hash).first());
    return refuse(left ? 'people-full' : 'not-found');
  }
  const { secret, grant } = session;
  const joining: Joining = { ok: true, site, secret, hint: done.hint, ended: [], grant };
  if (device.secret === null) return joining;
  const place = done.hint.sites.filter((one) => one.id === site);
  const seats = place.map((one) => ({ site: one.id, name: one.name, role: 'viewer' as const }));
  const person = { id: device.id, name: device.name, email: null, kind: 'device', owner: id } as const;
  return {
    ...joining,
    device: { secret: device.secret, hint: hintOf(person, seats, now, now + DEVICE_MS_MAX) },
  };
}

async function sharedDevice(
  db: D1Database,
  session: string,
  site: string,
  now: number,
): Promise<Place | null> {
  const query = db.prepare(SHARED_DEVICE).bind(session, now, oldestUse(now), site);
  const found = await ask(query.first<{ id: string; name: string }>());
  return found && { ...found, secret: null };
}

interface Place {
  id: string;
  name: string;
  /** Of the session of a device that begins; null for everybody's, which is there. */
  secret: string | null;
}

/** Named as a lead finds it among the others: `Wes · Chrome on Android`. */
function newOwnDevice(name: string, origin: SessionOrigin, random: () => number): Place {
  const full = origin.agent === null ? name : `${name} · ${origin.agent}`;
  return {
    id: newDeviceId(random),
    name: full.length > PERSON_NAME_CHARS_MAX ? name : full,
    secret: newSecret(),
  };
}

/** A device of one's own takes a place too; everybody's has to be there still. */
function roomFor(device: Place, at: string | null, site: string): Condition {
  return device.secret !== null
    ? { sql: HAS_ROOM_FOR_TWO, values: [site] }
    : { sql: 'EXISTS (SELECT 1 FROM sessions WHERE hash = ? AND revoked_at IS NULL)', values: [at ?? ''] };
}
