import type { EditRecord } from './store.ts';
import type { Pending } from './view.ts';

/** An edit that waits for its outcome. */
export interface PendingEdit {
  record: EditRecord;
  /** Once it was durable the person has been told so, and it stays true. */
  saved: boolean;
  /** Durable under the seq it has now. Only then may it be sent. */
  durable: boolean;
  sent: boolean;
  /** The hub has another edit under this seq: it needs another. */
  reused: boolean;
  /** Its JSON, made once. */
  text: string | null;
  shown: Pending;
}

export type Marks = Partial<Pick<PendingEdit, 'saved' | 'durable' | 'sent' | 'reused'>>;

export function pendingEdit(record: EditRecord, isStored: boolean): PendingEdit {
  const { edit } = record;
  const shown = { edit, saved: isStored, sent: false };
  return { record, saved: isStored, durable: isStored, sent: false, reused: false, text: null, shown };
}

/** The edit's JSON as it goes over the wire, with its author where the wire does not say who that is. */
export function textOf(entry: PendingEdit, author?: string): string {
  entry.text ??= JSON.stringify(entry.record.edit);
  if (author === undefined) return entry.text;
  return `${entry.text.slice(0, -1)},"author":${JSON.stringify(author)}}`;
}
