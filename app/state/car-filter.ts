import { type Car, carState } from '../../worker/protocol/car.ts';

/** Expected, arrived and empty add up to all. Late lies across them: a late car may have arrived since. */
export const SHOWS = ['all', 'expected', 'arrived', 'late', 'empty'] as const;
export type Show = (typeof SHOWS)[number];

export interface CarFilter {
  show: Show;
  /** Null: everywhere. */
  location: string | null;
  text: string;
}

export const NO_FILTER: CarFilter = { show: 'all', location: null, text: '' };

/** The cars a filter lets through, in the order they came. */
export function filterCars(cars: readonly Car[], filter: CarFilter): Car[] {
  const text = filter.text.trim().toLowerCase();
  return cars.filter(
    (car) =>
      showsCar(filter.show, car) &&
      (filter.location === null || car.location === filter.location) &&
      (text === '' || hasText(car, text)),
  );
}

export function isFiltered(filter: CarFilter): boolean {
  return filter.show !== 'all' || filter.location !== null || filter.text.trim() !== '';
}

export function showsCar(show: Show, car: Car): boolean {
  switch (show) {
    case 'all':
      return true;
    case 'expected':
      return !car.arrived;
    case 'late':
      return car.late;
    case 'arrived':
    case 'empty':
      return carState(car) === show;
    default:
      return show satisfies never;
  }
}

function hasText(car: Car, text: string): boolean {
  return (
    car.id.toLowerCase().includes(text) ||
    car.location.toLowerCase().includes(text) ||
    car.notes.toLowerCase().includes(text)
  );
}
