import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyStored } from '../../app/sync/store-format.ts';

/** What an earlier version of the app left in a device's store, as it wrote it. */
export interface OldStore {
  format: number;
  stored: AnyStored;
}

const FOLDER = join(import.meta.dirname, 'formats');

/** One store of every format there has been before the present one. */
export function oldStores(): OldStore[] {
  return readdirSync(FOLDER).map((file) => {
    const format = Number(/^format-(\d+)\.json$/.exec(file)?.[1]);
    return { format, stored: JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) };
  });
}
