import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { blankCar, type Car } from '../../worker/protocol/car.ts';
import { parseRoster } from '../../worker/protocol/roster-file.ts';
import { decodeSnapshot, encodeSnapshot } from '../../worker/protocol/snapshot.ts';
import { integer, random } from '../support/random.ts';
import { randomCar } from './random-car.ts';

function throughJson(cars: Car[]): Car[] {
  return decodeSnapshot(JSON.parse(JSON.stringify(encodeSnapshot(cars))));
}

test('C1 a snapshot gives back the cars it was made of, tombstones and hostile notes among them', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const next = random(seed);
    const cars = Array.from({ length: integer(next, 0, 40) }, (_, i) => randomCar(next, `C-${i}`));
    expect(throughJson(cars), `seed ${seed}`).toEqual(cars);
  }
});

test('a snapshot of no cars is one of no cars', () => {
  expect(throughJson([])).toEqual([]);
});

test('times later than the newest change, and before all time, come back as they are', () => {
  const cars = [
    { ...blankCar('1', 'Yard'), updatedAt: 5, arrived: true, arrivedAt: 9 },
    { ...blankCar('2', 'Yard'), updatedAt: 0, arrived: true, empty: true, arrivedAt: 0, emptiedAt: -3 },
  ];
  expect(throughJson(cars)).toEqual(cars);
});

test('a car that arrived with the newest change has arrived', () => {
  const cars = [
    { ...blankCar('1', 'Yard'), updatedAt: 5, arrived: true, empty: true, arrivedAt: 5, emptiedAt: 5 },
  ];
  expect(throughJson(cars)).toEqual(cars);
});

test('words that objects know as properties are words like any other', () => {
  const cars = ['__proto__', 'constructor', 'toString', ''].map((word, i) => ({
    ...blankCar(`${i}`, word),
    notes: word,
    updatedBy: word,
  }));
  expect(throughJson(cars)).toEqual(cars);
});

test('B1 2,000 cars in the middle of a night take less than 100 KB', () => {
  const parsed = parseRoster(readFileSync(new URL('../data/roster-2000.csv', import.meta.url), 'utf8'));
  if (!parsed.ok) throw new Error(parsed.detail);
  const next = random(2000);
  const now = 1_763_650_000_000;
  const cars = parsed.rows.map(({ car, fields }): Car => {
    const fresh = { ...blankCar(car, ''), ...fields };
    const updatedAt = now - integer(next, 0, 9 * 3_600_000);
    return {
      ...fresh,
      version: integer(next, 1, 12_000),
      updatedAt,
      updatedBy: `p${integer(next, 1, 60)}`,
      arrivedAt: fresh.arrived ? updatedAt - integer(next, 0, 3 * 3_600_000) : null,
      emptiedAt: fresh.empty ? updatedAt : null,
    };
  });
  expect(cars).toHaveLength(2_000);
  expect(Buffer.byteLength(JSON.stringify(encodeSnapshot(cars)))).toBeLessThan(100_000);
  expect(throughJson(cars)).toEqual(cars);
});
