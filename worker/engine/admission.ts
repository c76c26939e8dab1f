import { REVOKED_KEPT, SESSIONS_MAX } from '../protocol/limits.ts';
import type { Role } from '../protocol/site.ts';
import type { StorageEffect } from './effect.ts';
import { learnName } from './names.ts';
import type { Hub } from './socket.ts';
import type { Env, Session, SiteState } from './state.ts';

/**
 * Sessions the hub has admitted are kept beside its cars, so that a known device comes back while the directory is
 * down. At the cap those whose time is over go first, then the one that was revoked longest ago, then the one that was
 * admitted longest ago. A sleep leaves them in the order in which they end.
 */
export function admit(state: SiteState, session: Session, env: Pick<Env, 'now' | 'log'>): StorageEffect[] {
  const effects = makeRoom(state, session.hash, env.now);
  // A revocation that came first stands.
  const known = state.sessions.get(session.hash);
  const admitted = known?.revoked ? { ...session, revoked: true } : session;
  state.sessions.set(session.hash, admitted);
  return [
    ...effects,
    { type: 'put-session', session: admitted },
    ...learnName(state, session.person, session.name, env),
  ];
}

/** Ends a session here: nothing it sends after is taken. The tombstone stays until the session would have ended. */
export function revoke(state: SiteState, hash: string, now: number): StorageEffect[] {
  const effects = makeRoom(state, hash, now);
  const known = state.sessions.get(hash);
  const session: Session = known
    ? { ...known, revoked: true }
    : { hash, person: '', name: '', role: 'viewer', expiresAt: now + UNKNOWN_TOMBSTONE_MS, revoked: true };
  putLast(state, session);
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
  for (const session of [...state.sessions.values()]) {
    if (session.person !== person || session.revoked || session.role === role) continue;
    const now: Session = role === null ? { ...session, revoked: true } : { ...session, role };
    if (now.revoked) putLast(state, now);
    else state.sessions.set(session.hash, now);
    changed.push(now);
  }
  return { changed, effects: changed.map((session) => ({ type: 'put-session', session })) };
}

/** Somebody is called something else now, in all their sessions, and where they are named from now on. */
export function rename(
  state: SiteState,
  person: string,
  name: string,
  env: Pick<Env, 'log'>,
): StorageEffect[] {
  const theirs = [...state.sessions.values()].filter((session) => session.person === person);
  if (theirs.length === 0) return [];
  const renamed = theirs.map((session): Session => ({ ...session, name }));
  for (const session of renamed) state.sessions.set(session.hash, session);
  return [
    ...learnName(state, person, name, env),
    ...renamed.map((session) => ({ type: 'put-session', session }) as const),
  ];
}

/** They lie in the order in which they were admitted or revoked. */
function putLast({ sessions }: SiteState, session: Session): void {
  sessions.delete(session.hash);
  sessions.set(session.hash, session);
}

function makeRoom(state: SiteState, hash: string, now: number): StorageEffect[] {
  const { sessions } = state;
  if (sessions.has(hash) || sessions.size < SESSIONS_MAX) return [];
  return leastMissed([...sessions.values()], now).map((session) => {
    sessions.delete(session.hash);
    return { type: 'delete-session', hash: session.hash };
  });
}

/**
 * Sessions that have come to nothing make room before one that somebody may be at work with: however many of them are
 * made, they push hardly anybody out. The newest stay, for what was asked of the directory before one was revoked may be
 * answered after it.
 */
function leastMissed(all: readonly Session[], now: number): Session[] {
  const over = all.filter(({ expiresAt }) => expiresAt <= now);
  if (over.length > 0) return over;
  const revoked = all.filter((session) => session.revoked);
  if (revoked.length > REVOKED_KEPT) return revoked.slice(0, 1);
  const oldest = all.find((session) => !session.revoked) ?? all[0];
  return oldest ? [oldest] : [];
}

/** A session this hub has never met is refused for as long as any session can live. */
const UNKNOWN_TOMBSTONE_MS = 30 * 24 * 3_600_000;
