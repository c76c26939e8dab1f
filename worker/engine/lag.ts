import { CLOSE } from '../protocol/errors.ts';
import type { OutwardEffect } from './effect.ts';
import type { Feed } from './feed.ts';
import { hopeless } from './flow.ts';

/**
 * Lets go of listeners that lag and acknowledge nothing (rule H2). Noticed as others are sent something and as the hub
 * looks after its sockets: where nothing happens they cost nothing, and no timer is kept for them (rule H1).
 */
export function letGoHopeless(feed: Feed, now: number): OutwardEffect[] {
  return hopeless(feed, now).map(({ id }) => {
    const reason = 'nothing has been read for too long';
    return { type: 'close', to: id, code: CLOSE.lagging, reason };
  });
}
