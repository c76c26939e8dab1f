import { SETTINGS_ACCESS } from '../protocol/access.ts';
import type { SiteChangeBody } from '../protocol/bodies.ts';
import { type Refusal, refuse } from '../protocol/errors.ts';
import { hasRole, type Principal, type Settings, type Site } from '../protocol/site.ts';
import type { Effect, StorageEffect } from './effect.ts';
import type { Hub } from './socket.ts';
import type { Env, SiteState } from './state.ts';

/**
 * Changes name, time zone, locations or shifts, and tells whoever is on the site. A location goes only while no car of the board
 * stands there: the hub takes one thing after another, so none can come to stand there meanwhile.
 * Errors: `forbidden`, `location-in-use`.
 */
export function changeSettings(
  hub: Hub,
  { name, timeZone, locations, shifts }: SiteChangeBody,
  { role }: Principal,
  { now }: Env,
): { answer: { ok: true; value: Settings } | Refusal; effects: Effect[] } {
  const { state, feed } = hub;
  const { site } = state;
  if (!hasRole(role, SETTINGS_ACCESS)) return { answer: refuse('forbidden'), effects: [] };
  const nextShifts = shifts ?? site.shifts ?? [];
  const next: Site = {
    id: site.id,
    name: name ?? site.name,
    timeZone: timeZone ?? site.timeZone,
    locations: locations ?? site.locations,
    ...(nextShifts.length > 0 && { shifts: nextShifts }),
  };
  const inUse = lostLocation(state, next.locations);
  if (inUse !== undefined) return { answer: refuse('location-in-use', inUse, 'locations'), effects: [] };

  const effects: Effect[] = [];
  if (JSON.stringify(next) !== JSON.stringify(site)) {
    state.site = next;
    // The directory keeps the newest: two changes within a millisecond are not of the same time.
    state.settingsAt = Math.max(now, state.settingsAt + 1);
    const text = JSON.stringify({ type: 'notice', notice: 'site', site: next });
    effects.push({ type: 'put-meta', meta: state });
    for (const to of feed.listeners.keys()) effects.push({ type: 'send', to, text });
    effects.push({ type: 'archive' });
  }
  return { answer: { ok: true, value: { site: next, at: state.settingsAt } }, effects };
}

/** The directory has the settings as of `at`. */
export function settingsSaved(state: SiteState, at: number): StorageEffect[] {
  if (at <= state.settingsSaved) return [];
  state.settingsSaved = at;
  return [{ type: 'put-meta', meta: state }];
}

/** Of the locations that would go the first at which a car of the board stands. */
function lostLocation(state: SiteState, locations: readonly string[]): string | undefined {
  const lost = state.site.locations.filter((location) => !locations.includes(location));
  if (lost.length === 0) return undefined;
  const taken = new Set<string>();
  for (const { car } of state.cars.values()) if (!car.removed) taken.add(car.location);
  return lost.find((location) => taken.has(location));
}
