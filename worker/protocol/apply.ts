import { appendNote, blankCar, type Car, type CarData, type CarFields, type CarReader } from './car.ts';
import type { Intent } from './edit.ts';
import type { ErrorCode } from './errors.ts';
import type { CarDiff, LogEntry } from './history.ts';
import { DEFAULT_LOCATIONS } from './site.ts';

/** Who and when, as the hub says it. A device that has no answer yet uses its own guess. */
export interface Stamp {
  version: number;
  at: number;
  by: string;
}

/** One car before and after an edit. `before` is undefined where the car was not known. */
export interface Change {
  before: Car | undefined;
  after: Car;
}

export interface ApplyContext {
  cars: CarReader;
  stamp: Stamp;
  /** The site's first location: where a car goes that is added without one. */
  firstLocation?: string | undefined;
  /** The log entry of a version, where this side has it: what `undo` goes back to. */
  entry?: ((version: number) => LogEntry | undefined) | undefined;
}

export type Applied = { ok: true; changes: Change[] } | { ok: false; code: ErrorCode };

/**
 * What an edit does, decided by the same code on the hub and on every device (rule C2). It touches nothing:
 * the changed cars come back beside what they were. `changes` is empty where all is already so.
 * Errors: `unknown-car`, `car-removed`, `car-exists`, `notes-full`, `too-old-to-undo`.
 */
export function apply(intent: Intent, context: ApplyContext): Applied {
  switch (intent.type) {
    case 'set':
      return onLiveCar(intent.car, context, (car) => withFields(car, intent.fields, context.stamp.at));
    case 'note':
      return note(intent.car, intent.text, context);
    case 'add':
      return add(intent.car, intent.fields ?? {}, context);
    case 'remove':
      return remove(intent.car, context);
    case 'restore':
      return restore(intent.car, intent.fields ?? {}, context);
    case 'import':
      return importRows(intent, context);
    case 'undo':
      return undo(intent.version, context);
    case 'settle':
      // It is about a list beside the board, which the hub keeps.
      return { ok: true, changes: [] };
    default:
      return intent satisfies never;
  }
}

/** Sets fields and what follows from them: empty implies arrived, not arrived implies not empty, times follow. */
export function withFields(car: Car, fields: Partial<CarFields>, at: number): Car {
  const next = { ...car, ...fields };
  if (fields.empty === true) next.arrived = true;
  else if (fields.arrived === false) next.empty = false;
  if (next.arrived !== car.arrived) next.arrivedAt = next.arrived ? at : null;
  if (next.empty !== car.empty) next.emptiedAt = next.empty ? at : null;
  return next;
}

const DATA_KEYS: readonly (keyof CarData)[] = [
  'location',
  'arrived',
  'late',
  'empty',
  'notes',
  'arrivedAt',
  'emptiedAt',
  'removed',
];

/** The values of `car` that differ from those of `other`. */
export function differenceOf(car: Car, other: Car): Partial<CarData> {
  const difference: Partial<Record<keyof CarData, CarData[keyof CarData]>> = {};
  for (const key of DATA_KEYS) if (car[key] !== other[key]) difference[key] = car[key];
  return difference as Partial<CarData>;
}

function stamped(before: Car | undefined, after: Car, stamp: Stamp): Change[] {
  if (before && DATA_KEYS.every((key) => before[key] === after[key])) return [];
  return [{ before, after: { ...after, version: stamp.version, updatedAt: stamp.at, updatedBy: stamp.by } }];
}

function onLiveCar(id: string, { cars, stamp }: ApplyContext, next: (car: Car) => Car): Applied {
  const car = cars.get(id);
  if (!car) return { ok: false, code: 'unknown-car' };
  if (car.removed) return { ok: false, code: 'car-removed' };
  return { ok: true, changes: stamped(car, next(car), stamp) };
}

function note(id: string, text: string, context: ApplyContext): Applied {
  const car = context.cars.get(id);
  const notes = car ? appendNote(car.notes, text) : null;
  if (car && !car.removed && notes === null) return { ok: false, code: 'notes-full' };
  return onLiveCar(id, context, (live) => ({ ...live, notes: notes ?? live.notes }));
}

/** A car that was removed comes back as a new one: nothing of what it was is kept. */
function add(id: string, fields: Partial<CarFields>, context: ApplyContext): Applied {
  const { cars, stamp } = context;
  const before = cars.get(id);
  if (before && !before.removed) return { ok: false, code: 'car-exists' };
  return { ok: true, changes: stamped(before, fresh(id, fields, context), stamp) };
}

function fresh(id: string, fields: Partial<CarFields>, { stamp, firstLocation }: ApplyContext): Car {
  return withFields(blankCar(id, firstLocation ?? DEFAULT_LOCATIONS[0] ?? ''), fields, stamp.at);
}

function remove(id: string, { cars, stamp }: ApplyContext): Applied {
  const car = cars.get(id);
  if (!car) return { ok: false, code: 'unknown-car' };
  return { ok: true, changes: stamped(car, { ...car, removed: true }, stamp) };
}

function restore(id: string, fields: Partial<CarFields>, { cars, stamp }: ApplyContext): Applied {
  const car = cars.get(id);
  if (!car) return { ok: false, code: 'unknown-car' };
  return { ok: true, changes: stamped(car, withFields({ ...car, removed: false }, fields, stamp.at), stamp) };
}

function importRows(intent: Intent & { type: 'import' }, context: ApplyContext): Applied {
  const { cars, stamp } = context;
  const changes: Change[] = [];
  const named = new Set<string>();
  for (const row of intent.rows) {
    named.add(row.car);
    const before = cars.get(row.car);
    const after =
      before && !before.removed
        ? withFields(before, row.fields, stamp.at)
        : fresh(row.car, row.fields, context);
    changes.push(...stamped(before, after, stamp));
  }
  if (intent.mode === 'replace') {
    for (const car of cars.values()) {
      if (!car.removed && !named.has(car.id)) changes.push(...stamped(car, { ...car, removed: true }, stamp));
    }
  }
  return { ok: true, changes };
}

/** Puts back what the entry says was there before. The hub has narrowed the entry to what may be put back. */
function undo(version: number, { cars, stamp, entry }: ApplyContext): Applied {
  const undone = entry?.(version);
  if (!undone) return { ok: false, code: 'too-old-to-undo' };
  const changes: Change[] = [];
  for (const diff of undone.cars) {
    const car = cars.get(diff.id);
    if (car) changes.push(...stamped(car, { ...car, ...putBack(diff) }, stamp));
  }
  return { ok: true, changes };
}

/** What a car was before; a car that was not there before is removed again. */
export function putBack(diff: CarDiff): Partial<CarData> {
  return diff.before ?? { removed: true };
}
