import { mayEdit, UNDO_OTHERS_ACCESS } from '../protocol/access.ts';
import { putBack, withFields } from '../protocol/apply.ts';
import {
  type CarData,
  type CarFields,
  type Field,
  GROUP_FIELDS,
  GROUP_OF,
  GROUPS,
  type Group,
} from '../protocol/car.ts';
import type { ImportRow, Intent } from '../protocol/edit.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import type { CarDiff, LogEntry } from '../protocol/history.ts';
import { UNDO_AGE_MS_MAX, UNDO_VERSIONS_MAX } from '../protocol/limits.ts';
import type { Conflict } from '../protocol/outcome.ts';
import { presentName } from '../protocol/present-name.ts';
import { hasRole, type Principal } from '../protocol/site.ts';
import { maySettle } from './attention.ts';
import { locationsOf, withPresentNames } from './renaming.ts';
import type { CarRecord, Env, SiteState } from './state.ts';

/** Whose edit it is and what its device had seen. */
export interface Author {
  principal: Principal;
  device: string;
  base: number;
}

/**
 * What is left of an edit once everything in conflict is taken out: `intent` is null where that is nothing.
 * `undone` is the entry an undo goes back to, without what may not be put back. `isRewritten`: a location has another
 * name than the edit knows, so that its sender cannot tell what comes of it.
 */
export type Judgement =
  | { ok: true; intent: Intent | null; conflicts: Conflict[]; undone?: LogEntry; isRewritten?: true }
  | { ok: false; code: ErrorCode; detail?: string };

/**
 * Whether an edit may be made (rule E4) and which of its fields another device has written since its base.
 * Nothing is changed here. What the present state makes of the rest is for `apply`.
 */
export function judge(state: SiteState, edit: Intent, author: Author, env: Env): Judgement {
  const present = withPresentNames(state.site, edit);
  const judged = judgePresent(state, present, author, env);
  return judged.ok && present !== edit ? { ...judged, isRewritten: true } : judged;
}

function judgePresent(state: SiteState, intent: Intent, author: Author, env: Env): Judgement {
  const { role } = author.principal;
  if (!mayEdit(role, intent.type, fieldsOf(intent))) return { ok: false, code: 'forbidden' };
  if (author.base > state.version) return { ok: false, code: 'base-from-future' };
  const stray = locationsOf(intent).find((location) => !state.site.locations.includes(location));
  if (stray !== undefined) return { ok: false, code: 'unknown-location', detail: stray };

  switch (intent.type) {
    case 'set':
      return judgeSet(state, intent, author);
    case 'note':
      return onTombstone(state, intent.car, { notes: intent.text }, intent);
    case 'add':
      return judgeAdd(state, intent, author);
    case 'remove':
      return judgeLife(state, intent, author, true);
    case 'restore':
      return judgeRestore(state, intent, author);
    case 'import':
      return judgeImport(state, intent, author);
    case 'undo':
      return judgeUndo(state, intent, author, env);
    case 'settle':
      return judgeSettle(state, intent, author);
    default:
      return intent satisfies never;
  }
}

function judgeSet(state: SiteState, intent: Intent & { type: 'set' }, author: Author): Judgement {
  const record = state.cars.get(intent.car);
  if (!record || record.car.removed) return onTombstone(state, intent.car, intent.fields, intent);
  const { fields, conflicts } = judgeFields(record, intent.fields, author);
  return { ok: true, intent: { ...intent, fields }, conflicts };
}

/** A write to a car that has been removed is a conflict, never a resurrection. */
function onTombstone(state: SiteState, car: string, mine: Partial<CarFields>, intent: Intent): Judgement {
  const record = state.cars.get(car);
  if (!record?.car.removed) return { ok: true, intent, conflicts: [] };
  return { ok: true, intent: null, conflicts: [conflictOf(record, 'life', mine)] };
}

