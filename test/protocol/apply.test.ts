import { describe, expect, test } from 'vitest';
import {
  type ApplyContext,
  apply,
  type Change,
  differenceOf,
  withFields,
} from '../../worker/protocol/apply.ts';
import { blankCar, type Car, type CarData, type CarFields } from '../../worker/protocol/car.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import type { CarDiff, LogEntry } from '../../worker/protocol/history.ts';
import { NOTES_CHARS_MAX } from '../../worker/protocol/limits.ts';
import { chance, integer, pick, type Random, random } from '../support/random.ts';
import { hostileNotes, randomCar, randomFields } from './random-car.ts';

const STAMP = { version: 7, at: 7_000, by: 'p7' };
const THEN = { version: 3, updatedAt: 3_000, updatedBy: 'p3' };

function car(changes: Partial<Car> = {}): Car {
  return { ...blankCar('414', 'Yard'), ...THEN, ...changes };
}

const EXPECTED = car();
const ARRIVED = car({ arrived: true, arrivedAt: 2_000 });
const EMPTY = car({ arrived: true, empty: true, arrivedAt: 2_000, emptiedAt: 3_000 });
const REMOVED = car({ removed: true, notes: 'old', late: true });

function context(cars: readonly Car[], more: Partial<ApplyContext> = {}): ApplyContext {
  return { cars: new Map(cars.map((one) => [one.id, one])), stamp: STAMP, ...more };
}

function changesOf(intent: Intent, from: ApplyContext): Change[] {
  const applied = apply(intent, from);
  if (!applied.ok) throw new Error(applied.code);
  return applied.changes;
}

/** What an edit of one car changes on it, without the stamps; null where that is nothing. */
function effect(
  intent: Intent,
  before: Car | undefined,
  more: Partial<ApplyContext> = {},
): Partial<CarData> | null {
  const changes = changesOf(intent, context(before ? [before] : [], more));
  expect(changes.length).toBeLessThanOrEqual(1);
  const [change] = changes;
  if (!change) return null;
  expect(change.before).toBe(before);
  expect(change.after).toMatchObject({ id: '414', version: 7, updatedAt: 7_000, updatedBy: 'p7' });
  return differenceOf(change.after, before ?? blankCar('414', ''));
}

function entryOf(version: number, cars: CarDiff[]): LogEntry {
  return { version, at: 0, by: 'p1', device: 'device-1', seq: 1, id: 'edit-0001', type: 'set', cars };
}

describe('set', () => {
  const set = (fields: Partial<CarFields>): Intent => ({ type: 'set', car: '414', fields });

  test.each<[string, Car, Partial<CarFields>, Partial<CarData> | null]>([
    ['a location', EXPECTED, { location: '300' }, { location: '300' }],
    ['notes', EXPECTED, { notes: 'keys' }, { notes: 'keys' }],
    ['no notes', car({ notes: 'keys' }), { notes: '' }, { notes: '' }],
    ['late', EXPECTED, { late: true }, { late: true }],
    ['late, of a car that has arrived', ARRIVED, { late: true }, { late: true }],
    ['arrived, at the time of the edit', EXPECTED, { arrived: true }, { arrived: true, arrivedAt: 7_000 }],
    [
      'empty, and so arrived',
      EXPECTED,
      { empty: true },
      { arrived: true, empty: true, arrivedAt: 7_000, emptiedAt: 7_000 },
    ],
    ['empty, arrived as it was', ARRIVED, { empty: true }, { empty: true, emptiedAt: 7_000 }],
    ['not empty, arrived as it was', EMPTY, { empty: false }, { empty: false, emptiedAt: null }],
    ['not arrived', ARRIVED, { arrived: false }, { arrived: false, arrivedAt: null }],
    [
      'not arrived, and so not empty',
      EMPTY,
      { arrived: false },
      { arrived: false, empty: false, arrivedAt: null, emptiedAt: null },
    ],
    [
      'empty where it also says not arrived',
      EXPECTED,
      { arrived: false, empty: true },
      { arrived: true, empty: true, arrivedAt: 7_000, emptiedAt: 7_000 },
    ],
    ['arrived and not empty', EMPTY, { arrived: true, empty: false }, { empty: false, emptiedAt: null }],
    ['several fields', EXPECTED, { location: '100', late: true }, { location: '100', late: true }],
    ['some that are so already', ARRIVED, { arrived: true, late: true }, { late: true }],
    ['arrived, which it is', ARRIVED, { arrived: true }, null],
    ['empty, which it is', EMPTY, { empty: true, arrived: true }, null],
    ['what all is so already', EMPTY, { location: 'Yard', late: false, empty: true, notes: '' }, null],
    ['nothing', EMPTY, {}, null],
  ])('%s', (_, before, fields, difference) => {
    expect(effect(set(fields), before)).toEqual(difference);
  });

  test('of an unknown or a removed car is refused, never a resurrection', () => {
    expect(apply(set({ late: true }), context([]))).toEqual({ ok: false, code: 'unknown-car' });
    expect(apply(set({ late: true }), context([REMOVED]))).toEqual({ ok: false, code: 'car-removed' });
  });
});

