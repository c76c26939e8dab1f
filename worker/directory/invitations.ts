import { newInvitationId } from '../identity/ids.ts';
import { hashSecret, newSecret } from '../identity/secret.ts';
import type { Invitation, Invited } from '../protocol/api.ts';
import type { InvitationBody } from '../protocol/bodies.ts';
import { type Refusal, refuse } from '../protocol/errors.ts';
import {
  INVITATION_MS_MAX,
  INVITATION_TRIES_MAX,
  INVITATIONS_MAX,
  SITE_PEOPLE_MAX,
} from '../protocol/limits.ts';
import type { InvitedRole } from '../protocol/seats.ts';
import { ask, rowsOf } from './d1.ts';
import { recordEvent } from './events.ts';

/**
 * Invitations that count; its parameter is now. Used, expired, tried too often, or of somebody who may not invite
 * any more: gone alike. Whoever may invite may give each role an invitation can have.
 */
export const LIVE_INVITATION = `invitations
  JOIN people AS inviter ON inviter.id = invitations.created_by AND inviter.deactivated_at IS NULL
  JOIN memberships AS inviting ON inviting.person = inviter.id AND inviting.site = invitations.site
   AND inviting.role IN ('lead', 'admin')
   AND invitations.used_by IS NULL AND invitations.expires_at > ? AND invitations.tries < ${INVITATION_TRIES_MAX}`;

/** How many a site (?) has: its people, devices and tokens. One that has been ended takes no place, though it is still kept. */
const SEATED = `(SELECT count(*) FROM memberships
  JOIN people AS seated ON seated.id = memberships.person AND seated.deactivated_at IS NULL
  WHERE memberships.site = ?)`;

/** Whether a site (?) has room for one more person. */
export const HAS_ROOM = `${SEATED} < ${SITE_PEOPLE_MAX}`;

/** Whether a site (?) has room for one more person and a device of theirs. */
export const HAS_ROOM_FOR_TWO = `${SEATED} < ${SITE_PEOPLE_MAX - 1}`;

/** Whether somebody (site ?, person ?) may invite now: no script and no screen does. */
const MAY_INVITE = `EXISTS (SELECT 1 FROM memberships
  JOIN people ON people.id = memberships.person AND people.kind = 'person' AND people.deactivated_at IS NULL
  WHERE memberships.site = ? AND memberships.person = ? AND memberships.role IN ('lead', 'admin'))`;

/**
 * Makes an invitation. Its token is in the answer alone. `random` is in [0, 1). Errors: `forbidden`, `people-full`;
 * throws `D1Unavailable`.
 */
export async function invite(
  db: D1Database,
  { site, actor }: { site: string; actor: string },
  { role, name }: InvitationBody,
  now: number,
  random: () => number,
): Promise<{ ok: true; value: Invited } | Refusal> {
  const id = newInvitationId(random);
  const token = newSecret();
  const expiresAt = now + INVITATION_MS_MAX;
  const sql = `${MAY_INVITE} AND ${HAS_ROOM}
    AND (SELECT count(*) FROM invitations WHERE site = ? AND used_by IS NULL) < ${INVITATIONS_MAX}`;
  const values = [site, actor, site, site];
  const event = { at: now, type: 'invited', site, actor, subject: id, details: { role } } as const;
  const results = await ask(
    db.batch([
      db
        .prepare('DELETE FROM invitations WHERE site = ? AND (expires_at <= ? OR tries >= ?)')
        .bind(site, now, INVITATION_TRIES_MAX),
      ...recordEvent(db, event, { sql, values }),
      db
        .prepare(
          `INSERT INTO invitations (id, site, role, name, hash, created_by, created_at, expires_at)
           SELECT ?, ?, ?, ?, ?, ?, ?, ? WHERE ${sql} RETURNING id`,
        )
        .bind(id, site, role, name ?? null, hashSecret(token), actor, now, expiresAt, ...values),
      db.prepare(`SELECT 1 WHERE ${MAY_INVITE}`).bind(site, actor),
    ]),
  );
  const [made, may] = results.slice(-2);
  if (rowsOf(made).length > 0) return { ok: true, value: { id, token, expiresAt } };
  return refuse(rowsOf(may).length > 0 ? 'people-full' : 'forbidden');
}

/** Takes an invitation back. Errors: `not-found`, for one that is gone already too; throws `D1Unavailable`. */
export async function withdraw(
  db: D1Database,
  { site, actor, id }: { site: string; actor: string; id: string },
  now: number,
): Promise<{ ok: true } | Refusal> {
  const sql = `${MAY_INVITE} AND EXISTS (SELECT 1 FROM invitations WHERE site = ? AND id = ? AND used_by IS NULL)`;
  const values = [site, actor, site, id];
  const event = { at: now, type: 'invitation-withdrawn', site, actor, subject: id, details: {} } as const;
  const results = await ask(
    db.batch([
      ...recordEvent(db, event, { sql, values }),
      db
        .prepare(`DELETE FROM invitations WHERE site = ? AND id = ? AND ${sql} RETURNING id`)
        .bind(site, id, ...values),
    ]),
  );
  return rowsOf(results.at(-1)).length > 0 ? { ok: true } : refuse('not-found');
}

interface LookRow {
  site: string;
  role: InvitedRole;
  name: string | null;
  inviter: string;
  expires_at: number;
}

/** What an invitation is for; null where its token opens nothing. Errors: `D1Unavailable`. */
export async function lookAt(db: D1Database, token: string, now: number): Promise<Invitation | null> {
  const query = db
    .prepare(
      `SELECT sites.name AS site, invitations.role, invitations.name, inviter.name AS inviter, invitations.expires_at
         FROM ${LIVE_INVITATION} JOIN sites ON sites.id = invitations.site WHERE invitations.hash = ?`,
    )
    .bind(now, hashSecret(token))
    .first<LookRow>();
  const row = await ask(query);
  if (!row) return null;
  const { site, role, name, inviter, expires_at: expiresAt } = row;
  return { site: { name: site }, role, name, by: { name: inviter }, expiresAt };
}

/** Whose invitation it is; null where its token opens nothing. Errors: `D1Unavailable`. */
export async function inviterOf(db: D1Database, token: string, now: number): Promise<string | null> {
  const query = db
    .prepare(`SELECT inviter.id FROM ${LIVE_INVITATION} WHERE invitations.hash = ?`)
    .bind(now, hashSecret(token));
  const row = await ask(query.first<{ id: string }>());
  return row?.id ?? null;
}
