import { isDeepStrictEqual } from 'node:util';
import { blankCar, type Car } from '../../worker/protocol/car.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';
import type { FinalState } from './history.ts';

/** The board is what the log says it must be: nothing else has ever changed it. */
export function boardFaults({ epochs, board }: FinalState): string[] {
  const log = epochs.flat();
  // A log whose beginning has been pruned says nothing of the cars it does not name.
  if (log[0] && log[0].version !== 1) return [];
  const cars = replayed(log);
  const faults: string[] = [];
  for (const car of board) {
    const expected = cars.get(car.id);
    if (!expected) faults.push(`E1 car ${car.id} is in no version of the log`);
    else faults.push(...difference('E1 the board', car, expected));
    cars.delete(car.id);
  }
  // Tombstones over the cap are forgotten.
  for (const { id, removed } of cars.values()) if (!removed) faults.push(`E1 car ${id} is not on the board`);
  return faults;
}

function replayed(log: readonly LogEntry[]): Map<string, Car> {
  const cars = new Map<string, Car>();
  for (const { version, at, by, cars: diffs } of log) {
    for (const { id, before, after } of diffs) {
      const car = (before && cars.get(id)) ?? blankCar(id, '');
      cars.set(id, { ...car, ...after, version, updatedAt: at, updatedBy: by });
    }
  }
  return cars;
}

/** C1: who is connected has the hub's board and nothing left to send. */
export function replicaFaults({ epochs, board, replicas }: FinalState): string[] {
  const faults: string[] = [];
  const newest = epochs.at(-1)?.at(-1)?.version;
  for (const { device, version, cars, pending } of replicas) {
    if (pending.length > 0)
      faults.push(`C1 ${device} still has ${pending.length} edits to send: ${pending.slice(0, 3)}`);
    if (newest !== undefined && version !== newest)
      faults.push(`C1 ${device} is at ${version} and the hub at ${newest}`);
    faults.push(...boardDifferences(`C1 ${device}`, cars, board));
  }
  return faults;
}

/** A1, A2: the archive has every version once and as it was, and nothing that the hub does not have. */
export function archiveFaults({ epochs, archive, archiveBoard, board }: FinalState): string[] {
  // It forgets a tombstone later than the hub does.
  const known = new Set(board.map(({ id }) => id));
  const cars = archiveBoard?.filter(({ id, removed }) => known.has(id) || !removed);
  const faults: string[] = cars ? boardDifferences('A2 the archive', cars, board) : [];
  if (!archive) return faults;
  const log = new Map(epochs.flat().map((entry) => [entry.version, entry]));
  // A long run has more than can be arguments of one call.
  const newest = [...log.keys()].reduce((most, version) => Math.max(most, version), 0);
  const versions = new Set<number>();
  for (const entry of archive) {
    const { version } = entry;
    const made = log.get(version);
    if (versions.has(version)) faults.push(`A1 version ${version} is twice in the archive`);
    else if (version > newest)
      faults.push(`A2 the archive has version ${version}, and the hub is at ${newest}`);
    else if (!made) faults.push(`A1 version ${version} of the archive is in no log`);
    else if (!isDeepStrictEqual(made, entry))
      faults.push(`A1 version ${version} is not in the archive as it was`);
    versions.add(version);
  }
  for (const version of log.keys()) {
    if (!versions.has(version)) faults.push(`A1 version ${version} is missing from the archive`);
  }
  return faults;
}

function boardDifferences(what: string, cars: Iterable<Car>, board: readonly Car[]): string[] {
  const rest = new Map(board.map((car) => [car.id, car]));
  const faults: string[] = [];
  for (const car of cars) {
    const expected = rest.get(car.id);
    if (expected) faults.push(...difference(what, car, expected));
    else faults.push(`${what} has car ${car.id}, which the hub has not`);
    rest.delete(car.id);
  }
  for (const id of rest.keys()) faults.push(`${what} does not have car ${id}`);
  return faults;
}

const KEYS: readonly (keyof Car)[] = [
  ...(['location', 'arrived', 'late', 'empty', 'notes', 'removed'] as const),
  ...(['arrivedAt', 'emptiedAt', 'version', 'updatedAt', 'updatedBy'] as const),
];

function difference(what: string, car: Car, expected: Car): string[] {
  const key = KEYS.find((candidate) => car[candidate] !== expected[candidate]);
  return key
    ? [
        `${what} has ${key} ${JSON.stringify(car[key])} of car ${car.id}, which is ${JSON.stringify(expected[key])}`,
      ]
    : [];
}
