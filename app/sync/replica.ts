import { apply, type Stamp } from '../../worker/protocol/apply.ts';
import { type Car, tombstonesToForget } from '../../worker/protocol/car.ts';
import type { Edit } from '../../worker/protocol/edit.ts';
import type { CarDiff } from '../../worker/protocol/history.ts';
import { TOMBSTONES_MAX } from '../../worker/protocol/limits.ts';
import { applyRow, type CarRow } from '../../worker/protocol/row.ts';
import { CarMap } from './car-map.ts';
import { diffOf, type Overlay, overlayOf, shownBy } from './overlay.ts';

/** An edit with more cars than this keeps no record of what it changed; only the hub can undo it. */
const DIFFS_MAX = 500;

/** What has to be written so that a store's cars become the confirmed ones. */
export interface DirtyCars {
  clear: boolean;
  put: Car[];
  remove: string[];
}

/**
 * The cars as the hub has confirmed them, and as they are shown: confirmed plus pending edits, replayed by the same
 * `apply` (rule C2). Only the cars that something touches are replayed.
 */
export class Replica {
  epoch: string | null = null;
  version = 0;
  /** Where a car goes that is added without a location; the site's first. */
  firstLocation: string | undefined;
  readonly #confirmed = new Map<string, Car>();
  #tombstones = 0;
  readonly #shown = new CarMap();
  /** By edit id, in order. */
  readonly #overlays = new Map<string, Overlay>();
  readonly #byCar = new Map<string, Overlay[]>();
  /** Overlays that may change any car. */
  readonly #wide: Overlay[] = [];
  #order = 0;
  /** Cars to be shown anew. */
  readonly #stale = new Set<string>();
  #dirty = new Set<string>();
  #cleared = false;

  /** Confirmed cars plus pending edits, tombstones included; the same object until something changes. */
  get cars(): ReadonlyMap<string, Car> {
    this.#refresh();
    return this.#shown.snapshot();
  }

  /** A car as it is shown. */
  car(id: string): Car | undefined {
    this.#refresh();
    return this.#shown.get(id);
  }

  /** A car as the hub has confirmed it. */
  confirmed(id: string): Car | undefined {
    return this.#confirmed.get(id);
  }

