import type { Car } from '../../../worker/protocol/car.ts';
import { type CarMap, CarSnapshot } from '../car-map.ts';
import type { View } from '../view.ts';

type Rest = Omit<View, 'cars'>;

/** What makes one view the next: what is not named is the same object as before. */
export interface ViewChange {
  cars: CarChange;
  /** Fields that have another value. */
  set: Partial<Rest>;
  /** Fields that are not there any more. */
  unset: string[];
  /** Lists of which only a part has changed, by field. */
  lists: Record<string, ListChange>;
}

/** What makes the cars of one view those of another. */
interface CarChange {
  put: Car[];
  /** Ids. */
  remove: string[];
}

/** `remove` items at `at` make way for `put`. */
interface ListChange {
  at: number;
  remove: number;
  put: readonly unknown[];
}

/** Null where nothing has changed. */
export function viewChange(before: View, after: View): ViewChange | null {
  const { cars: carsBefore, ...was } = before;
  const { cars: carsAfter, ...is } = after;
  const old = new Map<string, unknown>(Object.entries(was));
  const changed: [string, unknown][] = [];
  const lists: Record<string, ListChange> = {};
  for (const [name, value] of Object.entries<unknown>(is)) {
    const previous = old.get(name);
    old.delete(name);
    if (value === previous) continue;
    // The edits that wait may be thousands, and one of them changes.
    if (Array.isArray(value) && Array.isArray(previous)) lists[name] = listChange(previous, value);
    else changed.push([name, value]);
  }
  const unset = [...old.keys()];
  const cars = carsBefore === carsAfter ? { put: [], remove: [] } : carChange(carsBefore, carsAfter);
  const isChange =
    changed.length + unset.length + cars.put.length + cars.remove.length > 0 || Object.keys(lists).length > 0;
  return isChange ? { cars, set: Object.fromEntries(changed), unset, lists } : null;
}

/** The next view. `cars` holds those of `view`, and then those of the next. */
export function changedView(view: View, change: ViewChange, cars: CarMap): View {
  const {
    cars: { put, remove },
    set,
    unset,
    lists,
  } = change;
  for (const car of put) cars.set(car);
  for (const id of remove) cars.delete(id);
  const old = new Map<string, unknown>(Object.entries(view));
  const changed = Object.entries(lists).map(([name, { at, remove: count, put: items }]) => {
    const list = old.get(name);
    return [name, Array.isArray(list) ? list.toSpliced(at, count, ...items) : items] as const;
  });
  const next: View = { ...view, ...set, ...Object.fromEntries(changed), cars: cars.snapshot() };
  for (const name of unset) Reflect.deleteProperty(next, name);
  return next;
}

/** Of two snapshots that one map has made, only what they do not share is looked at. */
function carChange(before: ReadonlyMap<string, Car>, after: ReadonlyMap<string, Car>): CarChange {
  const change: CarChange = { put: [], remove: [] };
  const isOneMap = before instanceof CarSnapshot && after instanceof CarSnapshot;
  for (const [was, is] of isOneMap ? after.differing(before) : [[before, after] as const]) {
    for (const car of is.values()) if (was.get(car.id) !== car) change.put.push(car);
    for (const id of was.keys()) if (!is.has(id)) change.remove.push(id);
  }
  return change;
}

function listChange(before: readonly unknown[], after: readonly unknown[]): ListChange {
  const most = Math.min(before.length, after.length);
  let at = 0;
  while (at < most && before[at] === after[at]) at++;
  let end = 0;
  while (end < most - at && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { at, remove: before.length - at - end, put: after.slice(at, after.length - end) };
}
