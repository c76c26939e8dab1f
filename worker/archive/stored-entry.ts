import * as v from 'valibot';
import { CHOICES } from '../protocol/attention.ts';
import type { CarDiff, LogEntry } from '../protocol/history.ts';

/** A log entry as it lies in the archive: a row of `history`, and those of the two other tables that belong to it. */
export interface StoredEntry {
  version: number;
  at: number;
  person: string;
  type: string;
  /** JSON; its cars are in `inParts` where `parts` is not 0. */
  entry: string;
  parts: number;
  /** Characters of all of it. */
  size: number;
  inParts: { part: number; cars: string }[];
  /** Cars that are listed under it. */
  cars: string[];
}

const Data = v.strictObject({
  location: v.optional(v.string()),
  arrived: v.optional(v.boolean()),
  late: v.optional(v.boolean()),
  empty: v.optional(v.boolean()),
  notes: v.optional(v.string()),
  arrivedAt: v.optional(v.nullable(v.number())),
  emptiedAt: v.optional(v.nullable(v.number())),
  removed: v.optional(v.boolean()),
});
const Diffs = v.array(v.strictObject({ id: v.string(), before: v.nullable(Data), after: Data }));
const Entry = v.strictObject({
  version: v.number(),
  at: v.number(),
  by: v.string(),
  device: v.string(),
  seq: v.number(),
  id: v.string(),
  type: v.string(),
  undoes: v.optional(v.number()),
  settled: v.optional(
    v.strictObject({
      item: v.string(),
      author: v.string(),
      cars: v.array(v.string()),
      choice: v.picklist(CHOICES),
    }),
  ),
  renamed: v.optional(v.array(v.strictObject({ from: v.string(), to: v.string() }))),
  prev: v.optional(v.string()),
  cars: Diffs,
});

/** The entry without the cars that are in parts; null where the text is not what a hub writes, to the character. */
export function readEntry(text: string): LogEntry | null {
  return read<LogEntry>(Entry, text);
}

/** The cars of one part; null where the text is not what a hub writes. */
export function readPart(text: string): CarDiff[] | null {
  return read<CarDiff[]>(Diffs, text);
}

/**
 * Nothing more and nothing less than what an entry's own text stands for: a field beside the known ones, or a second
 * value for one, would not change the hash.
 */
function read<T>(schema: v.GenericSchema, text: string): T | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return JSON.stringify(value) === text && v.is(schema, value) ? (value as T) : null;
}
