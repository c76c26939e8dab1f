import { EDITS_PER_FRAME_MAX } from '../../worker/protocol/limits.ts';
import { utf8Length } from '../../worker/protocol/text.ts';
import { type PendingEdit, textOf } from './pending-edit.ts';

export interface BatchLimits {
  bytes: number;
  edits: number;
  /** No edit with a higher seq. */
  upTo?: number;
  /** Says with each edit who made it: needed where the session is not known to be theirs (rule E4). */
  author?: string;
}

export interface Batch {
  entries: PendingEdit[];
  /** The JSON of each. */
  texts: string[];
}

/** The longest run of edits that can be sent now: what is not durable, or too large, is not jumped over. */
export function batchOf(pending: Iterable<PendingEdit>, limits: BatchLimits): Batch {
  const batch: Batch = { entries: [], texts: [] };
  const { entries, texts } = batch;
  const most = Math.min(limits.edits, EDITS_PER_FRAME_MAX);
  let bytes = 2;
  for (const entry of pending) {
    if (entry.sent) continue;
    if (entry.reused && entries.length === 0) continue;
    if (entry.record.edit.seq > (limits.upTo ?? Infinity)) break;
    if (!entry.durable || entry.reused || entries.length >= most) break;
    const text = textOf(entry, limits.author);
    const more = utf8Length(text) + 1;
    if (bytes + more > limits.bytes) break;
    bytes += more;
    entries.push(entry);
    texts.push(text);
  }
  return batch;
}
