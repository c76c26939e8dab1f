import { Desk } from './desk.ts';
import { Follower } from './follower.ts';
import type { Parts } from './ports.ts';

/** One module, so that it is one file to fetch. */
export const parts: Parts = { Desk, Follower };
