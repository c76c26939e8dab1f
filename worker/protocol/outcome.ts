import type { CarFields, Group } from './car.ts';
import type { ErrorCode } from './errors.ts';
import type { CarRow } from './row.ts';

/** What another device wrote to the same field after the edit's base, and what the edit wanted. */
export interface Conflict {
  car: string;
  /** `life`: the car was removed (or restored) under the edit. */
  group: Group;
  mine: Partial<CarFields> & { removed?: boolean };
  theirs: Partial<CarFields> & { removed?: boolean };
  /** Who wrote theirs (a person id), when (hub milliseconds), and as which version. */
  by: string;
  at: number;
  version: number;
}

interface Answer {
  seq: number;
  /** The edit's own id. With outcomes that come unasked (in a catch-up), so that a clone does not take another's. */
  id?: string;
  /** Hub milliseconds at which the edit was judged. */
  at: number;
}

/**
 * The hub's answer to one edit, given exactly once and repeated word for word to a resend (rule E2).
 * `effect` is there where the sender's own `apply` would not give it. A `conflict` with a `version` was applied
 * in part, and its `effect` says which.
 */
export type Outcome =
  | (Answer & { outcome: 'applied'; version: number; effect?: CarRow[] })
  | (Answer & { outcome: 'unchanged' })
  | (Answer & { outcome: 'conflict'; conflicts: Conflict[]; version?: number; effect?: CarRow[] })
  | (Answer & { outcome: 'rejected'; code: ErrorCode; detail?: string });

/** Outcomes a person has to look at. */
export type Unsettled = Extract<Outcome, { outcome: 'conflict' | 'rejected' }>;

export function isUnsettled(outcome: Outcome): outcome is Unsettled {
  return outcome.outcome === 'conflict' || outcome.outcome === 'rejected';
}
