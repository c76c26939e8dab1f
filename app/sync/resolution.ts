import type { Choice } from '../../worker/protocol/attention.ts';
import type { CarData, CarFields } from '../../worker/protocol/car.ts';
import type { Edit, ImportRow, Intent } from '../../worker/protocol/edit.ts';
import type { CarDiff } from '../../worker/protocol/history.ts';
import { NOTES_CHARS_MAX } from '../../worker/protocol/limits.ts';
import type { Conflict, Unsettled } from '../../worker/protocol/outcome.ts';

/** An item as far as it decides what is to be done about it. */
export interface Open {
  edit: Edit;
  outcome: Unsettled;
}

/**
 * What to send so that a choice comes about, as of now. `cars` is what the edit showed on this device, where that is
 * known; `notesOf` a car's notes as they are. Null where it cannot come about: then the item stays open.
 */
export function intentsOfChoice(
  choice: Exclude<Choice, 'other'>,
  { edit, outcome }: Open,
  cars: readonly CarDiff[] | undefined,
  notesOf: NotesOf,
): Intent[] | null {
  switch (choice) {
    case 'mine':
      return mineAgain(edit, outcome, cars);
    case 'theirs':
      return [];
    case 'both':
      return bothOf(edit, outcome, notesOf);
    default:
      return choice satisfies never;
  }
}

/** A car's notes as they are; undefined where there is no such car. */
export type NotesOf = (car: string) => string | undefined;

/** Lines of notes that stand, followed by those that are in `mine` alone. Null where that is more than a car takes. */
export function bothNotes(theirs: string, mine: string): string | null {
  const known = new Set(theirs.split('\n'));
  const added = mine.split('\n').filter((line) => line !== '' && !known.has(line));
  const joined = [theirs, ...added].filter((text) => text !== '').join('\n');
  return joined.length <= NOTES_CHARS_MAX ? joined : null;
}

/** "Keep both": for notes, which can stand under each other. Null where something else is in conflict too. */
function bothOf(edit: Edit, outcome: Unsettled, notesOf: NotesOf): Intent[] | null {
  if (outcome.outcome !== 'conflict') return null;
  if (edit.type === 'note') return mineAgain(edit, outcome);
  const intents: Intent[] = [];
  for (const { car, group, mine, theirs } of outcome.conflicts) {
    if (group !== 'notes' || mine.notes === undefined) return null;
    const notes = bothNotes(notesOf(car) ?? theirs.notes ?? '', mine.notes);
    if (notes === null) return null;
    intents.push({ type: 'set', car, fields: { notes } });
  }
  return intents;
}

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
