import { FRAME_ACCESS } from '../protocol/access.ts';
import { CLOSE, type ErrorCode } from '../protocol/errors.ts';
import {
  BAD_FRAMES_MAX,
  FRAME_UP_BYTES_MAX,
  SOCKETS_MAX,
  SOCKETS_PER_PERSON_MAX,
} from '../protocol/limits.ts';
import {
  type DownMessage,
  type Hello,
  PROTOCOL,
  PROTOCOLS_SERVED,
  type Push,
  type SnapshotPart,
  TOPICS,
  type UpMessage,
  type Welcome,
} from '../protocol/messages.ts';
import { parseUp } from '../protocol/parse-up.ts';
import { hasRole } from '../protocol/site.ts';
import { utf8Length } from '../protocol/text.ts';
import { catchUp } from './catch-up.ts';
import { markSeen } from './device.ts';
import type { Effect, OutwardEffect, SocketId } from './effect.ts';
import { announce, bringUp, type Feed, fits, type Listener } from './feed.ts';
import { peopleHere, stir } from './presence.ts';
import { push } from './push.ts';
import type { Env, Session, SiteState } from './state.ts';

/** A socket the runtime has accepted, before and after its hello. */
export interface Socket {
  id: SocketId;
  /** Hash of the session it was opened under. */
  session: string;
}

export interface Hub {
  state: SiteState;
  feed: Feed;
  /** Frames that did not parse, by socket. */
  strikes: Map<SocketId, number>;
}

/** A text frame from a socket. Whatever it holds, the answer is effects: nothing in a frame can throw. */
export function onFrame(hub: Hub, socket: Socket, text: string, env: Env): Effect[] {
  // Forgotten at the cap, not ended: who comes again is asked of the directory again.
  if (!hub.state.sessions.has(socket.session)) return [close(socket, CLOSE.resync, 'come again')];
  const session = sessionOf(hub.state, socket.session, env.now);
  if (!session) return [close(socket, CLOSE.unauthenticated, 'the session has ended')];
  if (text.length > FRAME_UP_BYTES_MAX || utf8Length(text) > FRAME_UP_BYTES_MAX) {
    return [close(socket, CLOSE.tooLarge, 'the frame is over its cap')];
  }
  const parsed = parseUp(text);
  const listener = hub.feed.listeners.get(socket.id);
  if (!parsed.ok)
    return onBadFrame(hub, socket, listener, `${parsed.field ?? ''} ${parsed.detail ?? ''}`.trim());
  const message = parsed.value;
  if (!hasRole(session.role, FRAME_ACCESS[message.type]))
    return [refused(hub, socket, listener, 'forbidden')];
  if (message.type === 'hello') return onHello(hub, socket, session, message, env);
  if (!listener) return [close(socket, CLOSE.badFrame, 'hello comes first')];
  return onMessage(hub, listener, session, message, env);
}

function onMessage(
  hub: Hub,
  listener: Listener,
  session: Session,
  message: Exclude<UpMessage, Hello>,
  env: Env,
): Effect[] {
  switch (message.type) {
    case 'push':
      return onPush(hub, listener, session, message, env);
    case 'seen': {
      // Not written: it is with the device's next push, and until then an answer too many does no harm.
      const device = hub.state.devices.get(listener.device);
      if (device) markSeen(device, message.seq);
      return [];
    }
    case 'where': {
      listener.car = message.car;
      // The one that opened a car last comes last, and says which car the person has open.
      hub.feed.listeners.delete(listener.id);
      hub.feed.listeners.set(listener.id, listener);
      return [{ type: 'attach', to: listener.id }, ...stir(hub.feed, session.person)];
    }
    default:
      return message satisfies never;
  }
}

/** A socket that has gone, for whatever reason. */
export function onGone(hub: Hub, socket: Socket): Effect[] {
  hub.strikes.delete(socket.id);
  const listener = hub.feed.listeners.get(socket.id);
  if (!listener) return [];
  hub.feed.listeners.delete(socket.id);
  const person = hub.state.sessions.get(listener.session)?.person;
  return person === undefined ? [] : stir(hub.feed, person);
}

/** The session of a hash, if it is good now. */
export function sessionOf(state: SiteState, hash: string, now: number): Session | null {
  const session = state.sessions.get(hash);
  return session && !session.revoked && session.expiresAt > now ? session : null;
}

