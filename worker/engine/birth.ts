import { type Car, tombstonesToForget } from '../protocol/car.ts';
import { entryText, genesisText, type Hash } from '../protocol/chain.ts';
import type { LogEntry } from '../protocol/history.ts';
import { NAMES_MAX } from '../protocol/limits.ts';
import type { Site } from '../protocol/site.ts';
import type { StorageEffect } from './effect.ts';
import { emptyState, type SiteState, writesOf } from './state.ts';

/** What the archive knows of a site. */
export interface Inheritance {
  version: number;
  /** Its own cars are as of this version; of `version` where left out. */
  archived?: number;
  cars: Car[];
  names: Record<string, string>;
  /** Its newest history entry: the next one carries its hash. Left out where it has no history. */
  newest?: LogEntry;
}

/** Stands for whatever devices wrote before the hub's storage was lost. */
const ARCHIVE_DEVICE = 'archive';

/**
 * The state of a hub whose storage is empty: a new epoch (rule V2), beginning with what the archive has. Versions
 * count on from there, so that none of the archive's is used again.
 */
export function begin(
  site: Site,
  epoch: string,
  inherited: Inheritance | null,
  hash: Hash,
): { state: SiteState; effects: StorageEffect[] } {
  const newest = inherited?.newest;
  const head = hash(newest ? entryText(newest) : genesisText(site.id));
  const state = emptyState(site, epoch, head);
  const effects: StorageEffect[] = [];
  if (inherited) {
    const { version, names, archived = version } = inherited;
    const forgotten = new Set(tombstonesToForget(inherited.cars));
    Object.assign(state, { version, archived });
    for (const car of inherited.cars) {
      if (forgotten.has(car)) continue;
      const { version: written, updatedAt, updatedBy } = car;
      const writes = writesOf({ version: written, device: ARCHIVE_DEVICE, by: updatedBy, at: updatedAt });
      state.cars.set(car.id, { car, writes });
      if (!car.removed) state.live++;
      effects.push({ type: 'put-car', record: { car, writes } });
    }
    for (const [person, name] of namesToKeep(names, inherited.cars)) {
      state.names.set(person, name);
      effects.push({ type: 'put-name', person, name });
    }
  }
  return { state, effects: [{ type: 'put-meta', meta: state }, ...effects] };
}

/** The names that a hub begins with: of an archive's many, first of those whom its cars tell of. */
function namesToKeep(names: Record<string, string>, cars: readonly Car[]): [string, string][] {
  const writers = new Set(cars.map(({ updatedBy }) => updatedBy));
  const all = Object.entries(names);
  const theirs = all.filter(([person]) => writers.has(person));
  const others = all.filter(([person]) => !writers.has(person));
  return [...theirs, ...others].slice(0, NAMES_MAX);
}
