import { expect, test } from 'vitest';
import { Replica } from '../../app/sync/replica.ts';
import { apply } from '../../worker/protocol/apply.ts';
import type { Car, CarData } from '../../worker/protocol/car.ts';
import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import { TOMBSTONES_MAX } from '../../worker/protocol/limits.ts';
import { dataOf } from '../../worker/protocol/row.ts';
import { chance, pick, random } from '../support/random.ts';
import { carOf } from '../support/scripted-hub.ts';

const AT = 1_790_000_000_000;
const CARS = ['1', '2', '3', '4', '5', '6', '7'];

function edit(intent: Intent, seq = 1): Edit {
  return { ...intent, id: `edit-${seq}`, seq, base: 10, at: AT + seq };
}

/** All pending edits replayed from the start over a copy of what is confirmed: the rule, spelt out. */
function replayed(confirmed: Iterable<Car>, pending: readonly Edit[]): [string, CarData][] {
  const cars = new Map([...confirmed].map((car) => [car.id, car]));
  for (const { at, base, ...intent } of pending) {
    const applied = apply(intent as Intent, {
      cars,
      stamp: { version: base, at, by: 'wes' },
      firstLocation: 'Yard',
    });
    if (applied.ok) for (const { after } of applied.changes) cars.set(after.id, after);
  }
  return inOrder(cars.values());
}

function inOrder(cars: Iterable<Car>): [string, CarData][] {
  return [...cars]
    .map((car): [string, CarData] => [car.id, dataOf(car)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function someIntent(next: () => number): Intent {
  const car = pick(next, CARS);
  const fields = pick(next, [
    { arrived: chance(next, 0.5) },
    { empty: true },
    { location: pick(next, ['100', '200']) },
  ]);
  return pick<Intent>(next, [
    { type: 'set', car, fields },
    { type: 'set', car, fields },
    { type: 'note', car, text: String(Math.floor(next() * 1000)) },
    { type: 'add', car, fields },
    { type: 'remove', car },
    { type: 'restore', car, fields },
    {
      type: 'import',
      mode: pick(next, ['merge', 'replace']),
      rows: CARS.filter(() => chance(next, 0.4)).map((id) => ({ car: id, fields })),
    },
  ]);
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'C2 the board is what is confirmed plus all pending edits in order (seed %i)',
  (seed) => {
    const next = random(seed);
    const replica = new Replica();
    replica.firstLocation = 'Yard';
    const confirmed = new Map(CARS.slice(0, 4).map((id) => [id, carOf(id)]));
    replica.load(confirmed.values(), 'e', 10);
    let pending: Edit[] = [];
    for (let seq = 1; seq <= 300; seq++) {
      const dice = next();
      const answered = pending[0];
      if (dice < 0.4) {
        const made = edit(someIntent(next), seq);
        replica.show(made, 'wes', made.at);
        pending.push(made);
      } else if (dice < 0.6 && answered) {
        // The hub has applied the oldest, as the device would.
        pending = pending.slice(1);
        const stamp = { version: replica.version + 1, at: AT + seq, by: 'wes' };
        const applied = apply(answered, { cars: confirmed, stamp, firstLocation: 'Yard' });
        const changes = applied.ok ? applied.changes : [];
        for (const { after } of changes) confirmed.set(after.id, after);
        if (changes.length > 0) expect(replica.confirm(answered, stamp, undefined)).not.toBeNull();
        replica.hide(answered.id);
      } else if (dice < 0.7 && pending.length > 0) {
        // The hub has refused one of them.
        const refused = pick(next, pending);
        pending = pending.filter((one) => one !== refused);
        replica.hide(refused.id);
      } else {
        const version = replica.version + 1;
        const after = carOf(pick(next, CARS), {
          version,
          location: pick(next, ['100', '300']),
          removed: chance(next, 0.2),
          updatedAt: AT,
        });
        confirmed.set(after.id, after);
        replica.applyRows([after], version);
      }
      expect(inOrder(replica.cars.values()), `step ${seq}`).toEqual(replayed(confirmed.values(), pending));
    }
  },
);

test('C2 an edit that its outcome confirms does not change what is shown', () => {
  const replica = new Replica();
  replica.load([carOf('414')], 'e', 10);
  const note = edit({ type: 'note', car: '414', text: 'Door sticks' });
  replica.show(note, 'wes', AT);
  expect(replica.cars.get('414')?.notes).toBe('Door sticks');
  replica.confirm(note, { version: 11, at: AT, by: 'wes' }, undefined);
  replica.hide(note.id);
  expect(replica.cars.get('414')).toMatchObject({ notes: 'Door sticks', version: 11, updatedBy: 'wes' });
});

test('E6 an own settling, which changes no car, is a version all the same', () => {
  const replica = new Replica();
  replica.load([carOf('414')], 'e', 10);
  const before = replica.cars;
  const settle = edit({ type: 'settle', item: 'edit-0000', choice: 'theirs' });
  expect(replica.show(settle, 'wes', AT)).toEqual([]);
  expect(replica.confirm(settle, { version: 11, at: AT, by: 'wes' }, undefined)).toEqual({ diffs: [] });
  replica.hide(settle.id);
  expect(replica.version).toBe(11);
  expect(replica.cars).toBe(before);
  // One that this device does not know is not its own.
  expect(replica.confirm(null, { version: 12, at: AT, by: 'wes' }, undefined)).toBeNull();
});

test('a board that was handed out never changes, and cars that nothing touched are the same objects', () => {
  const replica = new Replica();
  replica.load([carOf('414'), carOf('415')], 'e', 10);
  const before = replica.cars;
  expect(replica.cars).toBe(before);
  replica.show(edit({ type: 'set', car: '414', fields: { arrived: true } }), 'wes', AT);
  const after = replica.cars;
  expect(after).not.toBe(before);
  expect([before.get('414')?.arrived, after.get('414')?.arrived]).toEqual([false, true]);
  expect(after.get('415')).toBe(before.get('415'));
  expect([before.size, [...before].length, [...before.keys()].sort()]).toEqual([2, 2, ['414', '415']]);
});

test('C1 the tombstones over the cap are forgotten, oldest first', () => {
  const replica = new Replica();
  const cars = Array.from({ length: TOMBSTONES_MAX + 2 }, (_, i) =>
    carOf(String(i), { version: i + 1, removed: i < TOMBSTONES_MAX }),
  );
  replica.load(cars, 'e', cars.length);
  const rows = [{ id: String(TOMBSTONES_MAX), removed: true }];
  replica.applyRows(rows, cars.length + 1, { by: 'lea', at: AT });
  expect(replica.cars.get('0')).toBeUndefined();
  expect(replica.cars.get('1')?.removed).toBe(true);
  expect(replica.takeDirty()).toMatchObject({ remove: ['0'] });
});

test('what has to be written is what has changed, and comes back if it could not be', () => {
  const replica = new Replica();
  replica.load([carOf('414'), carOf('415')], 'e', 10);
  expect(replica.takeDirty()).toBeNull();
  replica.applyRows([{ id: '414', late: true }], 11, { by: 'lea', at: AT });
  const dirty = replica.takeDirty();
  expect(dirty?.put.map(({ id }) => id)).toEqual(['414']);
  replica.applyRows([{ id: '415', late: true }], 12, { by: 'lea', at: AT });
  replica.restoreDirty(dirty!);
  expect(
    replica
      .takeDirty()
      ?.put.map(({ id }) => id)
      .sort(),
  ).toEqual(['414', '415']);
});
