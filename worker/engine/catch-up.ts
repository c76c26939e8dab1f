import type { AttentionItem } from '../protocol/attention.ts';
import { type Car, type CarData, GROUP_FIELDS, GROUPS } from '../protocol/car.ts';
import { FRAME_DOWN_BYTES_MAX } from '../protocol/limits.ts';
import type { CatchUp } from '../protocol/messages.ts';
import type { Outcome } from '../protocol/outcome.ts';
import { type CarRow, dataOf } from '../protocol/row.ts';
import { encodeSnapshot, type Snapshot } from '../protocol/snapshot.ts';
import { utf8Length } from '../protocol/text.ts';
import { openItems } from './attention.ts';
import { unseenOf, withoutEffect } from './device.ts';
import { type CarRecord, readerOf, type SiteState } from './state.ts';

/** What a device says it has. */
export interface Place {
  device: string | null;
  epoch: string | null;
  version: number;
}

/** A catch-up, and the further parts of a snapshot too large for one frame. */
export interface CaughtUp {
  first: CatchUp;
  rest: Snapshot[];
}

/** Room for the rest of a frame beside the cars in it. */
const CARS_BYTES_MAX = FRAME_DOWN_BYTES_MAX - 150_000;
/** Columns of a car without its notes, in bytes, generously. */
const CAR_BYTES = 110;
/** A row of a catch-up without its notes, in bytes, generously. */
const ROW_BYTES = 330;

/**
 * What takes a device from where it is to now (rule C3): what changed since, field by field; or everything, where it
 * is new, from another epoch, ahead of the hub, older than the tombstones kept, or so far behind that
 * what changed does not fit a frame. `items` are the open ones it is told of, for those who hear of them.
 */
export function catchUp(
  state: SiteState,
  place: Place,
  now: number,
  items?: readonly AttentionItem[],
): CaughtUp {
  const device = place.device === null ? undefined : state.devices.get(place.device);
  const sameEpoch = place.epoch === state.epoch;
  // What they did is in the cars that come with them, and may be past there.
  const outcomes: Outcome[] = device && sameEpoch ? unseenOf(device).map(withoutEffect) : [];
  const open = items && openItems(state, items);
  const authors = namesOf(
    state,
    (items ?? []).map(({ author }) => author),
  );
  const listed = open ? utf8Length(JSON.stringify([open.ids, authors])) : 0;
  const room = CARS_BYTES_MAX - utf8Length(JSON.stringify(outcomes)) - listed;
  const base: CatchUp = {
    epoch: state.epoch,
    version: state.version,
    archived: state.archived,
    seq: device?.seq ?? 0,
    now,
    ...(outcomes.length > 0 && { outcomes }),
    ...(open && { attention: open }),
  };
  const known =
    sameEpoch && place.version > 0 && place.version >= state.floor && place.version <= state.version;
  if (known && place.version === state.version) {
    return { first: open ? { ...base, names: authors } : base, rest: [] };
  }
  if (known) {
    const records = changedSince(state, place.version);
    if (bytesOf(records, ROW_BYTES) <= room) {
      const changes = records.map((record) => rowSince(record, place.version));
      return {
        first: { ...base, changes, names: { ...authors, ...namesOf(state, writersOf(records)) } },
        rest: [],
      };
    }
  }
  const [snapshot, ...rest] = snapshotParts(state, room);
  const first: CatchUp = {
    ...base,
    names: { ...authors, ...namesOf(state, writersOf(state.cars.values())) },
  };
  if (snapshot) first.snapshot = snapshot;
  if (rest.length > 0) first.parts = rest.length;
  return { first, rest };
}

/** The same in one piece, for a body: it has no cap that a site could reach. */
export function catchUpWhole(
  state: SiteState,
  place: Place,
  now: number,
  items?: readonly AttentionItem[],
): CatchUp {
  const { first, rest } = catchUp(state, place, now, items);
  const { parts: _, ...whole } = first;
  return rest.length > 0 ? { ...whole, snapshot: encodeSnapshot(readerOf(state).values()) } : whole;
}

/** What changed on a car since a version, with its stamps: a row that stands by itself. */
export function rowSince({ car, writes }: CarRecord, since: number): CarRow {
  const { id, version, updatedAt, updatedBy } = car;
  const stamps = { version, updatedAt, updatedBy };
  // Added, removed or restored since: the receiver may never have had it.
  if (writes.life.version > since) return { id, ...dataOf(car), ...stamps };
  const data: Partial<Record<keyof CarData, CarData[keyof CarData]>> = {};
  for (const group of GROUPS) {
    if (writes[group].version <= since) continue;
    if (group === 'status') Object.assign(data, statusOf(car));
    else for (const field of GROUP_FIELDS[group]) data[field] = car[field];
  }
  return { id, ...(data as Partial<CarData>), ...stamps };
}

/** What does not follow from the rest: a car that has not arrived is not empty, and times are those of the row. */
function statusOf({ arrived, empty, arrivedAt, emptiedAt, updatedAt }: Car): Partial<CarData> {
  return {
    arrived,
    ...(arrived && { empty }),
    ...(arrived && arrivedAt !== updatedAt && { arrivedAt }),
    ...(empty && emptiedAt !== updatedAt && { emptiedAt }),
  };
}

function changedSince(state: SiteState, since: number): CarRecord[] {
  const records = [];
  for (const record of state.cars.values()) if (record.car.version > since) records.push(record);
  return records;
}

/** All cars in parts that fit a frame each, the first beside what else is in it; one empty part for an empty site. */
function snapshotParts(state: SiteState, room: number): Snapshot[] {
  const parts: CarRecord[][] = [[]];
  let bytes = CARS_BYTES_MAX - room;
  for (const record of state.cars.values()) {
    const more = bytesOf([record], CAR_BYTES);
    if (bytes + more > CARS_BYTES_MAX) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(record);
    bytes += more;
  }
  return parts.map((records) => encodeSnapshot(records.map(({ car }) => car)));
}

/** An upper bound: UTF-8 takes at most three bytes a UTF-16 unit, a line break in JSON two. */
function bytesOf(records: CarRecord[], each: number): number {
  return records.reduce((sum, { car }) => sum + each + 3 * car.notes.length, 0);
}

function* writersOf(records: Iterable<CarRecord>): Iterable<string> {
  for (const { car } of records) yield car.updatedBy;
}

function namesOf(state: SiteState, people: Iterable<string>): Record<string, string> {
  const names: Record<string, string> = {};
  for (const person of people) names[person] ??= state.names.get(person) ?? '';
  return names;
}
