/** What the bare object and the load generator say to each other: the least that can be measured. */

/** A change of one car, passed on as it is. */
export interface BareChange {
  id: string;
  [field: string]: unknown;
}

export type BareUp =
  /** Null: everything. A number: what came after it. */
  | { hello: number | null }
  /** Any number of changes; each is a message of its own, and gets a number of its own. */
  | { cars: BareChange[] };

export type BareDown =
  /** The answer to `hello`, with all rows or those missed. */
  | { at: number; rows: unknown[] }
  /** The answer to `cars`: as many have been taken, the last one as number `ok`. */
  | { ok: number; taken: number }
  /** To all the others. */
  | { to: number; cars: BareChange[] };

/** Where a bare object is: `durable` writes a row per message, `memory` nothing. */
export type BareKind = 'durable' | 'memory';
