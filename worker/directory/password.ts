import { hashPassword } from '../identity/password.ts';
import { ask, rowsOf } from './d1.ts';
import { type Condition, recordEvent } from './events.ts';
import { LIVE_SESSION, oldestUse } from './session.ts';

export interface Owner {
  id: string;
  email: string | null;
  /** Stored form; null for who has none. */
  password: string | null;
}

/** Whose session this is, with the password they have now; null where it does not count. Errors: `D1Unavailable`. */
export async function ownerOf(db: D1Database, session: string, now: number): Promise<Owner | null> {
  const query = db
    .prepare(`SELECT people.id, people.email, people.password FROM ${LIVE_SESSION} WHERE sessions.hash = ?1`)
    .bind(session, now, oldestUse(now));
  return ask(query.first<Owner>());
}

/**
 * Stores another password and ends every other session of its owner in the directory. Says which had not been known
 * before; null where the password is not the one that was looked at any more, or the session has ended meanwhile.
 * Errors: `D1Unavailable`.
 */
export async function replacePassword(
  db: D1Database,
  owner: Owner,
  session: string,
  password: string,
  now: number,
): Promise<{ ended: string[] } | null> {
  const stored = await hashPassword(password);
  // Its salt is its own: who finds it there knows that it was this change.
  const isDone: Condition = {
    sql: 'EXISTS (SELECT 1 FROM people WHERE id = ?7 AND password = ?8)',
    values: [owner.id, stored],
  };
  const { id } = owner;
  const [changed, ended] = await ask(
    db.batch([
      db
        .prepare(
          `UPDATE people SET password = ?4 WHERE id = ?5 AND password IS ?6
             AND EXISTS (SELECT 1 FROM ${LIVE_SESSION} WHERE sessions.hash = ?1) RETURNING id`,
        )
        .bind(session, now, oldestUse(now), stored, id, owner.password),
      db
        .prepare(
          `UPDATE sessions SET revoked_at = ?3 WHERE person = ?1 AND hash <> ?2 AND revoked_at IS NULL
             AND EXISTS (SELECT 1 FROM people WHERE id = ?1 AND password = ?4) RETURNING hash`,
        )
        .bind(id, session, now, stored),
      db
        .prepare(
          `DELETE FROM password_resets WHERE person = ?1
             AND EXISTS (SELECT 1 FROM people WHERE id = ?1 AND password = ?2)`,
        )
        .bind(id, stored),
      ...recordEvent(
        db,
        { at: now, type: 'password-changed', site: null, actor: id, subject: id, details: {} },
        isDone,
      ),
    ]),
  );
  if (rowsOf(changed).length === 0) return null;
  return { ended: rowsOf<{ hash: string }>(ended).map(({ hash }) => hash) };
}
