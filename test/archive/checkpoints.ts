import type { Checkpoint } from '../../worker/ports.ts';
import { blankCar, type Car } from '../../worker/protocol/car.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';

/** A car as some version left it. */
export function car(id: string, version: number, values: Partial<Car> = {}): Car {
  return { ...blankCar(id, 'Yard'), version, updatedAt: version * 1000, updatedBy: 'p1', ...values };
}

/** The log entry of a version that moved one car, or these. */
export function entry(version: number, ids: string[] = ['100'], more: Partial<LogEntry> = {}): LogEntry {
  const cars = ids.map((id) => ({ id, before: { location: 'Yard' }, after: { location: `${version}` } }));
  return {
    version,
    at: version * 1000,
    by: 'p1',
    device: 'device-1',
    seq: version,
    id: `edit-${version}`,
    type: 'set',
    cars,
    ...more,
  };
}

let sites = 0;

/** A checkpoint of a site of its own, unless one is given. */
export function checkpoint(version: number, more: Partial<Checkpoint> = {}): Checkpoint {
  return {
    site: `archived-${++sites}`,
    epoch: 'epoch-a',
    version,
    at: version * 1000,
    cars: [],
    forgotten: [],
    floor: 0,
    entries: [],
    names: { p1: 'Ada' },
    ...more,
  };
}
