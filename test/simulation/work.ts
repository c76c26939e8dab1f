import type { CarFields } from '../../worker/protocol/car.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import { LOCATIONS } from '../engine/random-intent.ts';
import { chance, integer, pick, type Random } from '../support/random.ts';
import type { SimulatedDevice } from './device.ts';
import type { World } from './world.ts';

/** Few, so that people meet. */
const CARS = Array.from({ length: 12 }, (_, i) => String(101 + i));

export function editSomething(_: World, { app }: SimulatedDevice, next: Random): void {
  for (let left = chance(next, 0.15) ? integer(next, 2, 12) : 1; left > 0; left--) {
    app?.act((client) => client.edit(someIntent(next)));
  }
}

/** As fast as a script would, on one device. */
export function flood({ situations }: World, { app }: SimulatedDevice, next: Random): void {
  if (!app?.client) return;
  situations.saw('a flood of edits');
  for (let left = integer(next, 30, 120); left > 0; left--) {
    app.act((client) => client.edit({ type: 'set', car: pick(next, CARS), fields: someFields(next) }));
  }
}

export function undoSomething({ situations }: World, { app }: SimulatedDevice, next: Random): void {
  const own = app?.client?.view.own ?? [];
  const change = own[integer(next, 0, Math.min(4, own.length - 1))];
  if (!app || !change) return;
  situations.saw('an undo');
  app.act((client) => client.undo(change));
}

export function discard(_: World, { app }: SimulatedDevice, next: Random): void {
  const pending = app?.client?.view.pending ?? [];
  if (app && pending.length > 0) app.act((client) => client.discard(pick(next, pending)));
}

export function settleSomething(_: World, { app }: SimulatedDevice, next: Random): void {
  const { attention = [] } = app?.client?.view ?? {};
  const items = attention.slice(0, chance(next, 0.3) ? 3 : 1);
  if (!app || items.length === 0) return;
  const choice = pick(next, ['mine', 'theirs'] as const);
  app.act((client) => client.settle(items, { choice }));
}

function someIntent(next: Random): Intent {
  const car = pick(next, CARS);
  const dice = next();
  if (dice < 0.4) return { type: 'set', car, fields: someFields(next) };
  if (dice < 0.72) return { type: 'note', car, text: `n${integer(next, 1, 999_999)}` };
  if (dice < 0.82) return { type: 'add', car, ...(chance(next, 0.7) && { fields: someFields(next) }) };
  if (dice < 0.87) return { type: 'remove', car };
  if (dice < 0.93) return { type: 'restore', car, ...(chance(next, 0.5) && { fields: someFields(next) }) };
  const rows = CARS.filter(() => chance(next, 0.4)).map((id) => ({ car: id, fields: someFields(next) }));
  return { type: 'import', rows, mode: pick(next, ['merge', 'merge', 'merge', 'replace'] as const) };
}

function someFields(next: Random): Partial<CarFields> {
  return pick<Partial<CarFields>>(next, [
    { location: pick(next, LOCATIONS) },
    { arrived: chance(next, 0.5) },
    { empty: chance(next, 0.3) },
    { late: chance(next, 0.5), location: pick(next, LOCATIONS) },
    { notes: '' },
  ]);
}
