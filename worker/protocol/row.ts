import { type Stamp, withFields } from './apply.ts';
import { blankCar, type Car, type CarData } from './car.ts';

/**
 * A car's changed values on the wire. In a frame of one version the stamps are the frame's; in a catch-up each
 * row carries its own. A row for a car the receiver does not know carries all its values.
 */
export interface CarRow extends Partial<CarData> {
  id: string;
  version?: number;
  updatedAt?: number;
  updatedBy?: string;
}

/** The car after a row: given values replace, times follow from the stamp unless the row says them. */
export function applyRow(before: Car | undefined, row: CarRow, stamp: Stamp): Car {
  const { id, arrived, empty, ...rest } = row;
  const status = { ...(arrived !== undefined && { arrived }), ...(empty !== undefined && { empty }) };
  const car = withFields(before ?? blankCar(id, ''), status, stamp.at);
  // The receiver may have missed that it left and came back: what a row says of it is as of its stamp.
  if (arrived) car.arrivedAt = stamp.at;
  if (empty) car.emptiedAt = stamp.at;
  return { ...car, version: stamp.version, updatedAt: stamp.at, updatedBy: stamp.by, ...rest };
}

/** The row that takes a receiver from `before` to `after` in a frame whose stamp is that of `after`. */
export function rowOf(before: Car | undefined, after: Car): CarRow {
  if (!before || before.removed !== after.removed) return { id: after.id, ...dataOf(after) };
  const { location, late, empty, arrived, notes, arrivedAt, emptiedAt } = after;
  const row: CarRow = { id: after.id };
  if (location !== before.location) row.location = location;
  if (arrived !== before.arrived) row.arrived = arrived;
  if (empty !== before.empty) row.empty = empty;
  if (late !== before.late) row.late = late;
  if (notes !== before.notes) row.notes = notes;
  // Times that do not follow from the stamp (an undo puts the old ones back) are said.
  const followed = applyRow(before, row, {
    version: after.version,
    at: after.updatedAt,
    by: after.updatedBy,
  });
  if (arrivedAt !== followed.arrivedAt) row.arrivedAt = arrivedAt;
  if (emptiedAt !== followed.emptiedAt) row.emptiedAt = emptiedAt;
  return row;
}

/** All values of a car, without its stamps. */
export function dataOf(car: Car): CarData {
  const { id: _, version: _v, updatedAt: _a, updatedBy: _b, ...data } = car;
  return data;
}