describe('note', () => {
  const note = (text: string): Intent => ({ type: 'note', car: '414', text });

  test('is the first, or joins the others on a line of its own', () => {
    expect(effect(note('keys'), EXPECTED)).toEqual({ notes: 'keys' });
    expect(effect(note('keys'), car({ notes: 'door' }))).toEqual({ notes: 'door\nkeys' });
    expect(effect(note('keys'), car({ notes: 'keys' }))).toEqual({ notes: 'keys\nkeys' });
  });

  test('fits exactly, or is refused as a whole', () => {
    const room = car({ notes: 'n'.repeat(NOTES_CHARS_MAX - 5) });
    expect(effect(note('1234'), room)?.notes).toHaveLength(NOTES_CHARS_MAX);
    expect(apply(note('12345'), context([room]))).toEqual({ ok: false, code: 'notes-full' });
  });

  test('of an unknown or a removed car is refused, be its notes full or not', () => {
    const full = car({ notes: 'n'.repeat(NOTES_CHARS_MAX), removed: true });
    expect(apply(note('a'), context([]))).toEqual({ ok: false, code: 'unknown-car' });
    expect(apply(note('a'), context([REMOVED]))).toEqual({ ok: false, code: 'car-removed' });
    expect(apply(note('a'), context([full]))).toEqual({ ok: false, code: 'car-removed' });
  });
});

describe('add', () => {
  test('an unknown car comes with its values, at the first location unless it says another', () => {
    expect(changesOf({ type: 'add', car: '414' }, context([], { firstLocation: 'Gate' }))).toEqual([
      {
        before: undefined,
        after: { ...blankCar('414', 'Gate'), version: 7, updatedAt: 7_000, updatedBy: 'p7' },
      },
    ]);
    expect(
      effect({ type: 'add', car: '414', fields: { location: '100', empty: true, notes: 'a' } }, undefined),
    ).toEqual({
      location: '100',
      arrived: true,
      empty: true,
      notes: 'a',
      arrivedAt: 7_000,
      emptiedAt: 7_000,
    });
    expect(effect({ type: 'add', car: '414' }, undefined)).toEqual({ location: 'Yard' });
  });

  test('a removed car comes back as a new one', () => {
    const old = { ...EMPTY, location: '300', late: true, notes: 'old', removed: true };
    expect(effect({ type: 'add', car: '414', fields: { arrived: true } }, old)).toEqual({
      location: 'Yard',
      late: false,
      empty: false,
      notes: '',
      arrivedAt: 7_000,
      emptiedAt: null,
      removed: false,
    });
  });

  test('a car on the board is refused', () => {
    expect(apply({ type: 'add', car: '414' }, context([EXPECTED]))).toEqual({
      ok: false,
      code: 'car-exists',
    });
  });
});

describe('remove and restore', () => {
  test('a removed car keeps its values, and restored has them again', () => {
    expect(effect({ type: 'remove', car: '414' }, EMPTY)).toEqual({ removed: true });
    expect(effect({ type: 'restore', car: '414' }, { ...EMPTY, removed: true })).toEqual({ removed: false });
  });

  test('a car is restored with a change', () => {
    expect(effect({ type: 'restore', car: '414', fields: { empty: true, late: false } }, REMOVED)).toEqual({
      arrived: true,
      empty: true,
      late: false,
      arrivedAt: 7_000,
      emptiedAt: 7_000,
      removed: false,
    });
  });

  test('removing a removed car and restoring one on the board change nothing', () => {
    expect(effect({ type: 'remove', car: '414' }, REMOVED)).toBeNull();
    expect(effect({ type: 'restore', car: '414' }, EMPTY)).toBeNull();
    expect(effect({ type: 'restore', car: '414', fields: { late: true } }, EMPTY)).toEqual({ late: true });
  });

  test('an unknown car is refused', () => {
    for (const type of ['remove', 'restore'] as const) {
      expect(apply({ type, car: '414' }, context([]))).toEqual({ ok: false, code: 'unknown-car' });
    }
  });
});

