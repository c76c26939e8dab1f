import type { Car } from '../../worker/protocol/car.ts';
import type { Show } from './car-filter.ts';

export type Counts = { readonly [S in Show]: number };

/** How many cars each filter would show. */
export function countsOf(cars: Iterable<Car>): Counts {
  const counts = { all: 0, expected: 0, arrived: 0, late: 0, empty: 0 };
  for (const car of cars) {
    counts.all += 1;
    if (car.late) counts.late += 1;
    if (car.empty) counts.empty += 1;
    else if (car.arrived) counts.arrived += 1;
    else counts.expected += 1;
  }
  return counts;
}
