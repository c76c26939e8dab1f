import type { Choice } from './attention.ts';
import type { CarData } from './car.ts';
import type { EditType } from './edit.ts';
import type { Renaming } from './site.ts';

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
  settled?: Settled;
  /** Locations that have another name as of this version: its cars stand where they stood. */
  renamed?: readonly Renaming[];
  /** Hash of the entry before, so that an archive that was altered is told from one that was not (rule A1). */
  prev?: string;
  cars: CarDiff[];
}

/** What a `settle` decided: whose edit, on which cars, and how. */
export interface Settled {
  item: string;
  author: string;
  cars: string[];
  choice: Choice;
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
  settled?: Settled;
  renamed?: readonly Renaming[];
  cars: CarDiff[];
}
