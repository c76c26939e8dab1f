import { SOCKETS_PER_PERSON_MAX } from '../protocol/limits.ts';
import type { SiteState } from './state.ts';

/** How long one stays away whose person, or site, has as many sockets as it may have. */
export const CROWDED_MS = 20_000;

/** Whether a person has as many sockets as one may have, of those under these sessions. */
export function isCrowded(state: SiteState, sessions: Iterable<string>, person: string): boolean {
  let own = 0;
  for (const session of sessions) if (state.sessions.get(session)?.person === person) own++;
  return own >= SOCKETS_PER_PERSON_MAX;
}
