import type { Car } from '../../worker/protocol/car.ts';

/** Older ones are found by their number. */
const SHOWN_MAX = 100;

/** Cars that can be restored, the last removed first. */
export function removedCars(cars: Iterable<Car>): Car[] {
  return [...cars]
    .filter((car) => car.removed)
    .sort((a, b) => b.updatedAt - a.updatedAt)
    .slice(0, SHOWN_MAX);
}
