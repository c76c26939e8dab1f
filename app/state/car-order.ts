import { type Car, carState } from '../../worker/protocol/car.ts';

export const ORDERS = ['number', 'state', 'location', 'updated'] as const;
export type CarOrder = (typeof ORDERS)[number];

/** What wants doing comes first. */
const STATE_RANK = { late: 0, expected: 1, arrived: 2, empty: 3 } as const;

/**
 * Sorts a copy. `cars` come by number, and equal ones stay so.
 * @param locations the site's own order, which the board follows
 */
export function orderCars(
  cars: readonly Car[],
  order: CarOrder,
  locations: readonly string[],
): readonly Car[] {
  switch (order) {
    case 'number':
      return cars;
    case 'state':
      return cars.toSorted((a, b) => STATE_RANK[carState(a)] - STATE_RANK[carState(b)]);
    case 'location': {
      const rank = new Map(locations.map((location, i) => [location, i]));
      const rankOf = (car: Car) => rank.get(car.location) ?? locations.length;
      return cars.toSorted((a, b) => rankOf(a) - rankOf(b));
    }
    case 'updated':
      return cars.toSorted((a, b) => b.updatedAt - a.updatedAt);
    default:
      return order satisfies never;
  }
}

/** Cars on the board, by number: shorter first, so that numbers of one length stand in numeric order. */
export function carsByNumber(cars: Iterable<Car>): Car[] {
  const live = [];
  for (const car of cars) if (!car.removed) live.push(car);
  return live.sort((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1));
}