function onHello(hub: Hub, socket: Socket, session: Session, hello: Hello, env: Env): Effect[] {
  const { state, feed } = hub;
  if (!PROTOCOLS_SERVED.includes(hello.protocol)) {
    return [close(socket, CLOSE.unknownProtocol, `this hub speaks protocol ${PROTOCOL}`)];
  }
  if (!feed.listeners.has(socket.id) && isFull(hub, session.person)) {
    return [close(socket, CLOSE.slowDown, 'too many connections')];
  }
  const { device, topics = TOPICS, brief = false } = hello;
  const listener = {
    id: socket.id,
    session: socket.session,
    device,
    topics,
    brief,
    sent: state.version,
    car: null,
  };
  feed.listeners.set(socket.id, listener);
  // A socket that does not take cars is always where the hub is.
  const place = topics.includes('cars') ? hello : { device, epoch: state.epoch, version: state.version };
  const { first, rest } = catchUp(state, place, env.now);
  const { person, name, role } = session;
  const welcome: Welcome = {
    type: 'welcome',
    protocol: hello.protocol,
    ...first,
    you: { person, name, role },
    site: state.site,
    people: topics.includes('people') ? peopleHere(feed, state) : [],
  };
  const parts = rest.map((snapshot, i): SnapshotPart => ({ type: 'snapshot', part: i + 1, snapshot }));
  return [
    { type: 'attach', to: socket.id },
    ...[welcome, ...parts].map((message) => send(socket.id, message)),
    ...stir(feed, session.person),
  ];
}

function onPush(hub: Hub, listener: Listener, session: Session, message: Push, env: Env): Effect[] {
  const { state, feed } = hub;
  const { person, name, role } = session;
  const before = bringUp(feed, state, listener);
  const pushed = push(state, listener.device, message.edits, { person, name, role }, env);
  if (!pushed.ok) {
    const { code, seq, detail } = pushed;
    const notice: DownMessage = {
      type: 'notice',
      notice: 'refused',
      code,
      seq,
      ...(detail !== undefined && { detail }),
    };
    return [...before, send(listener.id, notice)];
  }
  const { outcomes, made, effects } = pushed;
  listener.sent = state.version;
  const answer = send(listener.id, { type: 'outcomes', archived: state.archived, outcomes });
  return [
    ...effects,
    ...before,
    // Too large for a frame: they are kept, and come with the welcome of the next hello.
    fits(answer.text) ? answer : close(listener, CLOSE.resync, 'too much has changed for one frame'),
    ...announce(feed, made),
    ...(made.length > 0 ? [{ type: 'archive' } as const] : []),
  ];
}

function onBadFrame(
  hub: Hub,
  socket: Socket,
  listener: Listener | undefined,
  detail: string,
): OutwardEffect[] {
  const strikes = (hub.strikes.get(socket.id) ?? 0) + 1;
  hub.strikes.set(socket.id, strikes);
  const notice = refused(hub, socket, listener, 'bad-frame', detail);
  if (strikes < BAD_FRAMES_MAX) return [notice];
  return [notice, close(socket, CLOSE.badFrame, 'too many frames that are no messages')];
}

/** The refusal of a whole frame: nothing of it was taken, and this is the seq that comes next. */
function refused(hub: Hub, socket: Socket, listener: Listener | undefined, code: ErrorCode, detail?: string) {
  const device = listener && hub.state.devices.get(listener.device);
  return send(socket.id, {
    type: 'notice',
    notice: 'refused',
    code,
    seq: (device?.seq ?? 0) + 1,
    ...(detail !== undefined && { detail }),
  });
}

function isFull(hub: Hub, person: string): boolean {
  const { listeners } = hub.feed;
  if (listeners.size >= SOCKETS_MAX) return true;
  let own = 0;
  for (const { session } of listeners.values()) {
    if (hub.state.sessions.get(session)?.person === person) own++;
  }
  return own >= SOCKETS_PER_PERSON_MAX;
}

function send(to: SocketId, message: DownMessage): OutwardEffect & { type: 'send' } {
  return { type: 'send', to, text: JSON.stringify(message) };
}

function close(socket: Socket, code: number, reason: string): OutwardEffect {
  return { type: 'close', to: socket.id, code, reason };
}
