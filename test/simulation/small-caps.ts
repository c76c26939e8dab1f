import type { Patch } from './patches.ts';

/** Caps so small that a short run meets them all. */
const CAPS: Record<string, string> = {
  CARS_MAX: '9',
  TOMBSTONES_MAX: '3',
  NOTES_CHARS_MAX: '60',
  OUTCOMES_UNSEEN_MAX: '12',
  OUTCOMES_SEEN_KEPT: '3',
  LOG_TAIL_MAX: '20',
  UNDO_VERSIONS_MAX: '5',
  OUTBOX_MAX: '40',
  EDITS_PER_FRAME_MAX: '7',
  SESSIONS_MAX: '6',
  REVOKED_KEPT: '1',
  NAMES_MAX: '3',
  // An import of a few rows is too large for a frame.
  FRAME_UP_BYTES_MAX: '3_000',
  // A reader that stalls for a moment lags.
  ACK_CHARS: '600',
  LAG_CHARS_MAX: '3_000',
  // All but 150,000 bytes of it are room for cars: a snapshot takes several frames.
  FRAME_DOWN_BYTES_MAX: '150_900',
};

const PARTS: Patch[] = [
  { file: 'worker/hub/checkpointer.ts', find: 'ENTRIES_MAX = 2_000', replace: 'ENTRIES_MAX = 9' },
  { file: 'app/sync/seen-reports.ts', find: 'OUTCOMES_AT_ONCE = 200', replace: 'OUTCOMES_AT_ONCE = 2' },
];

/** The sites of this thread have small caps. `limits` is the text of `limits.ts`. */
export function smallCaps(limits: string): Patch[] {
  const patches = Object.entries(CAPS).map(([name, value]): Patch => {
    const [find] = new RegExp(`export const ${name} = [^;]+;`).exec(limits) ?? [];
    if (find === undefined) throw new Error(`no cap ${name}`);
    return { file: 'worker/protocol/limits.ts', find, replace: `export const ${name} = ${value};` };
  });
  return [...patches, ...PARTS];
}
