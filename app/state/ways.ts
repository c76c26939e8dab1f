import { mayEdit } from '../../worker/protocol/access.ts';
import { type Car, type CarFields, type Field, GROUP_OF } from '../../worker/protocol/car.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import { ERRORS, type ErrorCode } from '../../worker/protocol/errors.ts';
import { NOTE_CHARS_MAX, NOTES_CHARS_MAX } from '../../worker/protocol/limits.ts';
import type { Conflict } from '../../worker/protocol/outcome.ts';
import type { Role } from '../../worker/protocol/site.ts';
import { bothNotes, intentOf, intentsOfChoice, mineAgain } from '../sync/resolution.ts';
import type { Attention, Decision } from '../sync/view.ts';

/** Why an item is open: somebody else's value, a car taken off the board, or what the hub refused it for. */
export type Reason = 'conflict' | 'removed' | 'unknown' | ErrorCode;

/** What a button says that decides. */
export type WayLabel = `tray.${
  | 'useMine'
  | 'keepTheirs'
  | 'keepBoth'
  | 'restoreMine'
  | 'drop'
  | 'letGo'
  | 'tryAgain'
  | 'doAgain'
  | 'doIt'
  | 'addWith'
  | 'setOnIt'}`;

/** Who is to be asked instead. */
export type AskWords =
  `tray.${'askRestore' | 'askLead' | 'askNotes' | 'importAgain' | 'setBack' | 'onlyThere'}`;

/** One thing a person can decide, as a button. */
export interface Way {
  label: WayLabel;
  decision: Decision;
}

/** What a person sets instead, in the place where the item is. */
export type Editing =
  | { field: 'location'; car: string }
  | { field: 'status'; car: string }
  | { field: 'late'; car: string }
  /** `text` is what the field begins with; `most` how many characters it takes. */
  | { field: 'notes'; car: string; text: string; most: number; type: 'set' | 'note' };

export interface Ways {
  mine: Way | null;
  theirs: Way | null;
  both: Way | null;
  edit: Editing | null;
  /** Who can do what this person cannot, or what stands in the way. */
  ask: AskWords | null;
}

export interface WaysFacts {
  role: Role;
  cars: ReadonlyMap<string, Car>;
}

export function reasonOf({ outcome }: Attention): Reason {
  if (outcome.outcome === 'rejected') return Object.hasOwn(ERRORS, outcome.code) ? outcome.code : 'unknown';
  return outcome.conflicts.some(({ theirs }) => theirs.removed === true) ? 'removed' : 'conflict';
}

/** What can be done about an item, by somebody with this role. Whoever may not settle at all has no way. */
export function waysOf(item: Attention, facts: WaysFacts): Ways {
  const none: Ways = { mine: null, theirs: null, both: null, edit: null, ask: null };
  if (!mayEdit(facts.role, 'settle')) return { ...none, ask: 'tray.askLead' };
  const theirs = { label: THEIRS[reasonOf(item)] ?? 'tray.letGo', decision: { choice: 'theirs' } } as const;
  const mine = mineOf(item, facts);
  const ask = mine ? null : askOf(item);
  return { ...none, mine, theirs, both: bothOf(item, facts), edit: editOf(item, facts), ask };
}

const THEIRS: { [R in Reason]?: WayLabel } = {
  conflict: 'tray.keepTheirs',
  removed: 'tray.drop',
  'other-epoch': 'tray.drop',
  forbidden: 'tray.drop',
  'unknown-car': 'tray.drop',
  'unknown-location': 'tray.drop',
  'notes-full': 'tray.drop',
};

const MINE: { [R in Reason]?: WayLabel } = {
  conflict: 'tray.useMine',
  removed: 'tray.restoreMine',
  'other-epoch': 'tray.doAgain',
  forbidden: 'tray.doIt',
  'unknown-car': 'tray.addWith',
  'car-exists': 'tray.setOnIt',
};

function mineOf(item: Attention, { role }: WaysFacts): Way | null {
  const { edit, outcome, isHere, cut } = item;
  const reason = reasonOf(item);
  // What it wanted is not all here; or, of an undo, known to its own device alone.
  if (cut || (edit.type === 'undo' && outcome.outcome === 'rejected' && !isHere)) return null;
  if (reason === 'unknown-location' || reason === 'notes-full') return null;
  const label = MINE[reason] ?? 'tray.tryAgain';
  if (reason === 'unknown-car') {
    const intents = addedWith(edit);
    return intents && mayAll(role, intents) ? { label, decision: { choice: 'mine', intents } } : null;
  }
  const intents = mineAgain(edit, outcome);
  const isPossible = intents.length > 0 || edit.type === 'undo';
  return isPossible && mayAll(role, intents) ? { label, decision: { choice: 'mine' } } : null;
}

