import { expect, test } from 'vitest';
import { CarMap } from '../../app/sync/car-map.ts';
import { changedView, viewChange } from '../../app/sync/shared/view-change.ts';
import type { View } from '../../app/sync/view.ts';
import { fakePending, fakeView } from '../support/fake-site-client.ts';
import { carOf } from '../support/scripted-hub.ts';

/** A view of so many cars, and the map that makes its next ones. */
function board(count: number): { cars: CarMap; view: View } {
  const cars = new CarMap();
  for (let i = 0; i < count; i++) cars.set(carOf(String(128_000 + i)));
  return { cars, view: fakeView({ cars: cars.snapshot() }) };
}

/** The same view as another tab has it. */
function copyOf(view: View): { cars: CarMap; view: View } {
  const cars = new CarMap();
  for (const car of view.cars.values()) cars.set(structuredClone(car));
  const { cars: _, ...rest } = view;
  return { cars, view: { ...structuredClone(rest), cars: cars.snapshot() } };
}

/** `there` after what turns `before` into `after`, as it comes through a channel. */
function follow(there: { cars: CarMap; view: View }, before: View, after: View): View {
  const change = viewChange(before, after);
  return change ? changedView(there.view, structuredClone(change), there.cars) : there.view;
}

test('nothing is sent where nothing has changed', () => {
  const { view } = board(40);
  expect(viewChange(view, { ...view })).toBeNull();
});

test.each([40, 2_000])('one car that changed is one car sent, on a board of %i', (count) => {
  const { cars, view } = board(count);
  const there = copyOf(view);
  const before = there.view;
  cars.set(carOf('128007', { late: true }));
  cars.delete('128008');
  const after = { ...view, version: view.version + 1, cars: cars.snapshot() };
  const change = viewChange(view, after);
  expect(change).toMatchObject({
    cars: { put: [{ id: '128007' }], remove: ['128008'] },
    unset: [],
    lists: {},
  });
  expect(Object.keys(change!.set)).toEqual(['version']);
  const next = follow(there, view, after);
  expect(next).toEqual({ ...after, cars: next.cars });
  expect([...next.cars.values()].sort(byId)).toEqual([...after.cars.values()].sort(byId));
  expect([before.cars.get('128007')?.late, before.cars.size]).toEqual([false, count]);
  expect(next.cars.get('128009')).toBe(before.cars.get('128009'));
  expect(next.people).toBe(before.people);
});

test('cars of another map are compared one by one', () => {
  const { view } = board(40);
  const other = board(40);
  other.cars.set(carOf('999'));
  const shared = new Map([...view.cars, ['999', carOf('999')]]);
  expect(viewChange(view, { ...view, cars: shared })?.cars).toEqual({ put: [carOf('999')], remove: [] });
});

test.each([
  ['an edit joins thousands that wait', 3_000, (list: readonly unknown[]) => [...list, fakePending()], 1],
  ['the first of them is answered', 3_000, (list: readonly unknown[]) => list.slice(1), 0],
  [
    'one in the middle is sent',
    9,
    (list: readonly unknown[]) => list.with(4, fakePending({ sent: true })),
    1,
  ],
  ['all are answered', 9, () => [], 0],
] as const)('of a list only the part that changed is sent: %s', (_, count, next, sent) => {
  const pending = Array.from({ length: count }, () => fakePending());
  const view = { ...board(1).view, pending };
  const after = { ...view, pending: next(pending) as View['pending'] };
  expect(viewChange(view, after)?.lists.pending?.put).toHaveLength(sent);
  expect(follow(copyOf(view), view, after).pending).toEqual(after.pending);
});

test('a field that comes or goes does so in the other tab', () => {
  const { view } = board(1);
  const waiting = { ...view, waiting: [{ author: 'ann', edits: [] }] };
  expect(follow(copyOf(view), view, waiting).waiting).toEqual(waiting.waiting);
  expect('waiting' in follow(copyOf(waiting), waiting, view)).toBe(false);
});

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1;
}