describe('import', () => {
  const other = { ...blankCar('500', 'Shop'), ...THEN };
  const gone = { ...blankCar('600', 'Shop'), ...THEN, notes: 'old', removed: true };

  test('adds, changes, brings back as new, and leaves what is so already', () => {
    const rows = [
      { car: '414', fields: { empty: true } },
      { car: '500', fields: { location: 'Shop', late: false } },
      { car: '600', fields: { late: true } },
      { car: '700', fields: { location: '100' } },
    ];
    const changes = changesOf({ type: 'import', rows, mode: 'merge' }, context([EXPECTED, other, gone]));
    expect(
      changes.map(({ before, after }) => [after.id, differenceOf(after, before ?? blankCar(after.id, ''))]),
    ).toEqual([
      ['414', { arrived: true, empty: true, arrivedAt: 7_000, emptiedAt: 7_000 }],
      ['600', { location: 'Yard', late: true, notes: '', removed: false }],
      ['700', { location: '100' }],
    ]);
    expect(
      changes.every(
        ({ after }) => after.version === 7 && after.updatedAt === 7_000 && after.updatedBy === 'p7',
      ),
    ).toBe(true);
  });

  test('merge leaves the cars that no row names, replace removes them', () => {
    const rows = [{ car: '414', fields: {} }];
    const cars = context([EXPECTED, other, gone]);
    expect(changesOf({ type: 'import', rows, mode: 'merge' }, cars)).toEqual([]);
    const changes = changesOf({ type: 'import', rows, mode: 'replace' }, cars);
    expect(changes.map(({ before, after }) => [after.id, differenceOf(after, before!)])).toEqual([
      ['500', { removed: true }],
    ]);
  });

  test('of nothing changes nothing, and replace by nothing removes all', () => {
    expect(changesOf({ type: 'import', rows: [], mode: 'merge' }, context([EXPECTED]))).toEqual([]);
    expect(changesOf({ type: 'import', rows: [], mode: 'replace' }, context([EXPECTED, gone]))).toHaveLength(
      1,
    );
  });
});

describe('undo', () => {
  const undo: Intent = { type: 'undo', version: 5 };
  const back = (before: Car | undefined, ...cars: CarDiff[]) =>
    effect(undo, before, { entry: (version) => (version === 5 ? entryOf(5, cars) : undefined) });

  test('puts the values back that the version changed, old times among them', () => {
    const diff = {
      id: '414',
      before: { arrived: true, empty: false, arrivedAt: 2_000, emptiedAt: null },
      after: {},
    };
    expect(back(EMPTY, diff)).toEqual({ empty: false, emptiedAt: null });
    expect(back(car({ arrived: false }), diff)).toEqual({ arrived: true, arrivedAt: 2_000 });
  });

  test('removes a car that the version added, and brings back one that it removed', () => {
    expect(back(EXPECTED, { id: '414', before: null, after: {} })).toEqual({ removed: true });
    expect(back(REMOVED, { id: '414', before: { removed: false }, after: {} })).toEqual({ removed: false });
  });

  test('changes nothing where all is so already, or the car is forgotten', () => {
    expect(back(EXPECTED, { id: '414', before: { late: false }, after: {} })).toBeNull();
    expect(back(undefined, { id: '414', before: { late: false }, after: {} })).toBeNull();
    expect(back(EXPECTED)).toBeNull();
  });

  test('of a version that is not in the log is refused', () => {
    expect(apply(undo, context([EXPECTED]))).toEqual({ ok: false, code: 'too-old-to-undo' });
    expect(apply(undo, context([EXPECTED], { entry: () => undefined }))).toEqual({
      ok: false,
      code: 'too-old-to-undo',
    });
  });
});

function randomIntent(next: Random, ids: readonly string[], last: number): Intent {
  const id = pick(next, ids);
  const some = () =>
    Object.fromEntries(
      Object.entries(randomFields(next)).filter(() => chance(next, 0.5)),
    ) as Partial<CarFields>;
  const choices: (() => Intent)[] = [
    () => ({ type: 'set', car: id, fields: some() }),
    () => ({ type: 'note', car: id, text: hostileNotes(next) }),
    () => ({ type: 'add', car: id, fields: some() }),
    () => ({ type: 'remove', car: id }),
    () => ({ type: 'restore', car: id, fields: some() }),
    () => ({
      type: 'import',
      rows: ids.filter(() => chance(next, 0.5)).map((one) => ({ car: one, fields: some() })),
      mode: pick(next, ['merge', 'replace'] as const),
    }),
    () => ({ type: 'undo', version: last }),
  ];
  return pick(next, choices)();
}

