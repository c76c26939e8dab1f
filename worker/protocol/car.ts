import { CAR_ID_CHARS_MAX, NOTES_CHARS_MAX, TOMBSTONES_MAX } from './limits.ts';

/** What people write about a car. */
export interface CarFields {
  location: string;
  arrived: boolean;
  late: boolean;
  empty: boolean;
  notes: string;
}

export type Field = keyof CarFields;

/** A car as the hub holds it. Times are hub milliseconds; `updatedBy` is a person id. */
export interface Car extends CarFields {
  id: string;
  /** The site's version that last changed this car. */
  version: number;
  updatedAt: number;
  updatedBy: string;
  arrivedAt: number | null;
  emptiedAt: number | null;
  /** A tombstone: removed, still known, can be restored. */
  removed: boolean;
}

/** A car as HTTP shows it: never a tombstone. */
export type CarView = Omit<Car, 'removed'>;

/** What an edit can change on a car, the stamps that follow from it included. */
export type CarData = Omit<Car, 'id' | 'version' | 'updatedAt' | 'updatedBy'>;

/** Fields that are judged together: a write to one of a group is a write to all of it. */
export const GROUPS = ['location', 'status', 'late', 'notes', 'life'] as const;
export type Group = (typeof GROUPS)[number];

export const GROUP_FIELDS: { [G in Group]: readonly (keyof CarData)[] } = {
  location: ['location'],
  status: ['arrived', 'empty', 'arrivedAt', 'emptiedAt'],
  late: ['late'],
  notes: ['notes'],
  life: ['removed'],
};

export const GROUP_OF: { [F in Field]: Exclude<Group, 'life'> } = {
  location: 'location',
  arrived: 'status',
  empty: 'status',
  late: 'late',
  notes: 'notes',
};

/** The one word a person sees. `late` is shown beside it. */
export type CarState = 'expected' | 'late' | 'arrived' | 'empty';

/** Read access to cars by id; a hub's map and a device's overlay are both one. Tombstones are included. */
export interface CarReader {
  get(id: string): Car | undefined;
  values(): Iterable<Car>;
}

/** A car nobody has written to yet. */
export function blankCar(id: string, location: string): Car {
  return {
    id,
    location,
    arrived: false,
    late: false,
    empty: false,
    notes: '',
    version: 0,
    updatedAt: 0,
    updatedBy: '',
    arrivedAt: null,
    emptiedAt: null,
    removed: false,
  };
}

/** The state word: empty, else arrived, else late, else expected. */
export function carState(car: Pick<Car, 'arrived' | 'late' | 'empty'>): CarState {
  if (car.empty) return 'empty';
  if (car.arrived) return 'arrived';
  return car.late ? 'late' : 'expected';
}

export function viewOf(car: Car): CarView {
  const { removed: _, ...view } = car;
  return view;
}

const CAR_ID = /^[A-Z0-9](?:[A-Z0-9-]*[A-Z0-9])?$/i;

/** The canonical form of a car number (trimmed, upper case), or null where it is not one. */
export function parseCarId(text: string): string | null {
  if (text.length > CAR_ID_CHARS_MAX * 4) return null;
  const id = text.trim();
  // Upper case last: it makes plain letters of some that are none (ß, ſ).
  return id.length <= CAR_ID_CHARS_MAX && CAR_ID.test(id) ? id.toUpperCase() : null;
}

/** A note joins what is there on a line of its own; null where the car's notes are full. */
export function appendNote(notes: string, text: string): string | null {
  const joined = notes === '' ? text : `${notes}\n${text}`;
  return joined.length <= NOTES_CHARS_MAX ? joined : null;
}

/**
 * The tombstones to forget so that no more than the cap remain, oldest first. Hub and replicas both ask
 * this after each change, so they forget the same ones and stay equal (rule C1).
 */
export function tombstonesToForget(cars: Iterable<Car>): Car[] {
  const tombstones = [];
  for (const car of cars) if (car.removed) tombstones.push(car);
  if (tombstones.length <= TOMBSTONES_MAX) return [];
  // Several may share a version (a bulk removal): the id decides, so that every side forgets the same.
  tombstones.sort((a, b) => a.version - b.version || (a.id < b.id ? -1 : 1));
  return tombstones.slice(0, tombstones.length - TOMBSTONES_MAX);
}
