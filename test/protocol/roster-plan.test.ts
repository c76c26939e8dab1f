import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { apply } from '../../worker/protocol/apply.ts';
import { blankCar, type Car, type CarFields } from '../../worker/protocol/car.ts';
import { CSV_ROWS_MAX } from '../../worker/protocol/limits.ts';
import { planImport, type RosterRow } from '../../worker/protocol/roster.ts';
import { parseRoster } from '../../worker/protocol/roster-file.ts';
import { DEFAULT_LOCATIONS } from '../../worker/protocol/site.ts';
import { chance, pick, random } from '../support/random.ts';
import { randomCar, randomFields } from './random-car.ts';

const LOCATIONS = ['Yard', 'On Site', '100', 'Shop'];

function board(...cars: Car[]): Map<string, Car> {
  return new Map(cars.map((car) => [car.id, car]));
}

function row(line: number, car: string, fields: Partial<CarFields> = {}): RosterRow {
  return { line, car, fields };
}

describe('a roster against the board', () => {
  test('a car the board does not have is new, with all its values, at the first location unless the row says', () => {
    const { rows, accepted } = planImport(
      board(),
      [row(2, '414', { late: true }), row(3, '415', { location: '100' })],
      LOCATIONS,
      'merge',
    );
    expect(rows).toEqual([
      {
        line: 2,
        car: '414',
        result: 'new',
        changes: { location: 'Yard', arrived: false, late: true, empty: false, notes: '' },
      },
      {
        line: 3,
        car: '415',
        result: 'new',
        changes: { location: '100', arrived: false, late: false, empty: false, notes: '' },
      },
    ]);
    expect(accepted).toEqual([
      { car: '414', fields: { late: true } },
      { car: '415', fields: { location: '100' } },
    ]);
  });

  test('a new car goes to the first location of this site', () => {
    const { rows } = planImport(board(), [row(2, '414')], ['Gate', 'Yard'], 'merge');
    expect(rows[0]?.changes?.location).toBe('Gate');
  });

  test('a car that was removed is new, and nothing of what it was is kept', () => {
    const cars = board({ ...blankCar('414', 'Shop'), notes: 'old', removed: true });
    expect(planImport(cars, [row(2, '414', { arrived: true })], LOCATIONS, 'merge').rows).toEqual([
      {
        line: 2,
        car: '414',
        result: 'new',
        changes: { location: 'Yard', arrived: true, late: false, empty: false, notes: '' },
      },
    ]);
  });

  test('a car whose values are the same is unchanged', () => {
    const cars = board({ ...blankCar('414', 'Shop'), notes: 'a' });
    const plan = planImport(
      cars,
      [row(2, '414', { location: 'Shop', notes: 'a', late: false })],
      LOCATIONS,
      'merge',
    );
    expect(plan.rows).toEqual([{ line: 2, car: '414', result: 'unchanged' }]);
  });

  test('a car that changes is shown with the values that change, consequences among them', () => {
    const cars = board(blankCar('414', 'Shop'), {
      ...blankCar('415', 'Yard'),
      arrived: true,
      empty: true,
      arrivedAt: 1,
      emptiedAt: 2,
    });
    const plan = planImport(
      cars,
      [row(2, '414', { location: 'Shop', empty: true }), row(3, '415', { arrived: false })],
      LOCATIONS,
      'merge',
    );
    expect(plan.rows).toEqual([
      { line: 2, car: '414', result: 'changed', changes: { arrived: true, empty: true } },
      { line: 3, car: '415', result: 'changed', changes: { arrived: false, empty: false } },
    ]);
  });

  test.each([
    ['yard', 'Yard'],
    ['YARD', 'Yard'],
    ['on site', 'On Site'],
    ['100', '100'],
  ])('the location %s is the site’s %s', (written, location) => {
    const { accepted, bad } = planImport(board(), [row(2, '414', { location: written })], LOCATIONS, 'merge');
    expect(accepted).toEqual([{ car: '414', fields: { location } }]);
    expect(bad).toEqual([]);
  });

  test('of two locations that differ in case alone, the one that is written is meant', () => {
    const locations = ['Yard', 'YARD', 'Shop'];
    for (const location of ['Yard', 'YARD']) {
      expect(planImport(board(), [row(2, '1', { location })], locations, 'merge').accepted).toEqual([
        { car: '1', fields: { location } },
      ]);
    }
  });

  test('a location the site does not have is a bad row, and the others are taken', () => {
    const plan = planImport(
      board(),
      [row(2, '414', { location: 'Moon', late: true }), row(3, '415')],
      LOCATIONS,
      'merge',
    );
    expect(plan.bad).toEqual([{ line: 2, car: '414', reason: 'unknown-location', value: 'Moon' }]);
    expect(plan.rows.map(({ car }) => car)).toEqual(['415']);
    expect(plan.accepted.map(({ car }) => car)).toEqual(['415']);
  });

  test('merge removes nothing', () => {
    const plan = planImport(
      board(blankCar('1', 'Yard'), blankCar('2', 'Yard')),
      [row(2, '1')],
      LOCATIONS,
      'merge',
    );
    expect(plan.removed).toEqual([]);
  });

  test('replace removes the cars that no row names, and not those removed already', () => {
    const cars = board(
      blankCar('1', 'Yard'),
      blankCar('2', 'Yard'),
      { ...blankCar('3', 'Yard'), removed: true },
      blankCar('4', 'Yard'),
    );
    expect(planImport(cars, [row(2, '1')], LOCATIONS, 'replace').removed).toEqual(['2', '4']);
    expect(planImport(cars, [], LOCATIONS, 'replace').removed).toEqual(['1', '2', '4']);
  });

  test('replace leaves a car as it is that a bad row names', () => {
    const cars = board(
      blankCar('1', 'Yard'),
      blankCar('2', 'Yard'),
      blankCar('3', 'Yard'),
      blankCar('4', 'Yard'),
      {
        ...blankCar('5', 'Yard'),
        removed: true,
      },
    );
    const unreadable = [
      { line: 4, car: ' 2', reason: 'bad-status', value: 'maybe' },
      { line: 5, car: '5', reason: 'bad-flag', value: '?' },
      { line: 6, car: '4', reason: 'disagrees', value: 'Shop', earlier: 3 },
      { line: 7, car: 'no/car', reason: 'bad-car', value: 'no/car' },
    ] as const;
    const rows = [
      row(2, '1', { location: 'Moon' }),
      row(3, '4', { late: true }),
      row(8, '6', { location: 'Moon' }),
    ];
    const plan = planImport(cars, rows, LOCATIONS, 'replace', unreadable);
    expect(plan.removed).toEqual(['3']);
    expect(plan.rows.map(({ car, result }) => [car, result])).toEqual([['4', 'changed']]);
    expect(plan.bad.map(({ car }) => car)).toEqual(['1', '6']);
    expect(plan.accepted).toEqual([
      { car: '4', fields: { late: true } },
      { car: '1', fields: {} },
      { car: '2', fields: {} },
    ]);
  });

  test('E5 what is planned is what applying the accepted rows does', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const next = random(seed);
      const ids = Array.from({ length: 20 }, (_, i) => `${i}`);
      const cars = board(...ids.filter(() => chance(next, 0.6)).map((id) => randomCar(next, id)));
      const rows = ids
        .filter(() => chance(next, 0.6))
        .map((id, i) => {
          const fields = Object.entries(randomFields(next)).filter(
            ([name]) => name === 'empty' || chance(next, 0.6),
          );
          const row: RosterRow = { line: i + 2, car: id, fields: Object.fromEntries(fields) };
          if (chance(next, 0.1)) row.fields.location = 'Moon';
          return row;
        });
      const mode = pick(next, ['merge', 'replace'] as const);
      const plan = planImport(cars, rows, DEFAULT_LOCATIONS, mode);

      const stamp = { version: 13_000, at: 1_763_660_000_000, by: 'p1' };
      const applied = apply(
        { type: 'import', rows: plan.accepted, mode },
        { cars, stamp, firstLocation: DEFAULT_LOCATIONS[0] },
      );
      if (!applied.ok) throw new Error(applied.code);
      const after = new Map(applied.changes.map((change) => [change.after.id, change]));
      const where = `seed ${seed}`;
      expect(plan.removed, where).toEqual(
        applied.changes.filter((change) => change.after.removed).map((change) => change.after.id),
      );
      for (const { car, result, changes } of plan.rows) {
        const change = after.get(car);
        expect(result, where).toBe(
          !change ? 'unchanged' : change.before && !change.before.removed ? 'changed' : 'new',
        );
        if (change) expect(change.after, where).toMatchObject(changes!);
        if (result === 'changed') {
          expect(
            Object.entries(changes!).every(
              ([name, value]) => cars.get(car)![name as keyof CarFields] !== value,
            ),
            where,
          ).toBe(true);
        }
      }
      expect(plan.rows.length + plan.bad.length, where).toBe(rows.length);
      expect(after.size, where).toBe(
        plan.rows.filter(({ result }) => result !== 'unchanged').length + plan.removed.length,
      );
    }
  });

  test('roster-excel.csv is all new on an empty board and all unchanged the second time', () => {
    const parsed = parseRoster(readFileSync(new URL('../data/roster-excel.csv', import.meta.url), 'utf8'));
    if (!parsed.ok) throw new Error(parsed.detail);
    const first = planImport(board(), parsed.rows, DEFAULT_LOCATIONS, 'merge');
    expect(first.bad).toEqual([]);
    expect(first.rows.every(({ result }) => result === 'new')).toBe(true);
    const stamp = { version: 1, at: 1, by: 'p1' };
    const applied = apply({ type: 'import', rows: first.accepted, mode: 'merge' }, { cars: board(), stamp });
    if (!applied.ok) throw new Error(applied.code);
    const cars = board(...applied.changes.map(({ after }) => after));
    const second = planImport(cars, parsed.rows, DEFAULT_LOCATIONS, 'replace', parsed.bad);
    expect(second.rows.every(({ result }) => result === 'unchanged')).toBe(true);
    expect(second.removed).toEqual([]);
  });

  test('5,000 rows against 5,000 cars are planned in a moment', () => {
    const next = random(5);
    const ids = Array.from({ length: CSV_ROWS_MAX }, (_, i) => `${100_000 + i}`);
    const cars = board(...ids.map((id) => ({ ...randomCar(next, id), removed: false })));
    const rows = ids.map((id, i) => row(i + 2, id, randomFields(next)));
    const times = [1, 2, 3].map(() => {
      const start = performance.now();
      planImport(cars, rows, DEFAULT_LOCATIONS, 'replace');
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(100);
  });
});