/** Runs random edits one after the other, as a site does, and shows each to `look`. */
function night(
  seed: number,
  look: (step: { intent: Intent; from: ApplyContext; changes: Change[] }) => void,
): void {
  const next = random(seed);
  const ids = ['414', '415', '416', '500', '600'];
  const cars = new Map<string, Car>();
  const log = new Map<number, LogEntry>();
  for (let version = 1; version <= 40; version++) {
    const stamp = { version, at: version * 1_000, by: `p${integer(next, 1, 3)}` };
    const from: ApplyContext = {
      cars: new Map(cars),
      stamp,
      firstLocation: 'Yard',
      entry: (one) => log.get(one),
    };
    const intent = randomIntent(next, ids, Math.max(0, ...log.keys()));
    const applied = apply(intent, from);
    if (!applied.ok) continue;
    look({ intent, from, changes: applied.changes });
    const diffs = applied.changes.map(
      ({ before, after }): CarDiff => ({
        id: after.id,
        before: before ? differenceOf(before, after) : null,
        after: differenceOf(after, before ?? blankCar(after.id, '')),
      }),
    );
    // The hub lets an undo put back whole groups only; here the whole of what the version found, if it was the last.
    log.clear();
    log.set(version, entryOf(version, diffs));
    for (const { after } of applied.changes) cars.set(after.id, after);
  }
}

describe('every edit', () => {
  const seeds = Array.from({ length: 150 }, (_, i) => i + 1);

  test('C2 leaves what it was given as it was, and gives the same for the same', () => {
    for (const seed of seeds) {
      night(seed, ({ intent, from, changes }) => {
        const frozen = new Map([...from.cars.values()].map((one) => [one.id, Object.freeze({ ...one })]));
        const again = apply(Object.freeze(intent), { ...from, cars: frozen });
        expect(again, `seed ${seed}`).toEqual({ ok: true, changes });
      });
    }
  });

  test('sets values, so that a second time it changes nothing', () => {
    for (const seed of seeds) {
      night(seed, ({ intent, from, changes }) => {
        if (intent.type === 'note' || intent.type === 'add') return;
        const cars = new Map(
          [...from.cars.values(), ...changes.map(({ after }) => after)].map((one) => [one.id, one]),
        );
        expect(apply(intent, { ...from, cars }), `seed ${seed} ${JSON.stringify(intent)}`).toEqual({
          ok: true,
          changes: [],
        });
      });
    }
  });

  test('leaves cars in which empty means arrived, and times are there where the flags are', () => {
    let seen = 0;
    for (const seed of seeds) {
      night(seed, ({ changes }) => {
        for (const { before, after } of changes) {
          seen++;
          expect(after.empty && !after.arrived, `seed ${seed}`).toBe(false);
          expect(after.arrivedAt !== null, `seed ${seed}`).toBe(after.arrived);
          expect(after.emptiedAt !== null, `seed ${seed}`).toBe(after.empty);
          expect(
            Object.keys(differenceOf(after, before ?? blankCar(after.id, ''))).length,
            `seed ${seed}`,
          ).toBeGreaterThan(0);
        }
      });
    }
    expect(seen).toBeGreaterThan(2_000);
  });

  test('names each changed car once, with the version’s stamps', () => {
    for (const seed of seeds) {
      night(seed, ({ from, changes }) => {
        expect(new Set(changes.map(({ after }) => after.id)).size).toBe(changes.length);
        for (const { before, after } of changes) {
          expect(before).toBe(from.cars.get(after.id));
          expect(after).toMatchObject({
            version: from.stamp.version,
            updatedAt: from.stamp.at,
            updatedBy: from.stamp.by,
          });
        }
      });
    }
  });
});

describe('withFields', () => {
  test('changes a copy', () => {
    const before = Object.freeze(car());
    expect(withFields(before, { empty: true }, 9)).toMatchObject({
      arrived: true,
      empty: true,
      arrivedAt: 9,
      emptiedAt: 9,
    });
  });
});

describe('differenceOf', () => {
  test('gives the values of the first that differ, and no stamps', () => {
    const next = random(3);
    for (let i = 0; i < 200; i++) {
      const [a, b] = [randomCar(next, '1'), randomCar(next, '1')];
      const difference = differenceOf(a, b);
      const { version, updatedAt, updatedBy } = a;
      expect({ ...b, ...difference, version, updatedAt, updatedBy }).toEqual(a);
      expect(Object.entries(difference).some(([key, value]) => b[key as keyof Car] === value)).toBe(false);
    }
    expect(differenceOf(EMPTY, EMPTY)).toEqual({});
  });
});
