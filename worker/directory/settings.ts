import type { Settings } from '../protocol/site.ts';
import { recordEvent } from './events.ts';

/**
 * Statements that bring the directory to what a hub has settled, unless it has something newer, and record what it had
 * not heard of yet. For one batch; may be repeated.
 */
export function putSettings(db: D1Database, { site, at, changes }: Settings): D1PreparedStatement[] {
  const { id, name, timeZone, locations, shifts = [] } = site;
  return [
    ...changes.flatMap(({ at: changedAt, by, details }) =>
      recordEvent(
        db,
        { at: changedAt, type: 'site-changed', site: id, actor: by, subject: id, details },
        { sql: IS_NEWS, values: [id, changedAt] },
      ),
    ),
    db
      .prepare(
        `UPDATE sites SET name = ?2, time_zone = ?3, locations = ?4, shifts = ?6, settings_at = ?5
          WHERE id = ?1 AND settings_at < ?5`,
      )
      .bind(id, name, timeZone, JSON.stringify(locations), at, JSON.stringify(shifts)),
  ];
}

const IS_NEWS = 'EXISTS (SELECT 1 FROM sites WHERE id = ?7 AND settings_at < ?8)';
