import type { NewSiteBody, SiteChangeBody } from '../../worker/protocol/bodies.ts';
import type { Car } from '../../worker/protocol/car.ts';
import { LOCATION_CHARS_MAX, LOCATIONS_MAX } from '../../worker/protocol/limits.ts';
import { DEFAULT_LOCATIONS, foldLocation, type Shift, type Site } from '../../worker/protocol/site.ts';
import { t } from '../messages/translate.ts';
import { shiftsOf } from './shift-form.ts';

/** The settings of a site while somebody works on them. */
export interface SiteForm {
  name: string;
  timeZone: string;
  locations: readonly string[];
  shifts: readonly Shift[];
}

export function formOf({ name, timeZone, locations, shifts = [] }: Site): SiteForm {
  return { name, timeZone, locations, shifts };
}

export function emptyForm(timeZone: string): SiteForm {
  return { name: '', timeZone, locations: DEFAULT_LOCATIONS, shifts: [] };
}

/** What differs from `base`, for the hub; null where nothing does. */
export function changeOf(form: SiteForm, base: SiteForm): SiteChangeBody | null {
  const shifts = shiftsOf(form.shifts);
  const change: SiteChangeBody = {
    ...(form.name.trim() !== base.name && { name: form.name.trim() }),
    ...(form.timeZone !== base.timeZone && { timeZone: form.timeZone }),
    ...(!isSame(form.locations, base.locations) && { locations: [...form.locations] }),
    ...(JSON.stringify(shifts) !== JSON.stringify(shiftsOf(base.shifts)) && { shifts }),
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

/** How many cars of the board stand where. */
export function carsByLocation(cars: Iterable<Car>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { location } of cars) counts.set(location, (counts.get(location) ?? 0) + 1);
  return counts;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}
