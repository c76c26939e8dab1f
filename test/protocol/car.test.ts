import { describe, expect, test } from 'vitest';
import {
  appendNote,
  blankCar,
  type Car,
  carState,
  GROUP_FIELDS,
  GROUP_OF,
  GROUPS,
  parseCarId,
  tombstonesToForget,
  viewOf,
} from '../../worker/protocol/car.ts';
import { CAR_ID_CHARS_MAX, NOTES_CHARS_MAX, TOMBSTONES_MAX } from '../../worker/protocol/limits.ts';
import { dataOf } from '../../worker/protocol/row.ts';
import { integer, random } from '../support/random.ts';

describe('a car number', () => {
  test.each([
    ['128489', '128489'],
    [' 128489\t', '128489'],
    ['p15360', 'P15360'],
    ['ab-12', 'AB-12'],
    ['A--1', 'A--1'],
    ['0', '0'],
    ['1'.repeat(CAR_ID_CHARS_MAX), '1'.repeat(CAR_ID_CHARS_MAX)],
    ['constructor', 'CONSTRUCTOR'],
    ['toString', 'TOSTRING'],
  ])('%j is %s', (text, id) => {
    expect(parseCarId(text)).toBe(id);
  });

  test.each([
    ['nothing', ''],
    ['spaces', '   '],
    ['a hyphen', '-'],
    ['a hyphen at the start', '-414'],
    ['a hyphen at the end', '414-'],
    ['too long', '1'.repeat(CAR_ID_CHARS_MAX + 1)],
    ['far too long', '1'.repeat(100_000)],
    ['spaces round it without end', `${' '.repeat(1_000)}414`],
    ['a space within', '41 4'],
    ['a line break', '41\n4'],
    ['NUL', '414\u0000'],
    ['a slash', '12/84'],
    ['a path', '../414'],
    ['a dot', '414.0'],
    ['an underscore', '__proto__'],
    ['other digits', '٤١٤'],
    ['full width', '４１４'],
    ['an accent', 'é1'],
    ['what upper case would make plain letters of', 'ß1'],
    ['a long s', 'ſ1'],
    ['a dotless i', 'ı1'],
    ['a ligature', 'ﬁ1'],
    ['a Kelvin sign', '\u212a1'],
    ['text turned round', '\u202e414'],
    ['a zero width space', '4\u200b14'],
    ['a lone surrogate', '\ud800'],
    ['SQL', "1'--"],
    ['a wildcard', '%'],
    ['markup', '<b>'],
  ])('%s is none', (_, text) => {
    expect(parseCarId(text)).toBeNull();
  });
});

describe('the state word', () => {
  test.each([
    [false, false, false, 'expected'],
    [false, true, false, 'late'],
    [true, false, false, 'arrived'],
    [true, true, false, 'arrived'],
    [true, false, true, 'empty'],
    [true, true, true, 'empty'],
  ] as const)('arrived %s, late %s, empty %s is %s', (arrived, late, empty, state) => {
    expect(carState({ arrived, late, empty })).toBe(state);
  });
});

describe('groups', () => {
  test('every value of a car is in exactly one group, and a field in the one that the table says', () => {
    const values = GROUPS.flatMap((group) => GROUP_FIELDS[group]);
    expect(values.toSorted()).toEqual(Object.keys(dataOf(blankCar('1', 'Yard'))).toSorted());
    for (const [field, group] of Object.entries(GROUP_OF)) expect(GROUP_FIELDS[group]).toContain(field);
  });
});

describe('notes', () => {
  test.each([
    ['', 'a', 'a'],
    ['a', 'b', 'a\nb'],
    ['a\nb', 'c', 'a\nb\nc'],
  ])('%j and %j are %j', (notes, text, joined) => {
    expect(appendNote(notes, text)).toBe(joined);
  });

  test('B1 what does not fit is not cut, but refused', () => {
    const full = 'n'.repeat(NOTES_CHARS_MAX);
    expect(appendNote('', full)).toBe(full);
    expect(appendNote('', `${full}n`)).toBeNull();
    expect(appendNote(full, '')).toBeNull();
    expect(appendNote(full.slice(2), 'n')).toHaveLength(NOTES_CHARS_MAX);
    expect(appendNote(full.slice(1), 'n')).toBeNull();
  });
});

test('a view of a car says all but that it is not removed', () => {
  const { removed: _, ...view } = blankCar('1', 'Yard');
  expect(viewOf(blankCar('1', 'Yard'))).toEqual(view);
});

describe('B1 tombstones over the cap are forgotten', () => {
  const tombstone = (id: string, version: number): Car => ({
    ...blankCar(id, 'Yard'),
    version,
    removed: true,
  });
  const live = Array.from({ length: 50 }, (_, i) => ({ ...blankCar(`L${i}`, 'Yard'), version: i }));

  test('none up to the cap, whatever number of cars there is', () => {
    const cars = Array.from({ length: TOMBSTONES_MAX }, (_, i) => tombstone(`T${i}`, i));
    expect(tombstonesToForget([...live, ...cars])).toEqual([]);
    expect(tombstonesToForget([])).toEqual([]);
  });

  test('the oldest, as many as are over it, and never a car on the board', () => {
    const cars = Array.from({ length: TOMBSTONES_MAX + 3 }, (_, i) => tombstone(`T${i}`, 10_000 - i));
    const forgotten = tombstonesToForget([...cars, ...live]);
    expect(forgotten.map((car) => car.id)).toEqual([
      `T${TOMBSTONES_MAX + 2}`,
      `T${TOMBSTONES_MAX + 1}`,
      `T${TOMBSTONES_MAX}`,
    ]);
    expect(forgotten).toContain(cars.at(-1));
  });

  test('C1 the same ones on every side, in whatever order it has them and be their versions the same', () => {
    const next = random(4);
    const cars = Array.from({ length: TOMBSTONES_MAX + 40 }, (_, i) =>
      tombstone(`T${i}`, integer(next, 1, 30)),
    );
    const once = tombstonesToForget(cars).map((car) => car.id);
    expect(once).toHaveLength(40);
    for (let i = 0; i < 5; i++) {
      const shuffled = cars
        .map((car) => ({ car, key: next() }))
        .sort((a, b) => a.key - b.key)
        .map(({ car }) => car);
      expect(tombstonesToForget(shuffled).map((car) => car.id)).toEqual(once);
    }
    const kept = cars.filter((car) => !once.includes(car.id));
    expect(tombstonesToForget(kept)).toEqual([]);
  });
});
