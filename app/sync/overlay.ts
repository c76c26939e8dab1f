import { apply, differenceOf } from '../../worker/protocol/apply.ts';
import { type Car, type CarData, type CarReader, GROUP_FIELDS, GROUPS } from '../../worker/protocol/car.ts';
import type { Edit, ImportRow } from '../../worker/protocol/edit.ts';
import type { CarDiff, LogEntry } from '../../worker/protocol/history.ts';

/** A pending edit as it lies over the confirmed cars. Every edit acts on each car by itself. */
export interface Overlay {
  readonly edit: Edit;
  readonly by: string;
  /** The hub's time, as this device guesses it, at which the edit was made. */
  readonly at: number;
  /** Later edits have higher ones. */
  readonly order: number;
  /** The cars it can change; null where that may be any car. */
  readonly cars: readonly string[] | null;
  /** Only of an import. */
  readonly rows?: ReadonlyMap<string, ImportRow>;
  /** Only of an undo: what it goes back to, where this device knows it. */
  readonly diffs?: ReadonlyMap<string, CarDiff>;
}

export interface OverlayStamp {
  by: string;
  at: number;
  order: number;
}

/** `undone` is what the version that an `undo` goes back to changed, where this device knows it. */
export function overlayOf(edit: Edit, stamp: OverlayStamp, undone: readonly CarDiff[] = []): Overlay {
  const { by, at, order } = stamp;
  const overlay = { edit, by, at, order };
  switch (edit.type) {
    case 'import': {
      const rows = new Map(edit.rows.map((row) => [row.car, row]));
      return { ...overlay, rows, cars: edit.mode === 'replace' ? null : [...rows.keys()] };
    }
    case 'undo': {
      const diffs = new Map(undone.map((diff) => [diff.id, diff]));
      return { ...overlay, diffs, cars: [...diffs.keys()] };
    }
    case 'settle':
      return { ...overlay, cars: [] };
    case 'set':
    case 'note':
    case 'add':
    case 'remove':
    case 'restore':
      return { ...overlay, cars: [edit.car] };
    default:
      return edit satisfies never;
  }
}

/** One car as a pending edit shows it: by the shared `apply`, which sees this car alone (rule C2). */
export function shownBy(
  overlay: Overlay,
  id: string,
  car: Car | undefined,
  firstLocation: string | undefined,
): Car | undefined {
  const edit = narrowed(overlay, id);
  if (!edit) return car;
  const applied = apply(edit, {
    cars: oneCar(id, car),
    stamp: { version: edit.base, at: overlay.at, by: overlay.by },
    firstLocation,
    entry: () => entryFor(overlay, id, car),
  });
  // What cannot be done to the car as it is now is for the hub to answer; until then it shows nothing.
  return applied.ok ? (applied.changes[0]?.after ?? car) : car;
}

/** What happened to one car; null where nothing did. */
export function diffOf(before: Car | undefined, after: Car | undefined): CarDiff | null {
  if (!after || before === after) return null;
  if (before) {
    const changed = differenceOf(after, before);
    if (Object.keys(changed).length === 0) return null;
    return { id: after.id, before: differenceOf(before, after), after: changed };
  }
  const { id, version: _, updatedAt: _a, updatedBy: _b, ...data } = after;
  return { id, before: null, after: data };
}

function narrowed({ edit, rows }: Overlay, id: string): Edit | null {
  if (edit.type !== 'import' || !rows) return edit;
  const row = rows.get(id);
  if (row) return { ...edit, mode: 'merge', rows: [row] };
  return edit.mode === 'replace' ? { ...edit, rows: [] } : null;
}

function oneCar(id: string, car: Car | undefined): CarReader {
  return { get: (asked) => (asked === id ? car : undefined), values: () => (car ? [car] : []) };
}

/** As the hub will narrow it, as far as this device can tell: values that somebody has changed since stay. */
function entryFor({ diffs, edit, by, at }: Overlay, id: string, car: Car | undefined): LogEntry | undefined {
  const diff = diffs?.get(id);
  if (!diff || !car) return undefined;
  const { base, seq } = edit;
  return {
    version: base,
    at,
    by,
    device: '',
    seq,
    id: edit.id,
    type: edit.type,
    cars: [diff.before ? { ...diff, before: untouched(diff.before, diff.after, car) } : diff],
  };
}

function untouched(before: Partial<CarData>, after: Partial<CarData>, car: Car): Partial<CarData> {
  const back: Partial<Record<keyof CarData, CarData[keyof CarData]>> = {};
  for (const group of GROUPS) {
    const fields = GROUP_FIELDS[group].filter((field) => field in before);
    // Times are the hub's: this device's guess of them says nothing.
    const same = fields.every((field) => isTime(field) || car[field] === after[field]);
    if (same) for (const field of fields) if (before[field] !== undefined) back[field] = before[field];
  }
  return back as Partial<CarData>;
}

function isTime(field: keyof CarData): boolean {
  return field === 'arrivedAt' || field === 'emptiedAt';
}
