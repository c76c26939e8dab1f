import { randomPin } from '../identity/pin.ts';
import type { Answer } from '../ports.ts';
import { PEOPLE_ACCESS } from '../protocol/access.ts';
import type { PinMade } from '../protocol/api.ts';
import { refuse } from '../protocol/errors.ts';
import { hasRole, ROLES } from '../protocol/site.ts';
import { ask, rowsOf } from './d1.ts';
import { recordEvent } from './events.ts';
import { personOf } from './member.ts';
import { isPinOf, replacePin, storedPin } from './pin-change.ts';
import { mayReset, rank } from './reset.ts';

/** What a lead does about the PIN of a person of the site. */
export interface PinAct {
  site: string;
  person: string;
  by: string;
}

/** Whether `by` may give somebody a PIN: it opens their account, as a link for their password does. Errors: `D1Unavailable`. */
export async function mayMakePin(db: D1Database, { person, by }: PinAct): Promise<boolean> {
  const query = db.prepare(`SELECT 1 WHERE ${mayReset('?1', '?2')}`).bind(by, person);
  return (await ask(query.first())) !== null;
}

/**
 * Gives somebody a PIN that they change when they first use it. Says which sessions ended. Errors: `forbidden`; throws
 * `D1Unavailable`.
 */
export async function makePin(
  db: D1Database,
  { site, person, by }: PinAct,
  key: string,
  now: number,
): Promise<Answer<PinMade & { ended: string[] }>> {
  const pin = randomPin();
  const stored = await storedPin(pin, person, key, { now, isTemporary: true });
  const changing = replacePin(db, person, stored, now, { sql: mayReset('?1', '?2'), values: [by, person] });
  const results = await ask(
    db.batch([
      ...changing,
      ...recordEvent(
        db,
        { at: now, type: 'pin-made', site, actor: by, subject: person, details: {} },
        isPinOf(person, stored),
      ),
      db.prepare('SELECT 1 FROM pins WHERE person = ? AND hash = ?').bind(person, stored.hash),
    ]),
  );
  if (rowsOf(results.at(-1)).length === 0) return refuse('forbidden');
  const ended = rowsOf<{ hash: string }>(results[changing.length - 1]).map(({ hash }) => hash);
  return { ok: true, value: { pin, expiresAt: stored.expiresAt, ended } };
}

/** Roles that look after the people of a site, as JSON. */
const KEEPERS = JSON.stringify(ROLES.filter((role) => hasRole(role, PEOPLE_ACCESS)));

/**
 * Whoever has been locked out after wrong PINs, on whatever device, may try again. Errors: `not-found` for somebody
 * without a PIN too, `forbidden` for somebody with a higher role; throws `D1Unavailable`.
 */
export async function unlockPin(
  db: D1Database,
  { site, person, by }: PinAct,
  now: number,
): Promise<Answer<null>> {
  const who = await personOf(db, site, person);
  if (!who) return refuse('not-found');
  const may = (n: number): string => `EXISTS (
    SELECT 1 FROM memberships AS theirs JOIN memberships AS own ON own.site = theirs.site
     WHERE theirs.person = ?${n} AND theirs.site = ?${n + 1} AND own.person = ?${n + 2}
       AND own.role IN (SELECT value FROM json_each(?${n + 3})) AND ${rank('own.role')} >= ${rank('theirs.role')})`;
  const values = [person, site, by, KEEPERS];
  const has = (n: number): string => `EXISTS (SELECT 1 FROM pins WHERE person = ?${n})`;
  const results = await ask(
    db.batch([
      ...recordEvent(
        db,
        { at: now, type: 'pin-unlocked', site, actor: by, subject: person, details: {} },
        { sql: `${has(7)} AND ${may(7)}`, values },
      ),
      db.prepare(`UPDATE pins SET round = round + 1 WHERE person = ?1 AND ${may(1)}`).bind(...values),
      db.prepare(`SELECT ${may(1)} AS may, ${has(1)} AS has`).bind(...values),
    ]),
  );
  const [state] = rowsOf<{ may: number; has: number }>(results.at(-1));
  if (!state?.may) return refuse('forbidden');
  return state.has ? { ok: true, value: null } : refuse('not-found');
}
