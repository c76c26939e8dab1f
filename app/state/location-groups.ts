import type { Car } from '../../worker/protocol/car.ts';

export interface LocationGroup {
  location: string;
  cars: Car[];
}

/**
 * Cars under their locations, in the site's order and theirs. Locations without cars are there too; those the
 * site no longer lists come last while a car still stands there.
 */
export function groupByLocation(cars: readonly Car[], locations: readonly string[]): LocationGroup[] {
  const groups = new Map<string, Car[]>(locations.map((location) => [location, []]));
  for (const car of cars) {
    const group = groups.get(car.location);
    if (group) group.push(car);
    else groups.set(car.location, [car]);
  }
  return [...groups].map(([location, grouped]) => ({ location, cars: grouped }));
}
