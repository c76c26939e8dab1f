import type { CarFields, CarView } from './car.ts';
import type { HistoryEntry } from './history.ts';
import type { Conflict } from './outcome.ts';
import type { BadRow } from './roster.ts';
import type { Role, Site } from './site.ts';

/** What the HTTP routes answer with. Requests are in `bodies.ts`, refusals in `errors.ts`. */

export interface Health {
  status: 'ok';
  /** Of the build. */
  version: string;
  protocol: number;
}

/** `GET /api/me`, and the answer to `login`. */
export interface Me {
  person: { id: string; name: string; email: string | null };
  sites: { id: string; name: string; role: Role }[];
}

/** `POST /api/setup` */
export interface SetupDone {
  site: { id: string };
}

/** `GET /api/sites` */
export interface Sites {
  sites: (Site & { role: Role })[];
}

/** `GET …/cars` */
export interface Cars {
  epoch: string;
  version: number;
  cars: CarView[];
}

/** `GET …/cars/:car`, and the answer to `POST …/cars` and `PATCH …/cars/:car`. */
export type CarAnswer = CarView;

/** A row of a roster against the board: what importing it would do, or did. */
export interface RowResult {
  /** Line of the file, the header being line 1. */
  line: number;
  car: string;
  result: 'new' | 'changed' | 'unchanged' | 'conflict';
  /** Only the values that would change. */
  changes?: Partial<CarFields>;
}

/** `POST …/cars/import`, dry or not. Applied where `version` is there. */
export interface ImportResult {
  dryRun: boolean;
  counts: { new: number; changed: number; unchanged: number; bad: number; conflict: number; removed: number };
  rows: RowResult[];
  bad: BadRow[];
  /** Cars that `replace` removes because no row names them. */
  removed: string[];
  conflicts: Conflict[];
  /** The board's version the dry run was made against; hand it back as `?base=` when applying. */
  base: number;
  /** The version the import became; null where it changed nothing, or was dry. */
  version: number | null;
}

/** `GET …/history` */
export interface History {
  entries: HistoryEntry[];
  /** The version to ask `before` for the next page; null at the end. */
  next: number | null;
  /** The archive cannot be read now: only what the hub holds is here. */
  delayed: boolean;
}
