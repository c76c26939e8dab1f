import { describe, expect, test } from 'vitest';
import { type Stamp, withFields } from '../../worker/protocol/apply.ts';
import { blankCar, type Car } from '../../worker/protocol/car.ts';
import { applyRow, type CarRow, dataOf, rowOf } from '../../worker/protocol/row.ts';
import { chance, integer, type Random, random } from '../support/random.ts';
import { randomCar, randomFields } from './random-car.ts';

function stampOf(car: Car): Stamp {
  return { version: car.version, at: car.updatedAt, by: car.updatedBy };
}

/** The row as it arrives: through JSON, so that nothing depends on what JSON does not carry. */
function sent(row: CarRow): CarRow {
  return JSON.parse(JSON.stringify(row));
}

describe('a row takes a receiver to the hub’s car', () => {
  const pairs: [string, (next: Random, before: Car) => Car][] = [
    [
      'a set, whose times follow from the stamp',
      (next, before) => {
        const at = before.updatedAt + integer(next, 1, 1_000_000);
        const fields = Object.fromEntries(Object.entries(randomFields(next)).filter(() => chance(next, 0.5)));
        return {
          ...withFields(before, fields, at),
          version: before.version + 1,
          updatedAt: at,
          updatedBy: 'p1',
        };
      },
    ],
    ['any other car, its times put back by an undo', (next, before) => randomCar(next, before.id)],
    [
      'removed',
      (_, before) => ({
        ...before,
        removed: true,
        version: before.version + 1,
        updatedAt: before.updatedAt + 1,
      }),
    ],
    [
      'restored',
      (_, before) => ({
        ...before,
        removed: false,
        version: before.version + 1,
        updatedAt: before.updatedAt + 1,
      }),
    ],
    [
      'times alone',
      (next, before) => ({ ...before, arrivedAt: before.arrived ? integer(next, 0, 9) : null }),
    ],
    [
      'nothing but the stamps',
      (_, before) => ({ ...before, version: before.version + 1, updatedAt: 5, updatedBy: 'p9' }),
    ],
  ];

  test.each(pairs)('C1 %s', (_, change) => {
    for (let seed = 1; seed <= 500; seed++) {
      const next = random(seed);
      const before = randomCar(next, '414');
      const after = change(next, before);
      expect(applyRow(before, sent(rowOf(before, after)), stampOf(after)), `seed ${seed}`).toEqual(after);
    }
  });

  test('C1 from nothing', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const after = randomCar(random(seed), '414');
      expect(applyRow(undefined, sent(rowOf(undefined, after)), stampOf(after))).toEqual(after);
    }
  });

  test('C3 in a catch-up, where each row carries its own stamps', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const next = random(seed);
      const [before, after] = [randomCar(next, '414'), randomCar(next, '414')];
      const { version, updatedAt, updatedBy } = after;
      const row = sent({ ...rowOf(before, after), version, updatedAt, updatedBy });
      expect(applyRow(before, row, stampOf(after)), `seed ${seed}`).toEqual(after);
    }
  });

  test('C3 in a catch-up that carries the whole car, whatever the receiver has of it', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const next = random(seed);
      const [before, after] = [randomCar(next, '414'), randomCar(next, '414')];
      const { version, updatedAt, updatedBy } = after;
      const row = sent({ id: after.id, ...dataOf(after), version, updatedAt, updatedBy });
      expect(applyRow(before, row, { version: 0, at: 0, by: '' }), `seed ${seed}`).toEqual(after);
    }
  });
});

describe('a row is small', () => {
  const before = { ...blankCar('128489', 'Yard'), version: 1, updatedAt: 1_000, updatedBy: 'p1' };
  const stamp = { version: 2, at: 2_000, by: 'p2' };
  const made = (fields: Partial<Car>, at = stamp.at) => ({
    ...withFields(before, fields, at),
    version: stamp.version,
    updatedAt: stamp.at,
    updatedBy: stamp.by,
  });

  test.each<[string, Car, CarRow]>([
    ['one flag', made({ arrived: true }), { id: '128489', arrived: true }],
    ['empty and arrived', made({ empty: true }), { id: '128489', arrived: true, empty: true }],
    ['a move', made({ location: '300' }), { id: '128489', location: '300' }],
    [
      'a time that does not follow',
      made({ arrived: true }, 500),
      { id: '128489', arrived: true, arrivedAt: 500 },
    ],
    ['nothing', made({}), { id: '128489' }],
  ])('E5 it says what changed and no more: %s', (_, after, row) => {
    expect(rowOf(before, after)).toEqual(row);
  });

  test('rows do not share anything with the cars', () => {
    const frozen = Object.freeze({ ...before });
    expect(applyRow(frozen, Object.freeze({ id: '128489', late: true }), stamp)).toMatchObject({
      late: true,
      version: 2,
    });
    expect(frozen.late).toBe(false);
  });
});
