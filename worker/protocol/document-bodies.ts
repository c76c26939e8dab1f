import * as v from 'valibot';
import type { Json } from './documents.ts';
import { DOCUMENT_CHANGES_MAX, DOCUMENT_DEPTH_MAX, DOCUMENT_KEY_CHARS_MAX } from './limits.ts';
import { personId, version } from './schema.ts';

/** Bodies of the routes of personal documents. */

export const documentKey = v.pipe(
  v.string(),
  v.regex(new RegExp(`^[a-z0-9._-]{1,${DOCUMENT_KEY_CHARS_MAX}}$`), 'not a key'),
);

/** Any JSON that comes back as it was sent, and that nobody's stack has to be deep for. */
const json = v.custom<Json>(isJson, `not a JSON value, or nested deeper than ${DOCUMENT_DEPTH_MAX}`);

const put = v.strictObject({ key: documentKey, value: json, base: v.optional(version) });
const remove = v.strictObject({ key: documentKey, deleted: v.literal(true), base: v.optional(version) });

export const documentsBody = v.strictObject({
  since: v.optional(version),
  /** Whose changes these are, for a device that several use: another's are not taken for the session's person. */
  person: v.optional(personId),
  changes: v.pipe(
    v.array(
      // Which of the two it is meant to be tells which fault is named.
      v.lazy((change) => (isDeletion(change) ? remove : put)),
    ),
    v.maxLength(DOCUMENT_CHANGES_MAX),
    v.check((changes) => new Set(changes.map(({ key }) => key)).size === changes.length, 'a key twice'),
  ),
});

export const documentBody = v.strictObject({ value: json, base: v.optional(version) });

function isDeletion(change: unknown): boolean {
  return typeof change === 'object' && change !== null && 'deleted' in change;
}

/** What `JSON.parse` gives, but for numbers that are too large to be written again. */
function isJson(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= DOCUMENT_DEPTH_MAX || level.includes(undefined)) return false;
    if (level.some((part) => typeof part === 'number' && !Number.isFinite(part))) return false;
    level = level.flatMap((part) => (typeof part === 'object' && part !== null ? Object.values(part) : []));
  }
  return true;
}
