import type { RowResult } from './api.ts';
import { apply, type Change } from './apply.ts';
import { type CarFields, type CarReader, parseCarId } from './car.ts';
import type { ImportMode, ImportRow } from './edit.ts';
import { foldLocation } from './site.ts';

/** A readable row of a roster file. */
export interface RosterRow {
  /** Line of the file the row begins on, the header being line 1. */
  line: number;
  car: string;
  /** Only the fields the file has a column and a value for. */
  fields: Partial<CarFields>;
}

/** A row that cannot be taken, and why, in a code the catalogue has words for. */
export interface BadRow {
  line: number;
  /** The car number as it stands in the file, cut short. */
  car: string;
  reason: BadRowReason;
  /** The value at fault, cut short. */
  value: string;
  /** With `disagrees`: the line that stands. */
  earlier?: number;
}

export type BadRowReason =
  | 'no-car'
  | 'bad-car'
  | 'bad-status'
  | 'bad-flag'
  /** The status and the flags of the row cannot all be true: Expected, and empty. */
  | 'contradicts'
  | 'bad-location'
  | 'unknown-location'
  | 'bad-notes'
  /** The same car stands in an earlier line with other values. */
  | 'disagrees'
  /** A quote that is not closed, or a separator in a cell without quotes: nobody knows where the cells end. */
  | 'broken-quotes';

/** What importing a roster would do to the board. */
export interface ImportPlan {
  /** One for each row that can be taken, in the order of the file. */
  rows: RowResult[];
  bad: BadRow[];
  /** Cars that `replace` takes off the board, in the board's order. */
  removed: string[];
  /** The rows to apply, locations in the site's spelling. Handing them to `apply` has exactly the effect planned. */
  accepted: ImportRow[];
}

/**
 * Compares the rows of a roster, each car named once, with the board. A location is found in any case.
 * `replace` takes off the cars that the file does not name; one that it names in a row that cannot be taken,
 * here or among `unreadable`, stays as it is.
 */
export function planImport(
  cars: CarReader,
  rows: readonly RosterRow[],
  locations: readonly string[],
  mode: ImportMode,
  unreadable: readonly BadRow[] = [],
): ImportPlan {
  const spellingOf = spellings(locations);
  const taken: RosterRow[] = [];
  const bad: BadRow[] = [];
  for (const row of rows) {
    const placed = place(row, cars, spellingOf);
    if ('reason' in placed) bad.push(placed);
    else taken.push(placed);
  }
  const accepted: ImportRow[] = taken.map(({ car, fields }) => ({ car, fields }));
  if (mode === 'replace') accepted.push(...stays(cars, taken, [...bad, ...unreadable]));

  const changes = changesOf(accepted, mode, cars, locations[0]);
  return {
    rows: taken.map((row) => resultOf(row, changes.get(row.car))),
    bad,
    removed: [...changes.values()].filter(({ after }) => after.removed).map(({ after }) => after.id),
    accepted,
  };
}

/** From a location as somebody wrote it to the site's spelling. */
function spellings(locations: readonly string[]): (written: string) => string | undefined {
  const exact = new Set(locations);
  const folded = new Map(locations.map((location) => [foldLocation(location), location]));
  return (written) => (exact.has(written) ? written : folded.get(foldLocation(written)));
}

/** The row with its location in the site's spelling. */
function place(
  row: RosterRow,
  cars: CarReader,
  spellingOf: (written: string) => string | undefined,
): RosterRow | BadRow {
  const { location, ...fields } = row.fields;
  if (location === undefined) return row;
  const spelling = spellingOf(location);
  if (spelling !== undefined) return { ...row, fields: { location: spelling, ...fields } };
  const car = cars.get(row.car);
  // A car may still be where the site has no location any more: leaving it there is no fault of the file.
  if (car && !car.removed && foldLocation(car.location) === foldLocation(location)) return { ...row, fields };
  return { line: row.line, car: row.car, reason: 'unknown-location', value: location };
}

/** Rows without a value for the cars that only bad rows name: they keep `replace` from taking those off. */
function stays(cars: CarReader, taken: readonly RosterRow[], bad: readonly BadRow[]): ImportRow[] {
  const named = new Set(taken.map((row) => row.car));
  const kept = new Set<string>();
  for (const row of bad) {
    const id = parseCarId(row.car);
    const car = id === null ? undefined : cars.get(id);
    if (car && !car.removed && !named.has(car.id)) kept.add(car.id);
  }
  return [...kept].map((car) => ({ car, fields: {} }));
}

/** What `apply` makes of the rows, by car. Only values are looked at, so any stamp will do. */
function changesOf(
  rows: ImportRow[],
  mode: ImportMode,
  cars: CarReader,
  firstLocation: string | undefined,
): Map<string, Change> {
  const stamp = { version: 0, at: 0, by: '' };
  const applied = apply({ type: 'import', rows, mode }, { cars, stamp, firstLocation });
  if (!applied.ok) throw new Error(`an import cannot be refused: ${applied.code}`);
  return new Map(applied.changes.map((change) => [change.after.id, change]));
}

function resultOf({ line, car }: RosterRow, change: Change | undefined): RowResult {
  if (!change) return { line, car, result: 'unchanged' };
  const { before, after } = change;
  const old = before?.removed ? undefined : before;
  const changes: Partial<CarFields> = {};
  if (after.location !== old?.location) changes.location = after.location;
  if (after.arrived !== old?.arrived) changes.arrived = after.arrived;
  if (after.late !== old?.late) changes.late = after.late;
  if (after.empty !== old?.empty) changes.empty = after.empty;
  if (after.notes !== old?.notes) changes.notes = after.notes;
  return { line, car, result: old ? 'changed' : 'new', changes };
}