function judgeAdd(state: SiteState, intent: Intent & { type: 'add' }, author: Author): Judgement {
  const record = state.cars.get(intent.car);
  if (!record) return { ok: true, intent, conflicts: [] };
  if (record.car.removed) return judgeLife(state, intent, author, false);
  // Two people who add the same car without knowing of each other agree, as far as they agree.
  const unaware = isLater(record, 'life', author);
  const same = Object.entries(intent.fields ?? {}).every(
    ([field, value]) => record.car[field as Field] === value,
  );
  if (!unaware || !same) return { ok: false, code: 'car-exists' };
  return { ok: true, intent: null, conflicts: [] };
}

/** An edit that takes a car off the board or puts it back, unless another device did the opposite since. */
function judgeLife(
  state: SiteState,
  intent: Intent & { car: string },
  author: Author,
  removed: boolean,
): Judgement {
  const record = state.cars.get(intent.car);
  if (!record || record.car.removed === removed || !isLater(record, 'life', author)) {
    return { ok: true, intent, conflicts: [] };
  }
  return { ok: true, intent: null, conflicts: [conflictOf(record, 'life', { removed })] };
}

function judgeRestore(state: SiteState, intent: Intent & { type: 'restore' }, author: Author): Judgement {
  const life = judgeLife(state, intent, author, false);
  const record = state.cars.get(intent.car);
  if (!life.ok || !life.intent || !record) return life;
  const { fields, conflicts } = judgeFields(record, intent.fields ?? {}, author);
  if (!record.car.removed) return { ok: true, intent: { ...intent, fields }, conflicts };
  // It was removed under a name that the location may not have any more.
  const location = fields.location ?? presentName(state.site, record.car.location);
  const gone = goneFrom(state, location);
  if (gone) return gone;
  if (location === (fields.location ?? record.car.location)) {
    return { ok: true, intent: { ...intent, fields }, conflicts };
  }
  return { ok: true, intent: { ...intent, fields: { ...fields, location } }, conflicts, isRewritten: true };
}

function judgeImport(state: SiteState, intent: Intent & { type: 'import' }, author: Author): Judgement {
  const rows: ImportRow[] = [];
  const conflicts: Conflict[] = [];
  const named = new Set<string>();
  for (const row of intent.rows) {
    named.add(row.car);
    const record = state.cars.get(row.car);
    if (record?.car.removed && isLater(record, 'life', author)) {
      conflicts.push(conflictOf(record, 'life', { ...row.fields, removed: false }));
    } else if (record && !record.car.removed) {
      const judged = judgeFields(record, row.fields, author);
      conflicts.push(...judged.conflicts);
      rows.push({ car: row.car, fields: judged.fields });
    } else rows.push(row);
  }
  if (intent.mode === 'replace') {
    for (const record of state.cars.values()) {
      const { id, removed } = record.car;
      if (removed || named.has(id) || !isLater(record, 'life', author)) continue;
      // Added since the rows were compared with the board: nobody has decided to take it off.
      conflicts.push(conflictOf(record, 'life', { removed: true }));
      rows.push({ car: id, fields: {} });
    }
  }
  return { ok: true, intent: { ...intent, rows }, conflicts };
}

function judgeUndo(state: SiteState, intent: Intent & { type: 'undo' }, author: Author, env: Env): Judgement {
  const entry = env.log.entry(intent.version);
  if (!entry || env.now - entry.at > UNDO_AGE_MS_MAX) return { ok: false, code: 'too-old-to-undo' };
  const { person, role } = author.principal;
  if (entry.by !== person && !hasRole(role, UNDO_OTHERS_ACCESS)) return { ok: false, code: 'forbidden' };
  if (env.log.countBy(entry.by, entry.version) >= UNDO_VERSIONS_MAX)
    return { ok: false, code: 'too-old-to-undo' };

  const conflicts: Conflict[] = [];
  const cars: CarDiff[] = [];
  let known = false;
  for (const diff of entry.cars) {
    const record = state.cars.get(diff.id);
    if (!record) continue;
    known = true;
    const wanted = putBack(diff);
    // Off the board already: what it was there no longer matters.
    if (wanted.removed && record.car.removed) continue;
    const back: Partial<CarData> = {};
    for (const [group, values] of groupsOf(wanted)) {
      const untouched = record.writes[group].version === entry.version;
      if (untouched && (!record.car.removed || 'removed' in wanted)) Object.assign(back, values);
      else if (!isAlready(record, values))
        conflicts.push(conflictOf(record, untouched ? 'life' : group, values));
    }
    const home = back.location ?? (back.removed === false ? record.car.location : undefined);
    if (home !== undefined && home !== presentName(state.site, home)) {
      back.location = presentName(state.site, home);
    }
    if (Object.keys(back).length === 0) continue;
    const gone = goneFrom(state, back.location ?? home);
    if (gone) return gone;
    cars.push({ ...diff, before: back });
  }
  if (!known) return { ok: false, code: 'nothing-to-undo' };
  return { ok: true, intent, conflicts, undone: { ...entry, cars } };
}

