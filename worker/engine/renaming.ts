import type { CarFields } from '../protocol/car.ts';
import type { ImportRow, Intent } from '../protocol/edit.ts';
import { type Refusal, refuse } from '../protocol/errors.ts';
import { LOCATIONS_MAX } from '../protocol/limits.ts';
import { presentName } from '../protocol/present-name.ts';
import type { Renaming, Site } from '../protocol/site.ts';
import type { SiteState } from './state.ts';

/** Why locations cannot be renamed so, or null where they can. `locations`: those of afterwards. */
export function refusalOf(
  site: Site,
  locations: readonly string[],
  renames: readonly Renaming[],
): Refusal | null {
  for (const { from, to } of renames) {
    if (!site.locations.includes(from)) return refuse('unknown-location', from, 'renames');
    const isNew = !site.locations.includes(to) && locations.includes(to);
    if (!isNew || locations.includes(from)) return refuse('invalid', to, 'renames');
  }
  return null;
}

/** What was ever called otherwise and is still there, the oldest name first; names that are in use again are not among them. */
export function formerNames(
  site: Site,
  locations: readonly string[],
  renames: readonly Renaming[],
): readonly Renaming[] {
  const nameOf = (name: string) => renames.find(({ from }) => from === name)?.to ?? name;
  const before = (site.formerly ?? []).map(({ from, to }) => ({ from, to: nameOf(to) }));
  return [...before, ...renames]
    .filter(({ from, to }) => !locations.includes(from) && locations.includes(to))
    .slice(-LOCATIONS_MAX);
}

/** What moves every car of the board that stands at a location with another name to where that is now. */
export function movesOf(state: SiteState, renames: readonly Renaming[]): ImportRow[] {
  const nameOf = new Map(renames.map(({ from, to }) => [from, to]));
  return [...state.cars.values()].flatMap(({ car }) => {
    const location = car.removed ? undefined : nameOf.get(car.location);
    return location === undefined ? [] : [{ car: car.id, fields: { location } }];
  });
}

/** The same intent with the names its locations have now: whoever meant them knew no other. */
export function withPresentNames(site: Site, intent: Intent): Intent {
  if (locationsOf(intent).every((location) => presentName(site, location) === location)) return intent;
  const present = <T extends Partial<CarFields>>(fields: T): T =>
    fields.location === undefined ? fields : { ...fields, location: presentName(site, fields.location) };
  if (intent.type === 'import') {
    return { ...intent, rows: intent.rows.map(({ car, fields }) => ({ car, fields: present(fields) })) };
  }
  return 'fields' in intent && intent.fields ? { ...intent, fields: present(intent.fields) } : intent;
}

/** The locations that an intent names. */
export function locationsOf(intent: Intent): string[] {
  if (intent.type === 'import') return intent.rows.flatMap(({ fields }) => fields.location ?? []);
  return 'fields' in intent && intent.fields?.location !== undefined ? [intent.fields.location] : [];
}
