import type { Settings } from '../protocol/site.ts';

/** A statement that brings the directory to what a hub has settled, unless it has something newer. May be repeated. */
export function putSettings(db: D1Database, { site, at }: Settings): D1PreparedStatement {
  const { id, name, timeZone, locations, shifts = [] } = site;
  return db
    .prepare(
      `UPDATE sites SET name = ?2, time_zone = ?3, locations = ?4, shifts = ?6, settings_at = ?5
        WHERE id = ?1 AND settings_at < ?5`,
    )
    .bind(id, name, timeZone, JSON.stringify(locations), at, JSON.stringify(shifts));
}
