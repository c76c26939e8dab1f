import { apply, type Stamp } from '../../worker/protocol/apply.ts';
import { type Car, tombstonesToForget } from '../../worker/protocol/car.ts';
import type { Edit } from '../../worker/protocol/edit.ts';
import type { CatchUp, DownMessage } from '../../worker/protocol/messages.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { applyRow, type CarRow } from '../../worker/protocol/row.ts';
import { decodeSnapshot } from '../../worker/protocol/snapshot.ts';

/** A board kept from a hub's frames in the plainest way there is: what the frames say, and nothing clever. */
export class PlainReplica {
  epoch: string | null = null;
  version = 0;
  cars = new Map<string, Car>();
  /** Parts of a snapshot still to come; until then it is as of nothing. */
  partsDue = 0;
  person = '';
  firstLocation: string | undefined;
  /** Own edits by seq: an outcome without an effect has that of their own `apply`. */
  readonly edits = new Map<number, Edit>();

  /** Takes a frame. False where one before it is missing: the device has to say hello again. */
  take(message: DownMessage): boolean {
    switch (message.type) {
      case 'welcome':
        this.person = message.you.person;
        this.firstLocation = message.site.locations[0];
        this.catchUp(message);
        return true;
      case 'snapshot':
        if (this.partsDue === 0) throw new Error('a part too many');
        this.partsDue--;
        for (const car of decodeSnapshot(message.snapshot)) this.cars.set(car.id, car);
        return true;
      case 'changes': {
        const { from, to, by, at, cars } = message;
        if (from !== this.version) return false;
        const stamp = by !== undefined && at !== undefined ? { version: to, by, at } : null;
        for (const row of cars) this.#put(row, stamp ?? stampOf(row));
        this.version = to;
        this.#forget();
        return true;
      }
      case 'outcomes':
        for (const outcome of message.outcomes) if (!this.confirm(outcome)) return false;
        return true;
      case 'people':
      case 'attention':
      case 'notice':
        return true;
      default:
        return message satisfies never;
    }
  }

  catchUp(place: CatchUp): void {
    const { snapshot, changes, parts = 0 } = place;
    if (snapshot) this.cars = new Map(decodeSnapshot(snapshot).map((car) => [car.id, car]));
    for (const row of changes ?? []) this.#put(row, stampOf(row));
    this.partsDue = parts;
    this.epoch = place.epoch;
    this.version = place.version;
    this.#forget();
  }

  /** Takes an outcome of an own edit, unless its version has come by another way. */
  confirm(outcome: Outcome): boolean {
    if (!('version' in outcome) || outcome.version === undefined) return true;
    const { version, at, effect } = outcome;
    if (version <= this.version) return true;
    if (version > this.version + 1) return false;
    const stamp = { version, at, by: this.person };
    if (effect) for (const row of effect) this.#put(row, stamp);
    else this.#applyOwn(outcome.seq, stamp);
    this.version = version;
    this.#forget();
    return true;
  }

  /** The first car that is not as it is there, or null where all are. */
  differenceFrom(cars: ReadonlyMap<string, { car: Car }>): string | null {
    for (const [id, { car }] of cars) {
      const mine = this.cars.get(id);
      if (!mine || !isSame(mine, car)) return `${JSON.stringify(mine)} is ${JSON.stringify(car)} at the hub`;
    }
    for (const id of this.cars.keys()) if (!cars.has(id)) return `${id} is not at the hub`;
    return null;
  }

  #applyOwn(seq: number, stamp: Stamp): void {
    const edit = this.edits.get(seq);
    if (!edit) throw new Error(`no edit ${seq} and no effect`);
    const applied = apply(edit, { cars: this.cars, stamp, firstLocation: this.firstLocation });
    if (!applied.ok) throw new Error(`C2: own apply says ${applied.code}`);
    for (const { after } of applied.changes) this.cars.set(after.id, after);
  }

  #put(row: CarRow, stamp: Stamp): void {
    this.cars.set(row.id, applyRow(this.cars.get(row.id), row, stamp));
  }

  #forget(): void {
    for (const { id } of tombstonesToForget(this.cars.values())) this.cars.delete(id);
  }
}

function stampOf({ version, updatedAt, updatedBy }: CarRow): Stamp {
  if (version === undefined || updatedAt === undefined || updatedBy === undefined) {
    throw new Error('a row of a catch-up without its stamps');
  }
  return { version, at: updatedAt, by: updatedBy };
}

function isSame(a: Car, b: Car): boolean {
  const keys = Object.keys(a) as (keyof Car)[];
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
