import type { CarData, CarFields } from '../../worker/protocol/car.ts';
import type { Edit, ImportRow, Intent } from '../../worker/protocol/edit.ts';
import type { CarDiff } from '../../worker/protocol/history.ts';
import type { Conflict, Unsettled } from '../../worker/protocol/outcome.ts';

/**
 * "Use mine": what to send, as of now, so that what the person wanted comes about after all. Only what was not applied
 * is sent again. `cars` is what the edit showed on this device, where that is known. Empty where nothing can be done.
 */
export function mineAgain(edit: Edit, outcome: Unsettled, cars: readonly CarDiff[] = []): Intent[] {
  if (outcome.outcome === 'conflict') return afterConflict(edit, outcome.conflicts);
  if (outcome.code === 'car-exists' && edit.type === 'add') {
    return edit.fields && Object.keys(edit.fields).length > 0
      ? [{ type: 'set', car: edit.car, fields: edit.fields }]
      : [];
  }
  // A version to undo means nothing in another epoch, and may be too old by now: what it put back still does.
  if (edit.type === 'undo') return cars.flatMap(({ id, after }) => intentsFor(id, after, undefined));
  return [intentOf(edit)];
}

/** What an edit meant, without what made it one edit of one device. */
export function intentOf(edit: Edit): Intent {
  const { id: _, seq: _s, base: _b, at: _a, author: _p, ...intent } = edit;
  return intent;
}

function afterConflict(edit: Edit, conflicts: readonly Conflict[]): Intent[] {
  const byCar = new Map<string, { mine: Conflict['mine']; theirs: Conflict['theirs'] }>();
  for (const { car, mine, theirs } of conflicts) {
    const known = byCar.get(car);
    byCar.set(car, { mine: { ...known?.mine, ...mine }, theirs: { ...known?.theirs, ...theirs } });
  }
  if (edit.type === 'import') return afterImportConflict(byCar);
  return [...byCar].flatMap(([car, { mine, theirs }]) => {
    if (edit.type !== 'note') return intentsFor(car, mine, theirs.removed);
    // The note joins those the car has; it does not replace them.
    return [{ type: 'restore', car }, intentOf(edit)] satisfies Intent[];
  });
}

/** Rows stay one edit, so that they can be undone as one. */
function afterImportConflict(byCar: Map<string, { mine: Conflict['mine'] }>): Intent[] {
  const rows: ImportRow[] = [];
  const removals: Intent[] = [];
  for (const [car, { mine }] of byCar) {
    if (mine.removed) removals.push({ type: 'remove', car });
    else rows.push({ car, fields: fieldsOf(mine) });
  }
  return rows.length > 0 ? [{ type: 'import', rows, mode: 'merge' }, ...removals] : removals;
}

function intentsFor(car: string, mine: Partial<CarData>, isRemoved: boolean | undefined): Intent[] {
  if (mine.removed) return [{ type: 'remove', car }];
  const fields = fieldsOf(mine);
  const hasFields = Object.keys(fields).length > 0;
  if (mine.removed === false || isRemoved) {
    return [{ type: 'restore', car, ...(hasFields && { fields }) }];
  }
  return hasFields ? [{ type: 'set', car, fields }] : [];
}

/** What of a car's values a person can set. */
export function fieldsOf(values: Partial<CarData>): Partial<CarFields> {
  const { arrivedAt: _, emptiedAt: _e, removed: _r, ...fields } = values;
  return fields;
}
