import { hashSecret, newSecret } from '../identity/secret.ts';
import type { PinChanged } from '../protocol/api.ts';
import { ask, rowsOf } from './d1.ts';
import { recordEvent } from './events.ts';
import { isPinOf, replacePin, type StoredPin } from './pin-change.ts';
import { type AtDevice, stillHolds } from './pin-holders.ts';
import { giveGrant } from './pin-session.ts';
import { LIVE_SESSION, oldestUse } from './session.ts';

/** The PIN of a person as it is stored; null for none. */
export type PresentPin = { hash: string; round: number } | null;

/** Errors: `D1Unavailable`. */
export async function presentPin(db: D1Database, person: string): Promise<PresentPin> {
  const query = db.prepare('SELECT hash, round FROM pins WHERE person = ?').bind(person);
  return ask(query.first<{ hash: string; round: number }>());
}

/** Whose PIN it is, by the session in which they change it, and the enrolled device they are at. */
export interface OwnPin {
  person: string;
  session: string;
  present: PresentPin;
  at: AtDevice | null;
}

/**
 * Stores somebody's own PIN, and gives the device they are at a grant of it. Says which sessions ended; null where the
 * PIN is not the one that was looked at any more, or the session has ended meanwhile. Errors: `D1Unavailable`.
 */
export async function changeOwnPin(
  db: D1Database,
  { person, session, present, at }: OwnPin,
  pin: StoredPin,
  now: number,
): Promise<(PinChanged & { ended: string[] }) | null> {
  const changing = replacePin(
    db,
    person,
    pin,
    now,
    {
      sql: `EXISTS (SELECT 1 FROM ${LIVE_SESSION} WHERE sessions.hash = ?1)
        AND coalesce((SELECT hash FROM pins WHERE person = ?4), '') = ?5`,
      values: [session, now, oldestUse(now), person, present?.hash ?? ''],
    },
    session,
  );
  const grant = newSecret();
  const granting = at
    ? giveGrant(db, { person, device: at.device, grant }, now, stillHolds(at, person, pin.hash, now))
    : [];
  const results = await ask(
    db.batch([
      ...changing,
      ...recordEvent(
        db,
        { at: now, type: 'pin-changed', site: null, actor: person, subject: person, details: {} },
        isPinOf(person, pin),
      ),
      ...granting,
      db.prepare('SELECT 1 FROM pins WHERE person = ? AND hash = ?').bind(person, pin.hash),
      db.prepare('SELECT 1 FROM pin_grants WHERE hash = ?').bind(hashSecret(grant)),
    ]),
  );
  const [changed, granted] = results.slice(-2);
  if (rowsOf(changed).length === 0) return null;
  const ended = rowsOf<{ hash: string }>(results[changing.length - 1]).map(({ hash }) => hash);
  return { expiresAt: pin.expiresAt, grant: rowsOf(granted).length > 0 ? grant : null, ended };
}
