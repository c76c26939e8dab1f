import type { Car } from './car.ts';

/**
 * All cars of a site, tombstones included, in columns: one array a field, texts that repeat as an index into
 * a list, flags as one number. 2,000 cars take about a third of what they take as rows, with nothing compressed.
 */
export interface Snapshot {
  ids: string[];
  locations: string[];
  /** Index into `locations`. */
  location: number[];
  /** arrived 1, late 2, empty 4, removed 8. */
  flags: number[];
  /** Only cars that have notes: index into `ids` and the text. */
  notes: [number, string][];
  version: number[];
  /** Milliseconds before `at`. */
  updatedAt: number[];
  people: string[];
  /** Index into `people`. */
  updatedBy: number[];
  /** Milliseconds before `at`; null where the car has not arrived, or is not empty. */
  arrivedAt: (number | null)[];
  emptiedAt: (number | null)[];
  /** The moment the times count from: the newest `updatedAt`. */
  at: number;
}

/** Cars in columns. */
export function encodeSnapshot(cars: Iterable<Car>): Snapshot {
  const rows = [...cars];
  const at = rows.reduce((newest, car) => Math.max(newest, car.updatedAt), 0);
  const locations = new Index();
  const people = new Index();
  const before = (time: number | null) => (time === null ? null : at - time);
  return {
    ids: rows.map((car) => car.id),
    location: rows.map((car) => locations.of(car.location)),
    locations: locations.values,
    flags: rows.map(flagsOf),
    notes: rows.flatMap((car, i): [number, string][] => (car.notes === '' ? [] : [[i, car.notes]])),
    version: rows.map((car) => car.version),
    updatedAt: rows.map((car) => at - car.updatedAt),
    updatedBy: rows.map((car) => people.of(car.updatedBy)),
    people: people.values,
    arrivedAt: rows.map((car) => before(car.arrivedAt)),
    emptiedAt: rows.map((car) => before(car.emptiedAt)),
    at,
  };
}

/** The cars of a snapshot, in its order. */
export function decodeSnapshot(snapshot: Snapshot): Car[] {
  const notes = new Map(snapshot.notes);
  const time = (before: number | null | undefined) => (before == null ? null : snapshot.at - before);
  return snapshot.ids.map((id, i) => {
    const flags = snapshot.flags[i] ?? 0;
    return {
      id,
      location: snapshot.locations[snapshot.location[i] ?? -1] ?? '',
      arrived: (flags & 1) !== 0,
      late: (flags & 2) !== 0,
      empty: (flags & 4) !== 0,
      notes: notes.get(i) ?? '',
      version: snapshot.version[i] ?? 0,
      updatedAt: snapshot.at - (snapshot.updatedAt[i] ?? 0),
      updatedBy: snapshot.people[snapshot.updatedBy[i] ?? -1] ?? '',
      arrivedAt: time(snapshot.arrivedAt[i]),
      emptiedAt: time(snapshot.emptiedAt[i]),
      removed: (flags & 8) !== 0,
    };
  });
}

function flagsOf(car: Car): number {
  return (car.arrived ? 1 : 0) | (car.late ? 2 : 0) | (car.empty ? 4 : 0) | (car.removed ? 8 : 0);
}

/** Numbers texts in the order they first come. */
class Index {
  readonly values: string[] = [];
  readonly #at = new Map<string, number>();

  of(value: string): number {
    const known = this.#at.get(value);
    if (known !== undefined) return known;
    this.#at.set(value, this.values.length);
    return this.values.push(value) - 1;
  }
}
