import { SETTINGS_ACCESS } from '../protocol/access.ts';
import type { SiteChangeBody } from '../protocol/bodies.ts';
import { type Refusal, refuse } from '../protocol/errors.ts';
import { SETTINGS_CHANGES_MAX } from '../protocol/limits.ts';
import { hasRole, type Principal, type Settings, type SettingsChange, type Site } from '../protocol/site.ts';
import type { Effect, StorageEffect } from './effect.ts';
import { formerNames, movesOf, refusalOf } from './renaming.ts';
import { requestEdit } from './request.ts';
import { changedIn } from './settings-change.ts';
import type { Hub } from './socket.ts';
import type { Env, SiteState } from './state.ts';

/**
 * Changes name, time zone, locations or shifts, and tells whoever is on the site. A location goes only while no car of the
 * board stands there: the hub takes one thing after another, so none can come to stand there meanwhile. The cars of one that
 * gets another name go with it, as one version. `id` is random, new each time.
 * Errors: `forbidden`, `location-in-use`, `unknown-location`, `invalid`.
 */
export function changeSettings(
  hub: Hub,
  { name, timeZone, locations, renames = [], shifts }: SiteChangeBody,
  { id, principal }: { id: string; principal: Principal },
  env: Env,
): { answer: { ok: true; value: Settings } | Refusal; effects: Effect[] } {
  const { state, feed } = hub;
  const { site } = state;
  if (!hasRole(principal.role, SETTINGS_ACCESS)) return { answer: refuse('forbidden'), effects: [] };
  const kept = locations ?? site.locations;
  const refusal = refusalOf(site, kept, renames);
  if (refusal) return { answer: refusal, effects: [] };
  const formerly = formerNames(site, kept, renames);
  const nextShifts = shifts ?? site.shifts ?? [];
  const next: Site = {
    id: site.id,
    name: name ?? site.name,
    timeZone: timeZone ?? site.timeZone,
    locations: kept,
    ...(nextShifts.length > 0 && { shifts: nextShifts }),
    ...(formerly.length > 0 && { formerly }),
  };
  const inUse = lostLocation(state, [...kept, ...renames.map(({ from }) => from)]);
  if (inUse !== undefined) return { answer: refuse('location-in-use', inUse, 'locations'), effects: [] };

  const effects: Effect[] = [];
  if (JSON.stringify(next) !== JSON.stringify(site)) {
    // The directory keeps the newest: two changes within a millisecond are not of the same time.
    const at = Math.max(env.now, state.settingsAt + 1);
    const made: SettingsChange = { at, by: principal.person, details: changedIn(site, next, renames) };
    state.settingsChanges = [...state.settingsChanges, made].slice(-SETTINGS_CHANGES_MAX);
    state.settingsAt = at;
    state.site = next;
    const text = JSON.stringify({ type: 'notice', notice: 'site', site: next });
    effects.push({ type: 'put-meta', meta: state });
    for (const to of feed.listeners.keys()) effects.push({ type: 'send', to, text });
    const rows = movesOf(state, renames);
    if (rows.length > 0) {
      const moves = { type: 'import', rows, mode: 'merge', renamed: renames } as const;
      effects.push(...requestEdit(hub, moves, { id, principal }, env).effects);
    }
    effects.push({ type: 'archive' });
  }
  return { answer: { ok: true, value: settingsOf(state) }, effects };
}

/** The settings as the directory is to have them, and to record how they came to be so. */
export function settingsOf({ site, settingsAt, settingsChanges }: SiteState): Settings {
  return { site, at: settingsAt, changes: settingsChanges };
}

/** The directory has the settings as of `at`. */
export function settingsSaved(state: SiteState, at: number): StorageEffect[] {
  if (at <= state.settingsSaved) return [];
  state.settingsSaved = at;
  state.settingsChanges = state.settingsChanges.filter((change) => change.at > at);
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
