import type { CarData } from './car.ts';
import type { EditType } from './edit.ts';

/** What one version did to one car: only the values that changed. `before` is null where the car was new. */
export interface CarDiff {
  id: string;
  before: Partial<CarData> | null;
  after: Partial<CarData>;
}

/** One version of a site: an applied edit and its effect. The hub's log and the archive's history hold these. */
export interface LogEntry {
  version: number;
  /** Hub milliseconds. */
  at: number;
  /** Person id. */
  by: string;
  device: string;
  seq: number;
  /** The edit's id. */
  id: string;
  type: EditType;
  /** The version an `undo` took back. */
  undoes?: number;
  cars: CarDiff[];
}

/** A log entry as people see it: with names, without the device. */
export interface HistoryEntry {
  version: number;
  at: number;
  by: string;
  /** The person's name as the site knows it. */
  name: string;
  type: EditType;
  undoes?: number;
  cars: CarDiff[];
}
