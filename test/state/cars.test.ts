import { describe, expect, test } from 'vitest';
import { filterCars, NO_FILTER, SHOWS } from '../../app/state/car-filter.ts';
import { carsByNumber, orderCars } from '../../app/state/car-order.ts';
import { countsOf } from '../../app/state/counts.ts';
import { groupByLocation } from '../../app/state/location-groups.ts';
import { removedCars } from '../../app/state/removed-cars.ts';
import { fakeCar, fakeCars } from '../support/fake-site-client.ts';

const expected = fakeCar('1');
const late = fakeCar('2', { late: true, location: 'Shop' });
const arrived = fakeCar('3', { arrived: true, location: '100', notes: 'Check left mirror' });
const arrivedLate = fakeCar('4', { arrived: true, late: true, location: '100' });
const empty = fakeCar('5', { arrived: true, empty: true, location: '200' });
const all = [expected, late, arrived, arrivedLate, empty];
const shown = (filter: Partial<typeof NO_FILTER>) =>
  filterCars(all, { ...NO_FILTER, ...filter }).map(({ id }) => id);

describe('filters', () => {
  test('show what their word says', () => {
    expect(shown({ show: 'all' })).toEqual(['1', '2', '3', '4', '5']);
    expect(shown({ show: 'expected' })).toEqual(['1', '2']);
    expect(shown({ show: 'arrived' })).toEqual(['3', '4']);
    expect(shown({ show: 'late' })).toEqual(['2', '4']);
    expect(shown({ show: 'empty' })).toEqual(['5']);
  });

  test('by place and by text narrow it further', () => {
    expect(shown({ location: '100' })).toEqual(['3', '4']);
    expect(shown({ location: '100', show: 'late' })).toEqual(['4']);
    expect(shown({ text: ' MIRROR ' })).toEqual(['3']);
    expect(shown({ text: 'shop' })).toEqual(['2']);
  });
});

describe('counts', () => {
  test('are how many cars each filter shows', () => {
    const counts = countsOf(all);
    for (const show of SHOWS) expect(counts[show]).toBe(shown({ show }).length);
  });

  test('of expected, arrived and empty add up to all', () => {
    const counts = countsOf(fakeCars(300));
    expect(counts.expected + counts.arrived + counts.empty).toBe(counts.all);
  });
});

describe('order', () => {
  const ids = (cars: readonly { id: string }[]) => cars.map(({ id }) => id);

  test('by number, shorter first, without removed cars', () => {
    const cars = [fakeCar('P15360'), fakeCar('128414'), fakeCar('99'), fakeCar('1', { removed: true })];
    expect(ids(carsByNumber(cars))).toEqual(['99', '128414', 'P15360']);
  });

  test('by state puts first what is still to come', () => {
    expect(ids(orderCars(all, 'state', []))).toEqual(['2', '1', '3', '4', '5']);
  });

  test('by place follows the site; places it does not know come last', () => {
    expect(ids(orderCars(all, 'location', ['200', '100', 'Yard']))).toEqual(['5', '3', '4', '1', '2']);
  });

  test('newest first', () => {
    const cars = [fakeCar('1', { updatedAt: 1 }), fakeCar('2', { updatedAt: 3 })];
    expect(ids(orderCars(cars, 'updated', []))).toEqual(['2', '1']);
  });
});

test('groups keep empty places, and places the site has dropped while a car stands there', () => {
  const groups = groupByLocation(all, ['Yard', '100', '300']);
  expect(groups.map(({ location, cars }) => [location, cars.length])).toEqual([
    ['Yard', 1],
    ['100', 2],
    ['300', 0],
    ['Shop', 1],
    ['200', 1],
  ]);
});

test('removed cars are listed with the last one first', () => {
  const cars = [
    fakeCar('1', { removed: true, updatedAt: 1 }),
    fakeCar('2'),
    fakeCar('3', { removed: true, updatedAt: 2 }),
  ];
  expect(removedCars(cars).map(({ id }) => id)).toEqual(['3', '1']);
});
