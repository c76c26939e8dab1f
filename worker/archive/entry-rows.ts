import type { CarDiff, LogEntry } from '../protocol/history.ts';
import { HISTORY_ENTRY_CHARS_MAX } from '../protocol/limits.ts';

/** What an entry becomes in the archive, in the order of the JSON that `save` hands over. */
export interface EntryRows {
  /** Parts, characters in all, the entry; without its cars where they are in parts. */
  head: [parts: number, size: number, entry: LogEntry];
  parts: [version: number, part: number, cars: CarDiff[]][];
  cars: [car: string, version: number][];
}

/** An entry as rows: one, unless its cars are too many for one (an import, a bulk removal). */
export function rowsOfEntry(entry: LogEntry): EntryRows {
  const cars = entry.cars.map(({ id }): [string, number] => [id, entry.version]);
  const size = JSON.stringify(entry).length;
  if (size <= HISTORY_ENTRY_CHARS_MAX) return { head: [0, size, entry], parts: [], cars };
  const parts = split(entry.cars).map((diffs, i): [number, number, CarDiff[]] => [entry.version, i, diffs]);
  return { head: [parts.length, size, { ...entry, cars: [] }], parts, cars };
}

const PART_CHARS = 100_000;

function split(diffs: CarDiff[]): CarDiff[][] {
  const parts: CarDiff[][] = [];
  let room = 0;
  for (const diff of diffs) {
    const chars = JSON.stringify(diff).length;
    if (room < chars) {
      parts.push([]);
      room = PART_CHARS;
    }
    parts.at(-1)?.push(diff);
    room -= chars;
  }
  return parts;
}
