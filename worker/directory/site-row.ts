import type { Site } from '../protocol/site.ts';

/** A site as its table has it. */
export interface SiteRow {
  id: string;
  name: string;
  time_zone: string;
  locations: string;
}

export const SITE_COLUMNS = 'sites.id, sites.name, sites.time_zone, sites.locations';

export function siteOf({ id, name, time_zone, locations }: SiteRow): Site {
  return { id, name, timeZone: time_zone, locations: JSON.parse(locations) };
}
