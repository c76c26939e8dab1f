import { SECURITY_EVENTS_MAX } from '../protocol/limits.ts';
import type { SecurityEvent } from '../protocol/security.ts';

/** What a statement depends on, in SQL, with the values of its parameters. */
export interface Condition {
  sql: string;
  values: (string | number)[];
}

export const ALWAYS: Condition = { sql: 'TRUE', values: [] };

/**
 * Statements that record what has happened, for the batch in which it happens: it is recorded if and only if it is
 * done. `when`: a condition in SQL, where the rest of the batch depends on one; its parameters follow as ?7 and up.
 */
export function recordEvent(
  db: D1Database,
  { at, type, site, actor, subject, details }: SecurityEvent,
  when: Condition = ALWAYS,
): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `INSERT INTO security_events (at, type, site, actor, subject, details)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE ${when.sql}`,
      )
      .bind(at, type, site, actor, subject, JSON.stringify(details), ...when.values),
    db
      .prepare('DELETE FROM security_events WHERE id <= (SELECT max(id) FROM security_events) - ?')
      .bind(SECURITY_EVENTS_MAX),
  ];
}