/** The car anew, as the edit wanted it. */
function addedWith(intent: Intent): Intent[] | null {
  if (intent.type === 'note') {
    const { car, text } = intent;
    return [
      { type: 'add', car },
      { type: 'note', car, text },
    ];
  }
  if (intent.type !== 'set' && intent.type !== 'restore') return null;
  const { car, fields = {} } = intent;
  return [{ type: 'add', car, fields }];
}

function bothOf({ edit, outcome, cut }: Attention, { role, cars }: WaysFacts): Way | null {
  if (cut || edit.type === 'note') return null;
  const intents = intentsOfChoice('both', { edit, outcome }, undefined, (car) => cars.get(car)?.notes);
  if (!intents || intents.length === 0 || !mayAll(role, intents)) return null;
  return { label: 'tray.keepBoth', decision: { choice: 'both' } };
}

function editOf({ edit, outcome }: Attention, facts: WaysFacts): Editing | null {
  if (outcome.outcome === 'conflict') {
    const [only, ...others] = outcome.conflicts;
    return only && others.length === 0 ? editingOf(only, facts) : null;
  }
  if (outcome.code === 'unknown-location' && (edit.type === 'set' || edit.type === 'add')) {
    return { field: 'location', car: edit.car };
  }
  return outcome.code === 'notes-full' ? shorter(edit, facts) : null;
}

/** A third value for what two have set; null where there is none. */
export function editingOf({ car, group, mine, theirs }: Conflict, { role, cars }: WaysFacts): Editing | null {
  switch (group) {
    case 'location':
      return { field: 'location', car };
    case 'status':
      return { field: 'status', car };
    case 'notes': {
      if (!mayEdit(role, 'set', ['notes'])) return null;
      const stands = cars.get(car)?.notes ?? theirs.notes ?? '';
      const text = bothNotes(stands, mine.notes ?? '') ?? stands;
      return { field: 'notes', car, text, most: NOTES_CHARS_MAX, type: 'set' };
    }
    case 'late':
    case 'life':
      return null;
    default:
      return group satisfies never;
  }
}

/** A note for which there is no room: a lead rewrites the car's notes, anybody else makes their own fit. */
function shorter(edit: Intent, { role, cars }: WaysFacts): Editing | null {
  if (edit.type !== 'note') return null;
  const { car, text } = edit;
  const notes = cars.get(car)?.notes ?? '';
  if (mayEdit(role, 'set', ['notes'])) {
    const both = `${notes}\n${text}`;
    return { field: 'notes', car, text: both, most: NOTES_CHARS_MAX, type: 'set' };
  }
  const most = Math.min(NOTE_CHARS_MAX, NOTES_CHARS_MAX - notes.length - 1);
  return most > 0 ? { field: 'notes', car, text, most, type: 'note' } : null;
}

function askOf(item: Attention): Ways['ask'] {
  if (item.cut) return 'tray.onlyThere';
  switch (reasonOf(item)) {
    case 'removed':
      return 'tray.askRestore';
    case 'forbidden':
      return 'tray.askLead';
    case 'unknown-location':
      return item.edit.type === 'import' ? 'tray.importAgain' : null;
    case 'too-old-to-undo':
    case 'nothing-to-undo':
      return 'tray.setBack';
    case 'notes-full':
      return 'tray.askNotes';
    default:
      return null;
  }
}

/** The decision that sets these values instead. */
export function instead(item: Attention, fields: Partial<CarFields>): Decision {
  const { edit } = item;
  const intent = intentOf(edit);
  // Of a refused edit the rest is wanted too.
  if (item.outcome.outcome === 'rejected' && (intent.type === 'set' || intent.type === 'add')) {
    return { choice: 'other', intents: [{ ...intent, fields: { ...intent.fields, ...fields } }] };
  }
  const [car] = carsOf(item);
  return { choice: 'other', intents: car === undefined ? [] : [{ type: 'set', car, fields }] };
}

/** The cars an item is about. */
export function carsOf({ edit, outcome }: Attention): string[] {
  const named = edit.type === 'import' ? edit.rows.map(({ car }) => car) : 'car' in edit ? [edit.car] : [];
  const met = outcome.outcome === 'conflict' ? outcome.conflicts.map(({ car }) => car) : [];
  return [...new Set(met.length > 0 ? met : named)];
}

export function mayAll(role: Role, intents: readonly Intent[]): boolean {
  return intents.every((intent) => mayEdit(role, intent.type, fieldsOf(intent)));
}

function fieldsOf(intent: Intent): Field[] {
  if (!('fields' in intent)) return [];
  return Object.keys(intent.fields ?? {}).filter((field): field is Field => Object.hasOwn(GROUP_OF, field));
}
