import { SECURITY_EVENTS_MAX } from '../protocol/limits.ts';
import type { SecurityEvent } from '../protocol/security.ts';

/** What a statement depends on, in SQL, with the values of its parameters. */
export interface Condition {
  sql: string;
  values: (string | number | null)[];
}

export const ALWAYS: Condition = { sql: 'TRUE', values: [] };

/**
 * Events of one type, of a site or, where none is concerned, of whom they were done to: of these the newest are kept.
 * Parameter ?1 is that site or person, ?2 the type.
 */
function likeIt({ site }: Pick<SecurityEvent, 'site'>): string {
  return `${site === null ? 'site IS NULL AND subject IS ?1' : 'site = ?1'} AND type = ?2`;
}

/**
 * Statements that record what has happened, for the batch in which it happens: it is recorded if and only if it is
 * done. `when`: a condition in SQL, where the rest of the batch depends on one; its parameters follow as ?7 and up.
 */
export function recordEvent(
  db: D1Database,
  event: SecurityEvent,
  when: Condition = ALWAYS,
): D1PreparedStatement[] {
  const { at, type, site, actor, subject, details } = event;
  const like = likeIt(event);
  return [
    db
      .prepare(
        `INSERT INTO security_events (at, type, site, actor, subject, details)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE ${when.sql}`,
      )
      .bind(at, type, site, actor, subject, JSON.stringify(details), ...when.values),
    db
      .prepare(
        `DELETE FROM security_events WHERE ${like} AND id <= (
           SELECT id FROM security_events WHERE ${like} ORDER BY id DESC LIMIT 1 OFFSET ?3)`,
      )
      .bind(site ?? subject, type, SECURITY_EVENTS_MAX),
  ];
}

/** True, in SQL, where whoever does this has not been recorded with it lately. */
export function unlessLately({ at, type, site, actor, subject }: SecurityEvent, ms: number): Condition {
  const of = site === null ? 'site IS NULL AND subject IS ?7' : 'site = ?7';
  return {
    sql: `NOT EXISTS (SELECT 1 FROM security_events WHERE ${of} AND type = ?8 AND actor IS ?9 AND at > ?10)`,
    values: [site ?? subject, type, actor, at - ms],
  };
}