  /** Shows a pending edit over all others, and says what it changed; undefined where that is too much to keep. */
  show(edit: Edit, by: string, at: number, undone?: readonly CarDiff[]): CarDiff[] | undefined {
    this.#refresh();
    const overlay = overlayOf(edit, { by, at, order: ++this.#order }, undone);
    this.#overlays.set(edit.id, overlay);
    if (overlay.cars) for (const id of overlay.cars) this.#stack(id).push(overlay);
    else this.#wide.push(overlay);

    const diffs: CarDiff[] = [];
    for (const id of this.#reach(overlay)) {
      const before = this.#shown.get(id);
      const after = shownBy(overlay, id, before, this.firstLocation);
      if (after && after !== before) this.#shown.set(after);
      const diff = diffOf(before, after);
      if (diff) diffs.push(diff);
    }
    return diffs.length > DIFFS_MAX ? undefined : diffs;
  }

  /** Takes a pending edit off again: it has been answered, or could not be kept. */
  hide(editId: string): void {
    const overlay = this.#overlays.get(editId);
    if (!overlay) return;
    for (const id of this.#reach(overlay)) this.#stale.add(id);
    this.#overlays.delete(editId);
    if (!overlay.cars) remove(this.#wide, overlay);
    for (const id of overlay.cars ?? []) {
      const stack = this.#stack(id);
      remove(stack, overlay);
      if (stack.length === 0) this.#byCar.delete(id);
    }
  }

  /** The whole board anew. */
  replace(cars: Iterable<Car>, epoch: string | null, version: number): void {
    this.load(cars, epoch, version);
    this.#dirty = new Set(this.#confirmed.keys());
    this.#cleared = true;
  }

  /** The board as the store has it. */
  load(cars: Iterable<Car>, epoch: string | null, version: number): void {
    for (const id of this.#confirmed.keys()) this.#stale.add(id);
    this.#confirmed.clear();
    this.#tombstones = 0;
    for (const car of cars) this.#put(car);
    this.epoch = epoch;
    this.version = version;
    // What is on the board only because of a pending edit.
    for (const id of this.#byCar.keys()) this.#stale.add(id);
    this.#dirty = new Set();
    this.#cleared = false;
  }

  /** Rows of one version, with its stamp, or of several, each with its own. False where a stamp is missing. */
  applyRows(rows: readonly CarRow[], to: number, stamp?: { by: string; at: number }): boolean {
    for (const row of rows) {
      const own = stamp ? { version: to, ...stamp } : stampOf(row);
      if (!own) return false;
      this.#put(applyRow(this.#confirmed.get(row.id), row, own));
    }
    this.version = to;
    this.#forgetTombstones();
    return true;
  }

  /**
   * Takes one version made by an edit of this device: from the hub's `effect` where it gave one, otherwise by the
   * same `apply` on the confirmed cars. Says what it changed; null where this device cannot know.
   */
  confirm(
    edit: Edit | null,
    stamp: Stamp,
    effect: readonly CarRow[] | undefined,
  ): { diffs: CarDiff[] | undefined } | null {
    const changes = effect ? this.#effectChanges(effect, stamp) : edit && this.#ownChanges(edit, stamp);
    if (!changes) return null;
    const diffs: CarDiff[] = [];
    for (const { before, after } of changes) {
      const diff = diffOf(before, after);
      if (diff) diffs.push(diff);
      this.#put(after);
    }
    this.version = stamp.version;
    this.#forgetTombstones();
    return { diffs: diffs.length > DIFFS_MAX ? undefined : diffs };
  }

  /** Takes what is to be written; `restoreDirty` gives it back if it could not be. */
  takeDirty(): DirtyCars | null {
    if (this.#dirty.size === 0 && !this.#cleared) return null;
    const dirty: DirtyCars = { clear: this.#cleared, put: [], remove: [] };
    for (const id of this.#dirty) {
      const car = this.#confirmed.get(id);
      if (car) dirty.put.push(car);
      else if (!this.#cleared) dirty.remove.push(id);
    }
    this.#dirty = new Set();
    this.#cleared = false;
    return dirty;
  }

  restoreDirty(dirty: DirtyCars): void {
    for (const { id } of dirty.put) this.#dirty.add(id);
    for (const id of dirty.remove) this.#dirty.add(id);
    this.#cleared ||= dirty.clear;
  }

  /** The store has lost what it had. */
  allDirty(): void {
    this.#dirty = new Set(this.#confirmed.keys());
    this.#cleared = true;
  }

  #effectChanges(effect: readonly CarRow[], stamp: Stamp) {
    return effect.map((row) => {
      const before = this.#confirmed.get(row.id);
      return { before, after: applyRow(before, row, stamp) };
    });
  }

  #ownChanges(edit: Edit, stamp: Stamp) {
    // Only the hub knows what an undo could put back: it always says so.
    const applied = apply(edit, { cars: this.#confirmed, stamp, firstLocation: this.firstLocation });
    // A settling is a version and changes no car.
    const isKnown = applied.ok && (applied.changes.length > 0 || edit.type === 'settle');
    return isKnown ? applied.changes : null;
  }

  #put(car: Car): void {
    const before = this.#confirmed.get(car.id);
    this.#tombstones += Number(car.removed) - Number(before?.removed ?? false);
    this.#confirmed.set(car.id, car);
    this.#dirty.add(car.id);
    this.#stale.add(car.id);
  }

  #forgetTombstones(): void {
    if (this.#tombstones <= TOMBSTONES_MAX) return;
    for (const { id } of tombstonesToForget(this.#confirmed.values())) {
      this.#confirmed.delete(id);
      this.#tombstones--;
      this.#dirty.add(id);
      this.#stale.add(id);
    }
  }

  #refresh(): void {
    if (this.#stale.size === 0) return;
    for (const id of this.#stale) {
      let car = this.#confirmed.get(id);
      for (const overlay of this.#over(id)) car = shownBy(overlay, id, car, this.firstLocation);
      if (car) this.#shown.set(car);
      else this.#shown.delete(id);
    }
    this.#stale.clear();
  }

  /** The pending edits that may change a car, in order. */
  #over(id: string): readonly Overlay[] {
    const own = this.#byCar.get(id) ?? [];
    if (this.#wide.length === 0) return own;
    return [...own, ...this.#wide].sort((a, b) => a.order - b.order);
  }

  #reach(overlay: Overlay): Iterable<string> {
    if (overlay.cars) return overlay.cars;
    return new Set([...this.#confirmed.keys(), ...this.#byCar.keys(), ...(overlay.rows?.keys() ?? [])]);
  }

  #stack(id: string): Overlay[] {
    let stack = this.#byCar.get(id);
    if (!stack) {
      stack = [];
      this.#byCar.set(id, stack);
    }
    return stack;
  }
}

function stampOf({ version, updatedAt, updatedBy }: CarRow): Stamp | null {
  if (version === undefined || updatedAt === undefined || updatedBy === undefined) return null;
  return { version, at: updatedAt, by: updatedBy };
}

function remove<T>(list: T[], item: T): void {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
}
