import type { Site } from './site.ts';

/** What a location is called now. One that there never was, or is no more, keeps its name. */
export function presentName({ locations, formerly = [] }: Site, location: string): string {
  if (locations.includes(location)) return location;
  return formerly.find(({ from }) => from === location)?.to ?? location;
}
