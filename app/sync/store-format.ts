import { FORMAT, type Meta, type Stored, StoreError } from './store.ts';

/** A store as some version of the app has left it. */
export interface AnyStored extends Omit<Stored, 'meta'> {
  meta: (Omit<Meta, 'format'> & { format: number }) | null;
}

/** What each format becomes in the next one. A format without a fixture in the tests has no step here. */
const STEPS: Readonly<Record<number, (stored: AnyStored) => AnyStored>> = {
  // Nothing has moved: from 2 on a record may say that the hub lists it, and edits may settle others.
  1: (stored) => stored,
};

/**
 * Everything of a store in the layout of this version: what an older one has left is carried over, and no edit of it
 * is given up (rule O2). Errors: `newer` where a later version of the app has written it: that one can read it.
 */
export function carryOver(found: AnyStored): Stored {
  let stored = found;
  for (let { meta } = stored; meta && meta.format !== FORMAT; { meta } = stored) {
    if (meta.format > FORMAT) throw new StoreError('newer');
    const step = STEPS[meta.format];
    if (!step) throw new StoreError('failed');
    stored = step(stored);
    if (stored.meta) stored = { ...stored, meta: { ...stored.meta, format: meta.format + 1 } };
  }
  const { meta, cars, edits } = stored;
  return { meta: meta && { ...meta, format: FORMAT }, cars, edits };
}
