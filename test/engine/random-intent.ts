import { CHOICES } from '../../worker/protocol/attention.ts';
import type { CarFields } from '../../worker/protocol/car.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import { chance, integer, pick, type Random } from '../support/random.ts';

/** Few of each, so that people meet. */
export const LOCATIONS = ['Yard', '100', '200'];
const CARS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'];
const TEXTS = ['left door', 'brake light', 'ü “x” 🚚', 'x'.repeat(20)];

/** Something a person might want, sensible or not, on a board that is at `version` with such open items. */
export function randomIntent(next: Random, version: number, items: readonly string[] = []): Intent {
  const car = pick(next, CARS);
  const kind = integer(next, 0, 99);
  if (kind < 45) return { type: 'set', car, fields: someFields(next) };
  if (kind < 58) return { type: 'note', car, text: pick(next, TEXTS) };
  if (kind < 70) return { type: 'add', car, ...(chance(next, 0.5) && { fields: someFields(next) }) };
  if (kind < 78) return { type: 'remove', car };
  if (kind < 84) return { type: 'restore', car, ...(chance(next, 0.5) && { fields: someFields(next) }) };
  if (kind < 88) return randomImport(next);
  if (kind < 94 && items.length > 0) {
    return { type: 'settle', item: pick(next, items), choice: pick(next, CHOICES) };
  }
  return { type: 'undo', version: Math.max(1, version - integer(next, 0, 12)) };
}

function randomImport(next: Random): Intent {
  const cars = new Set(Array.from({ length: integer(next, 1, 4) }, () => pick(next, CARS)));
  const rows = [...cars].map((car) => ({ car, fields: chance(next, 0.3) ? {} : someFields(next) }));
  return { type: 'import', rows, mode: chance(next, 0.15) ? 'replace' : 'merge' };
}

function someFields(next: Random): Partial<CarFields> {
  const fields: Partial<CarFields> = {};
  const kind = integer(next, 0, 9);
  if (kind < 4) fields.location = chance(next, 0.03) ? 'Moon' : pick(next, LOCATIONS);
  if (kind >= 2 && kind < 6) fields.arrived = chance(next, 0.7);
  if (kind >= 5 && kind < 8) fields.empty = fields.arrived !== false && chance(next, 0.6);
  if (kind === 8) fields.late = chance(next, 0.5);
  if (kind === 9) fields.notes = chance(next, 0.5) ? '' : pick(next, TEXTS);
  return Object.keys(fields).length > 0 ? fields : { late: true };
}
