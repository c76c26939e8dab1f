import { ask, rowsOf } from './d1.ts';
import type { DocumentOwner } from './documents.ts';
import { LIVE_SESSION, oldestUse } from './session.ts';

/**
 * Forgets what was overwritten of a document, where it still is this version: what has been overwritten since has not
 * been looked at. False where the session counts no more. Errors: `D1Unavailable`.
 */
export async function forgetOverwritten(
  db: D1Database,
  { person, session }: DocumentOwner,
  key: string,
  version: number,
  now: number,
): Promise<boolean> {
  const live = `SELECT people.id FROM ${LIVE_SESSION} WHERE sessions.hash = ?1 AND people.id = ?4`;
  const who = [session, now, oldestUse(now), person] as const;
  const results = await ask(
    db.batch([
      db
        .prepare(
          `DELETE FROM document_conflicts WHERE person = ?4 AND key = ?5 AND version = ?6 AND EXISTS (${live})`,
        )
        .bind(...who, key, version),
      db.prepare(live).bind(...who),
    ]),
  );
  return rowsOf(results.at(-1)).length > 0;
}