/** The refusal of what would put a car back at a location that the site has no longer; null where it has it. */
function goneFrom(state: SiteState, location: string | undefined): Judgement | null {
  if (location === undefined || state.site.locations.includes(location)) return null;
  return { ok: false, code: 'unknown-location', detail: location };
}

/** Own items, and those of others for leads. One that is not listed has been settled: nothing is left to do. */
function judgeSettle(state: SiteState, intent: Intent & { type: 'settle' }, author: Author): Judgement {
  const item = state.attention.get(intent.item);
  if (item && !maySettle(author.principal, item.author)) return { ok: false, code: 'forbidden' };
  return { ok: true, intent, conflicts: [] };
}

/** True where what people see is as wanted: two who undo the same change agree, though the times are not the same. */
function isAlready(
  { car }: CarRecord,
  { arrivedAt: _, emptiedAt: _e, ...wanted }: Partial<CarData>,
): boolean {
  return Object.entries(wanted).every(([field, value]) => car[field as keyof CarData] === value);
}

/** Field by field: what another device wrote since `base`, with another value, is a conflict; the rest stays. */
function judgeFields(record: CarRecord, fields: Partial<CarFields>, author: Author) {
  const conflicts: Conflict[] = [];
  const kept: Partial<CarFields> = {};
  for (const [group, values] of groupsOf(fields)) {
    const mine: Partial<CarFields> = values;
    const after = withFields(record.car, mine, 0);
    const changes = GROUP_FIELDS[group].some((field) => after[field] !== record.car[field]);
    if (changes && isLater(record, group, author)) conflicts.push(conflictOf(record, group, mine));
    else Object.assign(kept, mine);
  }
  return { fields: kept, conflicts };
}

/** True where another device wrote the group after what this one had seen. */
export function isLater(record: CarRecord, group: Group, author: Author): boolean {
  const write = record.writes[group];
  return write.version > author.base && write.device !== author.device;
}

function conflictOf(record: CarRecord, group: Group, mine: Conflict['mine'] & Partial<CarData>): Conflict {
  const { car, writes } = record;
  const { arrivedAt: _, emptiedAt: _e, ...wanted } = mine;
  const { version, by, at } = writes[group];
  const theirs =
    group === 'status' ? { arrived: car.arrived, empty: car.empty } : pick(car, GROUP_FIELDS[group]);
  return { car: car.id, group, mine: wanted, theirs, by, at, version };
}

function pick(car: CarData, fields: readonly (keyof CarData)[]): Partial<CarData> {
  return Object.fromEntries(fields.map((field) => [field, car[field]]));
}

/** Splits values into the groups they are judged in. */
function groupsOf(values: Partial<CarData>): [Group, Partial<CarData>][] {
  return GROUPS.flatMap((group): [Group, Partial<CarData>][] => {
    const part: Partial<Record<keyof CarData, unknown>> = {};
    for (const field of GROUP_FIELDS[group]) if (values[field] !== undefined) part[field] = values[field];
    return Object.keys(part).length > 0 ? [[group, part as Partial<CarData>]] : [];
  });
}

function fieldsOf(intent: Intent): Field[] {
  if (intent.type === 'set' || intent.type === 'restore' || intent.type === 'add') {
    return Object.keys(intent.fields ?? {}).filter((field): field is Field => Object.hasOwn(GROUP_OF, field));
  }
  return [];
}
