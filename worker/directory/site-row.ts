import type { Shift, Site } from '../protocol/site.ts';

/** A site as its table has it. */
export interface SiteRow {
  id: string;
  name: string;
  time_zone: string;
  locations: string;
  shifts: string;
}

export const SITE_COLUMNS = 'sites.id, sites.name, sites.time_zone, sites.locations, sites.shifts';

export function siteOf(row: SiteRow): Site {
  const { id, name, time_zone, locations } = row;
  const shifts: Shift[] = JSON.parse(row.shifts);
  return {
    id,
    name,
    timeZone: time_zone,
    locations: JSON.parse(locations),
    ...(shifts.length > 0 && { shifts }),
  };
}
