import { FRAME_ACCESS } from '../protocol/access.ts';
import { CLOSE, type ErrorCode } from '../protocol/errors.ts';
import { BAD_FRAMES_MAX, FRAME_UP_BYTES_MAX, LAG_CHARS_MAX, SOCKETS_MAX } from '../protocol/limits.ts';
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
import { retryAfter } from '../protocol/retry-after.ts';
import { hasRole } from '../protocol/site.ts';
import { utf8Length } from '../protocol/text.ts';
import { costOf } from '../protocol/token-bucket.ts';
import { delayedSince, hearsOfArchive } from './archive-news.ts';
import { arrive } from './arrivals.ts';
import { itemsFor } from './attention.ts';
import { attentionFrames, hearsAttention, stirAuthors } from './attention-news.ts';
import { catchUp } from './catch-up.ts';
import { CROWDED_MS, isCrowded } from './crowd.ts';
import { markSeen } from './device.ts';
import type { Effect, OutwardEffect, SocketId } from './effect.ts';
import { announce, bringUp, type Feed, fits, type Listener } from './feed.ts';
import { mayFeed, newFlow, unreadBy } from './flow.ts';
import { askMembers, type Members } from './members.ts';
import { banMs, spend } from './meter.ts';
import { peopleHere, stir } from './presence.ts';
import { push } from './push.ts';
import { onAck } from './read-again.ts';
import { report } from './report.ts';
import { hear, leave, meet, standingOf } from './standing.ts';
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
  members: Members;
  /** When devices were last asked where they are, in hub milliseconds. */
  calledAt: number;
}

/** An outcome as it nearly always is. */
const OUTCOME_CHARS = 100;

/** A text frame from a socket. Whatever it holds, the answer is effects: nothing in a frame can throw. */
export function onFrame(hub: Hub, socket: Socket, text: string, env: Env): Effect[] {
  const session = sessionOf(hub.state, socket.session, env.now);
  if (!session) return [endOf(hub.state, socket)];
  if (text.length > FRAME_UP_BYTES_MAX || utf8Length(text) > FRAME_UP_BYTES_MAX) {
    return [close(socket, CLOSE.tooLarge, 'the frame is over its cap')];
  }
  const listener = hub.feed.listeners.get(socket.id);
  const { meters } = hub.feed;
  if (!spend(meters, socket.id, costOf(0), env.now)) return onTooFast(hub, socket, listener, env);
  const parsed = parseUp(text);
  if (!parsed.ok)
    return onBadFrame(hub, socket, listener, `${parsed.field ?? ''} ${parsed.detail ?? ''}`.trim());
  const message = parsed.value;
  const more = message.type === 'push' ? costOf(message.edits.length) - costOf(0) : 0;
  if (!spend(meters, socket.id, more, env.now)) return onTooFast(hub, socket, listener, env);
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
      return [
        ...hear(hub.state, listener, message, env.now),
        ...askMembers(hub, listener, env.now),
        ...onAck(hub.feed, hub.state, listener, message.version, env.now),
      ];
    }
    case 'ack':
      return onAck(hub.feed, hub.state, listener, message.version, env.now);
    case 'where': {
      listener.car = message.car;
      // The one that opened a car last comes last, and says which car the person has open.
      hub.feed.listeners.delete(listener.id);
      hub.feed.listeners.set(listener.id, listener);
      return [{ type: 'attach', to: listener.id }, ...stir(hub.feed, session.person)];
    }
    case 'attention': {
      const { filed, settled, effects } = report(
        hub.state,
        listener.device,
        session.person,
        message.items,
        env,
      );
      const told = stirAuthors(hub.feed, filed, session.person);
      const closed = hearsAttention(listener) ? attentionFrames([], settled) : [];
      const answers = closed.map((text): Effect => ({ type: 'send', to: listener.id, text, isAnswer: true }));
      return [...effects, ...answers, ...announce(hub.feed, [], filed), ...told];
    }
    default:
      return message satisfies never;
  }
}

/** A socket that has gone, for whatever reason. `heardAt`: when its device was last heard of, in hub milliseconds. */
export function onGone(hub: Hub, socket: Socket, heardAt: number): Effect[] {
  hub.strikes.delete(socket.id);
  hub.feed.meters.delete(socket.id);
  const listener = hub.feed.listeners.get(socket.id);
  if (!listener) return [];
  hub.feed.listeners.delete(socket.id);
  const effects = leave(hub.state, hub.feed, listener.device, heardAt);
  const person = hub.state.sessions.get(listener.session)?.person;
  return person === undefined ? effects : [...effects, ...stir(hub.feed, person)];
}

/** The session of a hash, if it is good now. */
export function sessionOf(state: SiteState, hash: string, now: number): Session | null {
  const session = state.sessions.get(hash);
  return session && !session.revoked && session.expiresAt > now ? session : null;
}

/** How a socket ends whose session is not good now. */
export function endOf(state: SiteState, socket: Socket): OutwardEffect & { type: 'close' } {
  // Forgotten at the cap, not ended: who comes again is asked of the directory again.
  return state.sessions.has(socket.session)
    ? close(socket, CLOSE.unauthenticated, 'the session has ended')
    : close(socket, CLOSE.resync, 'come again');
}

