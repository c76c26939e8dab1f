import type { Car } from '../protocol/car.ts';
import type { LogEntry } from '../protocol/history.ts';
import { LOG_TAIL_MAX } from '../protocol/limits.ts';
import type { StorageEffect } from './effect.ts';
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
}

/** How long after a change the archive gets it: a hundred taps on one car within it cost one row. */
export const CHECKPOINT_DELAY_MS = 10_000;
const BACKOFF_MS_MAX = 5 * 60_000;

/** All that has changed since the archive's version; null where nothing has. */
export function batchOf(state: SiteState, entries: LogEntry[]): Batch | null {
  if (state.version <= state.archived) return null;
  const cars: Car[] = [];
  for (const { car } of state.cars.values()) if (car.version > state.archived) cars.push(car);
  const names: Record<string, string> = {};
  for (const { by } of entries) names[by] ??= state.names.get(by) ?? '';
  for (const { updatedBy } of cars) names[updatedBy] ??= state.names.get(updatedBy) ?? '';
  return {
    version: state.version,
    cars,
    forgotten: forgottenIn(entries, state),
    floor: state.floor,
    entries,
    names,
  };
}

function forgottenIn(entries: LogEntry[], state: SiteState): string[] {
  const removed = entries.flatMap(({ cars }) => cars.flatMap(({ id, after }) => (after.removed ? id : [])));
  return [...new Set(removed)].filter((id) => !state.cars.has(id));
}

/** The archive has everything up to `version`: the mark moves there, and the log keeps a bounded tail (rule B1). */
export function archived(state: SiteState, version: number): StorageEffect[] {
  state.archived = Math.max(state.archived, version);
  const upTo = Math.min(state.archived, state.version - LOG_TAIL_MAX);
  return [{ type: 'put-meta', meta: state }, ...(upTo > 0 ? [{ type: 'prune', upTo } as const] : [])];
}

/** How long to wait before the next try, after so many failures in a row. `chance` is in [0, 1). */
export function retryDelayMs(failures: number, chance: number): number {
  const ceiling = Math.min(BACKOFF_MS_MAX, CHECKPOINT_DELAY_MS * 2 ** failures);
  return ceiling / 2 + (ceiling / 2) * chance;
}
