import type { Edit } from './edit.ts';
import type { ErrorCode } from './errors.ts';
import type { Unsettled } from './outcome.ts';

/**
 * How an open item was settled: the edit was made again; what stands was kept; both notes stand; or a third value was
 * set. The edits that bring it about go before the `settle` edit, from the same device.
 */
export const CHOICES = ['mine', 'theirs', 'both', 'other'] as const;
export type Choice = (typeof CHOICES)[number];

/** An edit that was not applied, or not in full, and that nobody has settled yet. Named by the edit's id. */
export interface AttentionItem {
  /** Person id of whoever made it. */
  author: string;
  /** Its `seq` and `base` are those of its device. */
  edit: Edit;
  outcome: Unsettled;
  /** Its rows or conflicts are too many to be shown anywhere but on its own device. */
  cut?: true;
}

/** An item that only its device knows of: the hub has not answered the edit, or not in this epoch. */
export interface ReportedItem {
  author: string;
  edit: Edit;
  code: ErrorCode;
}

/** The open items of a person, or of the site for those who settle for others. */
export interface OpenItems {
  /** Ids of their edits. One that a device holds and that is not among them has been settled elsewhere. */
  ids: string[];
  /** Some are not listed for want of room: one that is missing says nothing. */
  more?: true;
  /** In the answer to an exchange; a socket gets them as `attention` frames. */
  items?: AttentionItem[];
}
