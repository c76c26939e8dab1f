import type { Archive } from '../ports.ts';
import { load } from './load.ts';
import { save } from './save.ts';

/** The archive as a hub writes it and, with its own storage lost, reads it. Errors: `D1Unavailable`. */
export function d1Archive(db: D1Database): Archive {
  return { load: (site, begins) => load(db, site, begins), save: (checkpoint) => save(db, checkpoint) };
}
