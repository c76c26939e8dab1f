import type { PinLockNamespace } from '../env.ts';
import type { Hint } from '../identity/hint.ts';
import { verifyPin } from '../identity/pin.ts';
import { hashSecret } from '../identity/secret.ts';
import type { SessionOrigin } from '../identity/session-origin.ts';
import type { PinBody, PinOfflineBody } from '../protocol/bodies.ts';
import { type Refusal, refuse } from '../protocol/errors.ts';
import { ask, rowsOf } from './d1.ts';
import { recordEvent } from './events.ts';
import { countPin, type PinAttempt } from './pin-attempts.ts';
import { isPinOf, pinSessionsOf, replacePin, storedPin } from './pin-change.ts';
import { type AtDevice, HOLDERS, type Holder, holderOn, stillHolds } from './pin-holders.ts';
import { beganBy, beginPinSession, newPinSession, type PinSession } from './pin-session.ts';
import { oldestUse } from './session.ts';

/** What a sign-in by PIN works on. */
export interface PinParts {
  db: D1Database;
  attempts: PinLockNamespace;
  /** Makes the keys of counters, and keys PINs. */
  key: string;
  /** Tells the hubs that sessions of a person have ended; false where one cannot be told. */
  tell(person: string, sessions: readonly string[]): Promise<boolean>;
  /** Work that goes on after the answer. */
  defer(work: Promise<unknown>): void;
}

/** Where, and with what. */
export interface PinPlace extends AtDevice {
  deviceName: string;
  origin: SessionOrigin;
}

export type PinSignIn =
  | {
      ok: true;
      secret: string;
      grant: string;
      hint: Hint /** Sessions that ended with it. */;
      ended: string[];
    }
  | (Refusal & { seconds?: number });

/**
 * Signs a person in by PIN on an enrolled device; with `newPin` by that from then on. Errors: `not-enrolled`, `not-found`
 * for whoever has no PIN there, `wrong-pin`, `pin-locked`, `pin-blocked`, `pin-expired`, and `unavailable` where a hub
 * cannot be told or somebody was quicker; throws `D1Unavailable`.
 */
export async function signInByPin(
  parts: PinParts,
  place: PinPlace,
  { person, pin, newPin }: PinBody,
  now: number,
): Promise<PinSignIn> {
  const { db, attempts, key, defer } = parts;
  const holder = await holderOn(db, place, person, now);
  if (holder === 'no-device') return refuse('not-enrolled');
  if (holder === 'stranger') return refuse('not-found');
  const { round, pin: stored } = holder;
  const attempt = await countPin(attempts, { device: place.device, person, round, pin: stored }, key);
  if (!attempt.ok) {
    return { ...refuse(attempt.code), ...('seconds' in attempt && { seconds: attempt.seconds }) };
  }
  if (!(await verifyPin(pin, person, holder.pin, key))) {
    defer(noteWrong(db, place, holder, attempt, now));
    return refuse('wrong-pin');
  }
  try {
    const mustChange = holder.isTemporary || now >= holder.expiresAt;
    const done: PinSignIn =
      mustChange && newPin === undefined
        ? refuse('pin-expired')
        : await begin(parts, place, holder, newPin, now);
    await attempt.right();
    return done;
  } catch (error) {
    // It was right: an outage must not lock anybody out.
    await attempt.undecided();
    throw error;
  }
}

async function begin(
  { db, key, tell }: PinParts,
  place: PinPlace,
  holder: Holder,
  newPin: string | undefined,
  now: number,
): Promise<PinSignIn> {
  const session = newPinSession(placed(place, holder));
  const holds = stillHolds(place, holder.id, holder.pin, now);
  if (newPin === undefined) {
    return began(
      await ask(db.batch(beginPinSession(db, holder.id, session, now, holds))),
      holder,
      session,
      now,
    );
  }
  // The hubs first: where one cannot be told nothing has changed, and the same request again goes on from there.
  const told = await pinSessionsOf(db, holder.id, now);
  if (!(await tell(holder.id, told))) return refuse('unavailable');
  const stored = await storedPin(newPin, holder.id, key, { now });
  const changing = replacePin(db, holder.id, stored, now, holds);
  const event = { at: now, type: 'pin-changed', site: null, actor: holder.id, subject: holder.id } as const;
  const results = await ask(
    db.batch([
      ...changing,
      ...recordEvent(db, { ...event, details: {} }, isPinOf(holder.id, stored)),
      ...beginPinSession(db, holder.id, session, now, stillHolds(place, holder.id, stored.hash, now)),
    ]),
  );
  const also = rowsOf<{ hash: string }>(results[changing.length - 1]).map(({ hash }) => hash);
  return began(results, holder, session, now, also);
}

/** Errors: `not-enrolled`, `not-found`, `wrong-pin` where the grant is none any more; throws `D1Unavailable`. */
export async function signInByGrant(
  db: D1Database,
  place: PinPlace,
  { person, grant }: PinOfflineBody,
  now: number,
): Promise<PinSignIn> {
  const holder = await holderOn(db, place, person, now);
  if (holder === 'no-device') return refuse('not-enrolled');
  if (holder === 'stranger') return refuse('not-found');
  const session: PinSession & { grant: null } = {
    ...newPinSession(placed(place, holder, { offline: true })),
    grant: null,
  };
  // One from before somebody left and came back is none.
  const isGood = {
    sql: `EXISTS (SELECT 1 FROM ${HOLDERS} AND people.id = ?4 AND EXISTS (
      SELECT 1 FROM pin_grants WHERE pin_grants.hash = ?5 AND pin_grants.person = people.id
         AND pin_grants.device = places.person AND pin_grants.expires_at > ?2
         AND pin_grants.created_at >= memberships.created_at))`,
    values: [place.session, now, oldestUse(now), person, hashSecret(grant)],
  };
  const results = await ask(db.batch(beginPinSession(db, person, session, now, isGood)));
  const done = beganBy(results, holder, session, now);
  return done ? { ok: true, secret: session.secret, grant, ...done } : refuse('wrong-pin');
}

function placed(
  { device, deviceName, origin }: PinPlace,
  { isShared, site }: Holder,
  more: { offline?: true } = {},
): Omit<PinSession, 'secret' | 'grant'> {
  return { device, isShared, origin: { ...origin, device: deviceName, deviceSite: site, ...more } };
}

function began(
  results: readonly D1Result[],
  holder: Holder,
  session: PinSession & { grant: string },
  now: number,
  also: readonly string[] = [],
): PinSignIn {
  const done = beganBy(results, holder, session, now);
  // The device, the PIN or the person's place changed in between: asked again it is answered by what is so now.
  if (!done) return refuse('unavailable');
  const { secret, grant } = session;
  return { ok: true, secret, grant, hint: done.hint, ended: [...also, ...done.ended] };
}

/** Records a wrong PIN, and that it locks where it does. */
async function noteWrong(
  db: D1Database,
  { deviceName }: PinPlace,
  { id, site }: Holder,
  { ifWrong }: PinAttempt & { ok: true },
  now: number,
): Promise<void> {
  const event = { at: now, site, actor: null, subject: id };
  const details = { via: 'pin', device: deviceName };
  await ask(
    db.batch([
      ...recordEvent(db, { ...event, type: 'sign-in-failed', details }),
      ...(ifWrong === 'none'
        ? []
        : recordEvent(db, {
            ...event,
            type: 'pin-locked',
            details: { device: deviceName, blocked: ifWrong === 'lead' },
          })),
    ]),
  );
}
