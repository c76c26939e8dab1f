import type { NewSiteBody, SiteChangeBody } from '../../worker/protocol/bodies.ts';
import type { Car } from '../../worker/protocol/car.ts';
import { LOCATION_CHARS_MAX, LOCATIONS_MAX } from '../../worker/protocol/limits.ts';
import {
  DEFAULT_LOCATIONS,
  foldLocation,
  type Renaming,
  type Shift,
  type Site,
} from '../../worker/protocol/site.ts';
import { t } from '../messages/translate.ts';
import { shiftsOf } from './shift-form.ts';

/** The settings of a site while somebody works on them. */
export interface SiteForm {
  name: string;
  timeZone: string;
  locations: readonly string[];
  shifts: readonly Shift[];
  /** Those of the locations that had another name as the work began. */
  renames: readonly Renaming[];
}

export function formOf({ name, timeZone, locations, shifts = [] }: Site): SiteForm {
  return { name, timeZone, locations, shifts, renames: [] };
}

export function emptyForm(timeZone: string): SiteForm {
  return { name: '', timeZone, locations: DEFAULT_LOCATIONS, shifts: [], renames: [] };
}

/** What differs from `base`, for the hub; null where nothing does. */
export function changeOf(form: SiteForm, base: SiteForm): SiteChangeBody | null {
  const shifts = shiftsOf(form.shifts);
  // One that has been taken away since, or whose first name is another's now, is none.
  const renames = form.renames.filter(
    ({ from, to }) => form.locations.includes(to) && !form.locations.includes(from),
  );
  const change: SiteChangeBody = {
    ...(form.name.trim() !== base.name && { name: form.name.trim() }),
    ...(form.timeZone !== base.timeZone && { timeZone: form.timeZone }),
    ...(!isSame(form.locations, base.locations) && { locations: [...form.locations] }),
    ...(JSON.stringify(shifts) !== JSON.stringify(shiftsOf(base.shifts)) && { shifts }),
    ...(renames.length > 0 && { renames }),
  };
  return Object.keys(change).length > 0 ? change : null;
}

export function newSiteOf({ name, timeZone, locations, shifts }: SiteForm): NewSiteBody {
  return { name: name.trim(), timeZone, locations: [...locations], shifts: shiftsOf(shifts) };
}

/** The list with one more at its end, or why there can be none. */
export function withLocation(
  locations: readonly string[],
  text: string,
): { locations: string[] } | { problem: string } {
  const name = text.trim();
  if (name === '') return { problem: t('setup.missing') };
  if (name.length > LOCATION_CHARS_MAX) return { problem: t('site.tooLong', { count: LOCATION_CHARS_MAX }) };
  const same = locations.find((location) => foldLocation(location) === foldLocation(name));
  if (same !== undefined) return { problem: t('setup.twice', { name: same }) };
  if (locations.length >= LOCATIONS_MAX) return { problem: t('site.full', { count: LOCATIONS_MAX }) };
  return { locations: [...locations, name] };
}

/** With another name for a location, or why it cannot have that. `base`: what the work began with. */
export function withName(
  { locations, renames }: SiteForm,
  name: string,
  text: string,
  base: SiteForm,
): Pick<SiteForm, 'locations' | 'renames'> | { problem: string } {
  const to = text.trim();
  if (to === name) return { locations, renames };
  const others = locations.filter((location) => location !== name);
  const added = withLocation(others, to);
  if ('problem' in added) return added;
  const from = renames.find((renaming) => renaming.to === name)?.from ?? name;
  // The hub cannot tell whose cars would be whose.
  if (to !== from && base.locations.includes(to)) return { problem: t('site.stillThere', { name: to }) };
  const left = renames.filter((renaming) => renaming.to !== name);
  const isKnown = to !== from && base.locations.includes(from);
  return {
    locations: locations.map((location) => (location === name ? to : location)),
    renames: isKnown ? [...left, { from, to }] : left,
  };
}

/** The list with one a place up (-1) or down (1); as it is at its ends. */
export function moved(locations: readonly string[], name: string, by: -1 | 1): string[] {
  const from = locations.indexOf(name);
  const to = from + by;
  const next = [...locations];
  const other = next[to];
  if (from < 0 || other === undefined) return next;
  next[to] = name;
  next[from] = other;
  return next;
}

/** How many cars of the board stand where, by the names that locations are to have. */
export function carsByLocation(
  cars: Iterable<Car>,
  renames: readonly Renaming[] = [],
): ReadonlyMap<string, number> {
  const names = new Map(renames.map(({ from, to }) => [from, to]));
  const counts = new Map<string, number>();
  for (const { location } of cars) {
    const name = names.get(location) ?? location;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}
