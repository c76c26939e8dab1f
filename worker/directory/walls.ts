import type { Hint } from '../identity/hint.ts';
import { newWallId } from '../identity/ids.ts';
import { hashSecret, newSecret } from '../identity/secret.ts';
import type { Answer } from '../ports.ts';
import type { WallMade } from '../protocol/api.ts';
import { refuse } from '../protocol/errors.ts';
import { WALL_MS_MAX, WALLS_PER_SITE_MAX } from '../protocol/limits.ts';
import { ask, rowsOf } from './d1.ts';
import { KEEPERS, MAY, TAKEN } from './enrolled-devices.ts';
import { addDevice, forgetPastDevices } from './new-device.ts';
import { LIVE_SESSION, oldestUse, renewSession } from './session.ts';

/** The site has as many walls as ?8. */
const FULL = `(SELECT count(*) FROM memberships JOIN people ON people.id = memberships.person
  WHERE memberships.site = ?5 AND people.kind = 'wall' AND people.deactivated_at IS NULL) >= ?8`;

/**
 * Makes a screen on a wall. Its token is the secret of its one session, which is all that has to be ended to end it, and
 * of which the hash alone is stored. `random` is in [0, 1).
 * Errors: `walls-full`, `invalid` for a name that is taken, `forbidden` where the maker may no longer; `D1Unavailable`.
 */
export async function makeWall(
  db: D1Database,
  { site, by, name }: { site: string; by: string; name: string },
  now: number,
  random: () => number,
): Promise<Answer<WallMade>> {
  const id = newWallId(random);
  const token = newSecret();
  const values = [site, by, KEEPERS, WALLS_PER_SITE_MAX];
  const hash = hashSecret(token);
  const made = {
    id,
    name,
    kind: 'wall',
    site,
    madeBy: by,
    owner: null,
    hash,
    agent: null,
    place: null,
  } as const;
  const forget = await forgetPastDevices(db, site);
  const [states, people] = await ask(
    db.batch([
      db
        .prepare(`SELECT ${MAY} AS may, ${FULL} AS isFull, ${TAKEN} AS isTaken`)
        .bind(id, name, made.kind, now, ...values),
      ...addDevice(db, made, now, { sql: `${MAY} AND NOT ${FULL} AND NOT ${TAKEN}`, values }),
      ...forget,
    ]),
  );
  if (rowsOf(people).length > 0) return { ok: true, value: { wall: { id, name }, token } };
  const [state] = rowsOf<{ may: number; isFull: number; isTaken: number }>(states);
  if (!state?.may) return refuse('forbidden');
  return state.isFull ? refuse('walls-full') : refuse('invalid', 'somebody has that name', 'name');
}

/**
 * Starts a wall by its token: what its session says from now on, which is good for another ten years. Null where no wall
 * has the token, or has it any more; whoever else has a session gets nothing by its secret here. Errors: `D1Unavailable`.
 */
export async function startWall(
  db: D1Database,
  token: string,
  now: number,
  msMax: number,
): Promise<Hint | null> {
  const hash = hashSecret(token);
  const query = db
    .prepare(
      `UPDATE sessions SET expires_at = ?4 WHERE hash = ?1 AND EXISTS (
         SELECT 1 FROM ${LIVE_SESSION} WHERE sessions.hash = ?1 AND people.kind = 'wall') RETURNING person`,
    )
    .bind(hash, now, oldestUse(now), now + WALL_MS_MAX);
  const person = await ask(query.first<string>('person'));
  return person === null ? null : renewSession(db, { hash, person }, now, msMax);
}
