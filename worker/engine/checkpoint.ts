import type { Car } from '../protocol/car.ts';
import type { LogEntry } from '../protocol/history.ts';
import { LOG_TAIL_MAX } from '../protocol/limits.ts';
import type { Settings } from '../protocol/site.ts';
import type { StorageEffect } from './effect.ts';
import { settingsOf } from './settings.ts';
import type { SiteState } from './state.ts';

/** What the archive lacks. */
export interface Batch {
  /** The archive is as of this version once it holds the batch (rule A2). */
  version: number;
  cars: Car[];
  /** Cars these entries removed whose tombstones are forgotten already: no row of `cars` tells of them. */
  forgotten: string[];
  /** Every tombstone below this version has been forgotten. */
  floor: number;
  entries: LogEntry[];
  names: Record<string, string>;
  /** Name, time zone, locations and shifts, where the directory may not have them. */
  settings?: Settings;
}

/** How long after a change the archive gets it: a hundred taps on one car within it cost one row. */
export const CHECKPOINT_DELAY_MS = 8_000;
/** How long between the beginnings of two tries that fail, while the site is in use. Once D1 heals all is there within it. */
export const RETRY_MS_MIN = 8_000;
const RETRY_MS_MAX = 5 * 60_000;

/** True where D1 lacks something. */
export function isBehind(state: SiteState): boolean {
  return state.version > state.archived || state.settingsAt > state.settingsSaved;
}

/**
 * All that has changed since the archive's version; null where nothing has. `removedBefore` is what entries removed that
 * went ahead in pieces: its tombstones may have been forgotten only since.
 */
export function batchOf(
  state: SiteState,
  entries: LogEntry[],
  removedBefore: Iterable<string> = [],
): Batch | null {
  if (!isBehind(state)) return null;
  const cars: Car[] = [];
  // The state's own floor goes up when there is room again, though older tombstones are still here.
  let { floor } = state;
  for (const { car } of state.cars.values()) {
    if (car.version > state.archived) cars.push(car);
    if (car.removed) floor = Math.min(floor, car.version);
  }
  const names: Record<string, string> = {};
  for (const { by } of entries) names[by] ??= state.names.get(by) ?? '';
  for (const { updatedBy } of cars) names[updatedBy] ??= state.names.get(updatedBy) ?? '';
  return {
    version: state.version,
    cars,
    forgotten: [...new Set([...removedBefore, ...removedIn(entries)])].filter((id) => !state.cars.has(id)),
    floor,
    entries,
    names,
    ...(state.settingsAt > state.settingsSaved && {
      settings: settingsOf(state),
    }),
  };
}

/** Cars that entries removed, whatever has become of them since. */
export function removedIn(entries: LogEntry[]): string[] {
  return entries.flatMap(({ cars }) => cars.flatMap(({ id, after }) => (after.removed ? id : [])));
}

/** The archive has everything up to `version`: the mark moves there, and the log keeps a bounded tail (rule B1). */
export function archived(state: SiteState, version: number): StorageEffect[] {
  state.archived = Math.max(state.archived, version);
  const upTo = Math.min(state.archived, state.version - LOG_TAIL_MAX);
  return [{ type: 'put-meta', meta: state }, ...(upTo > 0 ? [{ type: 'prune', upTo } as const] : [])];
}

/**
 * How long to wait before the next try, from the beginning of one that failed: the longer the site has been quiet the
 * longer, so that a floor at work is archived soon after D1 heals and an idle hub may sleep. `chance` is in [0, 1).
 */
export function retryDelayMs(quietMs: number, chance: number): number {
  const ceiling = Math.min(RETRY_MS_MAX, Math.max(RETRY_MS_MIN, quietMs));
  return Math.round(ceiling / 2 + (ceiling / 2) * chance);
}
