import { SESSIONS_MAX } from '../protocol/limits.ts';
import type { Role } from '../protocol/site.ts';
import type { StorageEffect } from './effect.ts';
import type { Hub } from './socket.ts';
import type { Session, SiteState } from './state.ts';

/**
 * Sessions the hub has admitted are kept beside its cars, so that a known device comes back while the directory is
 * down. At the cap those that have ended go first, then the one that was admitted longest ago.
 */
export function admit(state: SiteState, session: Session, now: number): StorageEffect[] {
  const effects = makeRoom(state, session.hash, now);
  // A revocation that came first stands.
  const known = state.sessions.get(session.hash);
  const admitted = known?.revoked ? { ...session, revoked: true } : session;
  state.sessions.set(session.hash, admitted);
  state.names.set(session.person, session.name);
  return [
    ...effects,
    { type: 'put-session', session: admitted },
    { type: 'put-name', person: session.person, name: session.name },
  ];
}

/** Ends a session here: nothing it sends after is taken. The tombstone stays until the session would have ended. */
export function revoke(state: SiteState, hash: string, now: number): StorageEffect[] {
  const effects = makeRoom(state, hash, now);
  const known = state.sessions.get(hash);
  const session: Session = known
    ? { ...known, revoked: true }
    : { hash, person: '', name: '', role: 'viewer', expiresAt: now + UNKNOWN_TOMBSTONE_MS, revoked: true };
  state.sessions.set(hash, session);
  return [...effects, { type: 'put-session', session }];
}

/**
 * A person's role here is another one now, or none: all their sessions are. Says which changed, for whoever holds their
 * sockets. One that has been revoked stays so. Whether they belong to the site is asked anew where their edits lie on
 * another's device.
 */
export function seat(
  { state, members }: Pick<Hub, 'state' | 'members'>,
  person: string,
  role: Role | null,
): { changed: Session[]; effects: StorageEffect[] } {
  members.delete(person);
  const changed: Session[] = [];
  for (const session of state.sessions.values()) {
    if (session.person !== person || session.revoked || session.role === role) continue;
    const now: Session = role === null ? { ...session, revoked: true } : { ...session, role };
    state.sessions.set(session.hash, now);
    changed.push(now);
  }
  return { changed, effects: changed.map((session) => ({ type: 'put-session', session })) };
}

/** Somebody is called something else now, in all their sessions, and where they are named from now on. */
export function rename(state: SiteState, person: string, name: string): StorageEffect[] {
  const theirs = [...state.sessions.values()].filter((session) => session.person === person);
  if (theirs.length === 0) return [];
  state.names.set(person, name);
  const renamed = theirs.map((session): Session => ({ ...session, name }));
  for (const session of renamed) state.sessions.set(session.hash, session);
  return [
    { type: 'put-name', person, name },
    ...renamed.map((session) => ({ type: 'put-session', session }) as const),
  ];
}

function makeRoom(state: SiteState, hash: string, now: number): StorageEffect[] {
  const { sessions } = state;
  if (sessions.has(hash) || sessions.size < SESSIONS_MAX) return [];
  const ended = [...sessions.values()].filter(({ expiresAt }) => expiresAt <= now);
  const [oldest] = sessions.values();
  return (ended.length > 0 || !oldest ? ended : [oldest]).map((session) => {
    sessions.delete(session.hash);
    return { type: 'delete-session', hash: session.hash };
  });
}

/** A session this hub has never met is refused for as long as any session can live. */
const UNKNOWN_TOMBSTONE_MS = 30 * 24 * 3_600_000;
