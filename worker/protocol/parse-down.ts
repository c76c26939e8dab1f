import type { Changes, DownMessage, SyncResponse } from './messages.ts';
import type { CarRow } from './row.ts';

type Shape = Record<string, 'string' | 'number' | 'array' | 'object'>;

/**
 * What a device relies on in each message. The hub is trusted with values and checked for shape, so that a
 * proxy's answer or a newer hub's message is told from one of ours.
 */
const DOWN: { [T in DownMessage['type']]: Shape } = {
  welcome: {
    protocol: 'number',
    epoch: 'string',
    version: 'number',
    archived: 'number',
    seq: 'number',
    now: 'number',
    you: 'object',
    site: 'object',
    people: 'array',
  },
  snapshot: { part: 'number', snapshot: 'object' },
  changes: { from: 'number', to: 'number', cars: 'array' },
  outcomes: { archived: 'number', outcomes: 'array' },
  people: { people: 'array' },
  attention: { items: 'array', closed: 'array' },
  notice: { notice: 'string' },
};

const SYNC_RESPONSE: Shape = { ...DOWN.welcome, outcomes: 'array' };
delete SYNC_RESPONSE.protocol;
delete SYNC_RESPONSE.people;

/** A frame from the hub, or null where it is none. A device redials on null. */
export function parseDown(frame: string): DownMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return null;
  }
  if (Array.isArray(value)) return fromBrief(value);
  if (!isRecord(value) || typeof value.type !== 'string') return null;
  const shape = Object.hasOwn(DOWN, value.type) ? DOWN[value.type as DownMessage['type']] : null;
  return shape && fits(value, shape) ? (value as unknown as DownMessage) : null;
}

function fromBrief([to, by, at, ...cars]: unknown[]): Changes | null {
  if (typeof to !== 'number' || typeof by !== 'string' || typeof at !== 'number') return null;
  const rows = cars.map((car): CarRow | null => {
    if (!Array.isArray(car)) return null;
    const [id, row]: unknown[] = car;
    return typeof id === 'string' && isRecord(row) ? { ...row, id } : null;
  });
  const known = rows.filter((row) => row !== null);
  return known.length === cars.length ? { type: 'changes', from: to - 1, to, by, at, cars: known } : null;
}

/** The answer to `POST …/sync`, or null where it is none. */
export function parseSyncResponse(value: unknown): SyncResponse | null {
  return isRecord(value) && fits(value, SYNC_RESPONSE) ? (value as unknown as SyncResponse) : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fits(value: Record<string, unknown>, shape: Shape): boolean {
  return Object.entries(shape).every(([key, kind]) => {
    const part = value[key];
    if (kind === 'array') return Array.isArray(part);
    return kind === 'object' ? isRecord(part) : typeof part === kind;
  });
}