function onHello(hub: Hub, socket: Socket, session: Session, hello: Hello, env: Env): Effect[] {
  const { state, feed } = hub;
  if (!PROTOCOLS_SERVED.includes(hello.protocol)) {
    return [close(socket, CLOSE.unknownProtocol, `this hub speaks protocol ${PROTOCOL}`)];
  }
  const known = feed.listeners.get(socket.id);
  if (!known && isFull(hub, session.person)) {
    return [close(socket, CLOSE.slowDown, retryAfter(CROWDED_MS))];
  }
  const turnMs = arrive(feed.arrivals, env.now);
  if (turnMs !== null) return [close(socket, CLOSE.slowDown, retryAfter(turnMs))];
  // A welcome is not held back from one that reads slowly, but another is not put on top of it.
  const unread = known ? unreadBy(known) : 0;
  if (unread > LAG_CHARS_MAX) return [close(socket, CLOSE.lagging, 'the last welcome has not been read')];
  const { device, protocol, topics = TOPICS, brief = false } = hello;
  const listener: Listener = {
    id: socket.id,
    session: socket.session,
    device,
    protocol,
    topics,
    brief,
    sent: state.version,
    car: null,
    delayedSince: null,
    flow: { ...newFlow(state.version), isGreeting: true, welcome: unread },
    standing: null,
  };
  if (hearsOfArchive(listener, state)) listener.delayedSince = delayedSince(state, env);
  feed.listeners.set(socket.id, listener);
  // A socket that does not take cars is always where the hub is.
  const place = topics.includes('cars') ? hello : { device, epoch: state.epoch, version: state.version };
  const { person, name, role } = session;
  const you = { person, name, role };
  const items = hearsAttention(listener) ? itemsFor(state, you) : undefined;
  const { first, rest } = catchUp(state, place, env.now, items);
  const met = meet(state, device, { ...standingOf(hello, place, state), person }, env.now);
  listener.standing = state.devices.get(device)?.standing ?? null;
  const welcome: Welcome = {
    type: 'welcome',
    protocol,
    ...first,
    you,
    site: state.site,
    people: topics.includes('people') ? peopleHere(feed, state) : [],
    ...(listener.delayedSince !== null && { delayedSince: listener.delayedSince }),
  };
  const parts = rest.map((snapshot, i): SnapshotPart => ({ type: 'snapshot', part: i + 1, snapshot }));
  return [
    ...met,
    { type: 'attach', to: socket.id },
    ...[welcome, ...parts].map((message) => send(socket.id, message)),
    ...attentionFrames(items ?? []).map((text) => ({ type: 'send', to: socket.id, text }) as const),
    ...stir(feed, session.person),
    ...askMembers(hub, listener, env.now),
  ];
}

function onPush(hub: Hub, listener: Listener, session: Session, message: Push, env: Env): Effect[] {
  const { state, feed } = hub;
  const { person, name, role } = session;
  const before = bringUp(feed, state, listener, env.now);
  // It could not be told what came before its outcomes, or them. It still has its edits, and reads first.
  const ahead = before.reduce((sum, effect) => sum + (effect.type === 'send' ? effect.text.length : 0), 0);
  const room = message.edits.length * OUTCOME_CHARS;
  if (!mayFeed(listener, room, env.now, ahead))
    return [...before, refused(hub, listener, listener, 'slow-down', 'reading')];
  const pushed = push(state, listener.device, message.edits, { person, name, role }, env, listener.isTaken);
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
  const { outcomes, made, filed, effects, isTaken } = pushed;
  const isNews = isTaken && !listener.isTaken;
  listener.isTaken = isTaken;
  listener.sent = state.version;
  const answer = send(listener.id, { type: 'outcomes', archived: state.archived, outcomes });
  return [
    ...effects,
    ...before,
    // Too large for a frame, or for one that reads slowly: they are kept, and come with the welcome of the next hello.
    fits(answer.text) && mayFeed(listener, answer.text.length, env.now, ahead)
      ? answer
      : close(listener, CLOSE.resync, 'too much has changed for one frame'),
    ...announce(feed, made, filed),
    ...stirAuthors(feed, filed, person),
    ...(isNews ? [{ type: 'attach', to: listener.id } as const] : []),
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

/** Nothing of such a frame is looked at, and none of it is lost: its device has it and sends it again. */
function onTooFast(hub: Hub, socket: Socket, listener: Listener | undefined, { now }: Env): OutwardEffect[] {
  const notice = refused(hub, socket, listener, 'slow-down', 'sending');
  const ms = banMs(hub.feed.meters.get(socket.id), now);
  return ms === null ? [notice] : [notice, close(socket, CLOSE.slowDown, retryAfter(ms))];
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
  const sessions = [...listeners.values()].map(({ session }) => session);
  return listeners.size >= SOCKETS_MAX || isCrowded(hub.state, sessions, person);
}

function send(to: SocketId, message: DownMessage): OutwardEffect & { type: 'send' } {
  return { type: 'send', to, text: JSON.stringify(message), isAnswer: true };
}

function close(socket: Socket, code: number, reason: string): OutwardEffect & { type: 'close' } {
  return { type: 'close', to: socket.id, code, reason };
}
