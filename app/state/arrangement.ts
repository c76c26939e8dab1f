import type { Car } from '../../worker/protocol/car.ts';
import { type CarFilter, filterCars } from './car-filter.ts';
import type { CarOrder } from './car-order.ts';

/** What decides where a car stands on the board. */
export interface Arrangement {
  filter: CarFilter;
  order: CarOrder;
  /** Columns stand for locations, so a move re-arranges them. */
  columns: boolean;
}

/**
 * How many cars would come, go or stand elsewhere if the board were arranged anew. `held` is as it was when the
 * person began to look closely, `live` as it is.
 */
export function updatesBetween(held: readonly Car[], live: readonly Car[], arrangement: Arrangement): number {
  const { filter, order, columns } = arrangement;
  const before = new Map(filterCars(held, filter).map((car) => [car.id, car]));
  let updates = 0;
  for (const car of filterCars(live, filter)) {
    const was = before.get(car.id);
    before.delete(car.id);
    if (!was || standsElsewhere(was, car)) updates += 1;
  }
  return updates + before.size;

  function standsElsewhere(was: Car, is: Car): boolean {
    if ((columns || order === 'location') && was.location !== is.location) return true;
    if (order === 'updated') return was.updatedAt !== is.updatedAt;
    if (order !== 'state') return false;
    return was.arrived !== is.arrived || was.empty !== is.empty || was.late !== is.late;
  }
}
