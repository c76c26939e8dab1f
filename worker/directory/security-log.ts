import * as v from 'valibot';
import { KIND_OF, SECURITY_EVENTS, type SecurityEntry, type SecurityKind } from '../protocol/security.ts';
import { ask } from './d1.ts';

export interface LogQuery {
  site: string;
  /** Only events below this id. */
  before?: number | undefined;
  limit: number;
  kind?: SecurityKind | undefined;
  /** Who did it, or whom it was done to. */
  person?: string | undefined;
}

interface EventRow {
  id: number;
  at: number;
  type: string;
  site: string | null;
  actor: string | null;
  actor_name: string | null;
  subject: string | null;
  subject_name: string | null;
  details: string;
}

const Type = v.picklist(SECURITY_EVENTS);
const Details = v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()]));

/**
 * What happened on a site, and, of its people, what concerns no site at all; newest first. What happened in the name of
 * another site is not told here (rule I1). Errors: `D1Unavailable`.
 */
export async function securityEntries(db: D1Database, query: LogQuery): Promise<SecurityEntry[]> {
  const { site, before, limit, kind, person } = query;
  const types = SECURITY_EVENTS.filter((type) => kind === undefined || KIND_OF[type] === kind);
  const statement = db
    .prepare(
      `SELECT events.id, at, type, events.site, actor, doer.name AS actor_name,
              subject, object.name AS subject_name, details
         FROM security_events AS events
         LEFT JOIN people AS doer ON doer.id = actor
         LEFT JOIN people AS object ON object.id = subject
        WHERE (events.site = ?1 OR events.site IS NULL AND subject IN (
                SELECT memberships.person FROM memberships WHERE memberships.site = ?1))
          AND events.id < ?2 AND type IN (SELECT value FROM json_each(?3))
          AND (?4 IS NULL OR actor = ?4 OR subject = ?4)
        ORDER BY events.id DESC LIMIT ?5`,
    )
    .bind(site, before ?? Number.MAX_SAFE_INTEGER, JSON.stringify(types), person ?? null, limit);
  const { results } = await ask(statement.all<EventRow>());
  return results.map((row) => ({
    id: row.id,
    at: row.at,
    type: v.parse(Type, row.type),
    ofSite: row.site !== null,
    actor: row.actor === null ? null : { id: row.actor, name: row.actor_name },
    subject: row.subject === null ? null : { id: row.subject, name: row.subject_name },
    details: detailsFor(site, row),
  }));
}

/** What concerns no site may have been done on a device of one: its name is told there, and nowhere else. */
function detailsFor(site: string, row: EventRow): SecurityEntry['details'] {
  const { device, deviceSite, ...others } = v.parse(Details, JSON.parse(row.details));
  const isTold = device !== undefined && (row.site !== null || deviceSite === site);
  return isTold ? { ...others, device } : others;
}
