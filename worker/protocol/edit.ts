import type { Choice } from './attention.ts';
import type { CarFields } from './car.ts';

export interface ImportRow {
  car: string;
  fields: Partial<CarFields>;
}

/** `merge` adds and changes; `replace` also removes the cars that are not in the rows. */
export type ImportMode = 'merge' | 'replace';

/** What a person meant, not what a row should look like. Values are absolute; nothing toggles. */
export type Intent =
  | { type: 'set'; car: string; fields: Partial<CarFields> }
  | { type: 'note'; car: string; text: string }
  | { type: 'add'; car: string; fields?: Partial<CarFields> }
  | { type: 'remove'; car: string }
  /** `fields` are set on the restored car: "restore it with my change". */
  | { type: 'restore'; car: string; fields?: Partial<CarFields> }
  | { type: 'import'; rows: ImportRow[]; mode: ImportMode }
  | { type: 'undo'; version: number }
  /** An open item has been decided on: it is off everybody's list. `item` is the id of its edit. */
  | { type: 'settle'; item: string; choice: Choice };

export type EditType = Intent['type'];

/** An intent on its way to the hub. */
export type Edit = Intent & {
  /** Random, made once: tells a resend from another edit under the same `seq`. */
  id: string;
  /** 1, 2, 3 … per device and epoch, without a gap. */
  seq: number;
  /** The newest version the device had seen when the person acted. */
  base: number;
  /** Device time in milliseconds, for showing only. */
  at: number;
  /** The person who acted, where it is not the session's. */
  author?: string;
};
