import type { CarData } from './car.ts';
import type { CarDiff, LogEntry } from './history.ts';
import type { Renaming } from './site.ts';

/** SHA-256 of a text, as base64url without padding: 43 characters. Handed in; nothing here knows how. */
export type Hash = (text: string) => string;

/**
 * The one text that stands for an entry, whose hash the next entry carries as `prev` (rule A1): every field, in an
 * order of its own, whatever the order was in which they were written down or stored. A field that is not taken apart
 * here does not compile.
 */
export function entryText(entry: LogEntry): string {
  const { version, at, by, device, seq, id, type, undoes, settled, renamed, prev, cars, ...others } = entry;
  others satisfies Record<string, never>;
  const fixed = [version, at, by, device, seq, id, type];
  return JSON.stringify([
    ...fixed,
    { undoes, settled: settledOf(settled), renamed: renamed?.map(renamingOf), prev },
    cars.map(diffOf),
  ]);
}

/** What the first entry of a site carries the hash of. */
export function genesisText(site: string): string {
  return JSON.stringify(['genesis', site]);
}

function settledOf(settled: LogEntry['settled']): LogEntry['settled'] {
  if (!settled) return undefined;
  const { item, author, cars, choice, ...others } = settled;
  others satisfies Record<string, never>;
  return { item, author, cars, choice };
}

function renamingOf({ from, to, ...others }: Renaming): Renaming {
  others satisfies Record<string, never>;
  return { from, to };
}

function diffOf({ id, before, after, ...others }: CarDiff) {
  others satisfies Record<string, never>;
  return [id, before && dataOf(before), dataOf(after)];
}

/** What is undefined is left out by JSON, what is null is not: "no time" and "not told" are different texts. */
function dataOf(data: Partial<CarData>) {
  const { location, arrived, late, empty, notes, arrivedAt, emptiedAt, removed, ...others } = data;
  others satisfies Record<string, never>;
  return { location, arrived, late, empty, notes, arrivedAt, emptiedAt, removed };
}
