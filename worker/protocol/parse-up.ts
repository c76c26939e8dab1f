import * as v from 'valibot';
import type { ReportedItem } from './attention.ts';
import type { Edit } from './edit.ts';
import { ERRORS, type ErrorCode, type Refusal, refuse } from './errors.ts';
import { ATTENTION_ITEMS_PER_FRAME_MAX, EDITS_PER_FRAME_MAX } from './limits.ts';
import { type SyncRequest, TOPICS, type UpMessage } from './messages.ts';
import { appVersion, carId, deviceId, edit, epoch, holdings, personId, version } from './schema.ts';

const edits = v.pipe(v.array(edit), v.maxLength(EDITS_PER_FRAME_MAX));

const report: v.GenericSchema<unknown, ReportedItem[]> = v.pipe(
  v.array(
    v.strictObject({
      author: personId,
      edit: edit as v.GenericSchema<unknown, Edit>,
      code: v.picklist(Object.keys(ERRORS) as ErrorCode[]),
    }),
  ),
  v.maxLength(ATTENTION_ITEMS_PER_FRAME_MAX),
);

/** A message without a parser does not compile. */
const UP: { [T in UpMessage['type']]: v.GenericSchema<unknown, UpMessage & { type: T }> } = {
  hello: v.strictObject({
    type: v.literal('hello'),
    protocol: v.pipe(v.number(), v.safeInteger()),
    device: deviceId,
    epoch,
    version,
    brief: v.optional(v.boolean()),
    app: v.optional(appVersion),
    holds: v.optional(holdings),
    topics: v.optional(v.pipe(v.array(v.picklist(TOPICS)), v.maxLength(TOPICS.length))),
  }),
  push: v.strictObject({ type: v.literal('push'), edits: edits as v.GenericSchema<unknown, Edit[]> }),
  seen: v.strictObject({ type: v.literal('seen'), version, seq: version, holds: v.optional(holdings) }),
  where: v.strictObject({ type: v.literal('where'), car: v.nullable(carId) }),
  ack: v.strictObject({ type: v.literal('ack'), version }),
  attention: v.strictObject({ type: v.literal('attention'), items: report }),
};

const SYNC: v.GenericSchema<unknown, SyncRequest> = v.strictObject({
  device: deviceId,
  epoch,
  version,
  edits: edits as v.GenericSchema<unknown, Edit[]>,
  seen: v.optional(version),
  app: v.optional(appVersion),
  holds: v.optional(holdings),
  report: v.optional(report),
});

export type Parsed<T> = { ok: true; value: T } | Refusal;

/** A frame towards the hub. Errors: `bad-frame`, with the path of the first value at fault. */
export function parseUp(frame: string): Parsed<UpMessage> {
  const json = parseJson(frame);
  if (!json.ok) return refuse('bad-frame', 'not JSON');
  const type = typeOf(json.value);
  if (type === null) return refuse('bad-frame', 'no known type', 'type');
  const parsed = check<UpMessage>(UP[type], json.value);
  return parsed.ok ? parsed : { ...parsed, code: 'bad-frame' };
}

/** The body of `POST …/sync`. Errors: `invalid`. */
export function parseSync(body: unknown): Parsed<SyncRequest> {
  return check(SYNC, body);
}

export function parseJson(text: string): Parsed<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return refuse('bad-json');
  }
}

/** Checks outside data against a schema. Errors: `invalid`, with the path and reason of the first fault. */
export function check<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Parsed<T> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { ok: true, value: result.output };
  const [issue] = result.issues;
  // Both repeat what was sent, which may be the whole of a frame.
  return refuse('invalid', issue.message.slice(0, 200), v.getDotPath(issue)?.slice(0, 200));
}

function typeOf(value: unknown): UpMessage['type'] | null {
  if (typeof value !== 'object' || value === null || !('type' in value)) return null;
  const { type } = value;
  return typeof type === 'string' && Object.hasOwn(UP, type) ? (type as UpMessage['type']) : null;
}
