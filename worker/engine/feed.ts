import type { AttentionItem } from '../protocol/attention.ts';
import { CLOSE } from '../protocol/errors.ts';
import { FRAME_DOWN_BYTES_MAX } from '../protocol/limits.ts';
import type { BriefChanges, Changes, Topic } from '../protocol/messages.ts';
import { type CarRow, rowOf } from '../protocol/row.ts';
import { utf8Length } from '../protocol/text.ts';
import { type Arrivals, newArrivals } from './arrivals.ts';
import { tellAttention } from './attention-news.ts';
import { rowSince } from './catch-up.ts';
import type { Version } from './commit.ts';
import type { Standing } from './device.ts';
import type { OutwardEffect, SocketId } from './effect.ts';
import { type Flow, isLagging, mayFeed } from './flow.ts';
import { letGoHopeless } from './lag.ts';
import type { Meter } from './meter.ts';
import type { SiteState } from './state.ts';

/** A socket that has said hello. */
export interface Listener {
  id: SocketId;
  /** Hash of its session. */
  session: string;
  device: string;
  /** What its hello spoke: nothing of a later protocol is sent to it. */
  protocol: number;
  topics: readonly Topic[];
  /** It takes changes of one version as `BriefChanges`. */
  brief: boolean;
  /** Everything up to this version has been sent to it. */
  sent: number;
  /** The car the person has open, for presence. */
  car: string | null;
  /** How far it is behind with reading; left out until something has been sent to it. */
  flow?: Flow;
  /** Since when it has been told that the archive waits; null where it has not. */
  delayedSince: number | null;
  /** What its device has said of itself: kept with the socket, so that a sleep does not make it older than it is. */
  standing: Standing | null;
  /** Since its hello another device of the same name has used seqs it gave out as well: nothing new is taken from it. */
  isTaken?: boolean;
}

/** What of a listener outlives the hub's sleep. */
export type Attached = Omit<Listener, 'id' | 'session' | 'sent' | 'flow'>;

export function attachedOf({ id: _, session: _s, sent: _v, flow: _f, ...attached }: Listener): Attached {
  return attached;
}

/**
 * What goes out to the sockets, gathered. Volatile: when the hub wakes nothing is due and every listener is as of the
 * hub's version, because no hub sleeps with a timer pending.
 *
 * `idle`: the next version goes out at once. `due`: it goes out next turn, after the pusher's answer. `cooling`: what
 * comes waits for the window to close and goes out as one frame a socket.
 */
export interface Feed {
  phase: 'idle' | 'due' | 'cooling';
  listeners: Map<SocketId, Listener>;
  /** Versions made since the last flush. */
  window: Version[];
  /** Open items filed since. */
  opened: AttentionItem[];
  /** Ids of people whose presence has changed since the last `people` frame. */
  restless: Set<string>;
  /** How fast each socket sends, those among them that have not said hello. */
  meters: Map<SocketId, Meter>;
  arrivals: Arrivals;
}

/** Frames of this moment by the version they go from, negative where they are brief. */
type Frames = Map<number, string | null>;

/** The longest a change waits for others to share a frame with. */
const WINDOW_MS_MAX = 50;
/** A send costs about 17 µs a socket: the window grows so that sending takes a fraction of the time. */
const SOCKETS_PER_WINDOW_MS = 10;

export function newFeed(): Feed {
  return {
    phase: 'idle',
    listeners: new Map(),
    window: [],
    opened: [],
    restless: new Set(),
    meters: new Map(),
    arrivals: newArrivals(),
  };
}

/** Takes new versions and open items to be told of. Whoever made them is answered first: nothing is sent in this turn. */
export function announce(
  feed: Feed,
  made: readonly Version[],
  opened: readonly AttentionItem[] = [],
): OutwardEffect[] {
  if (made.length === 0 && opened.length === 0) return [];
  feed.window.push(...made);
  feed.opened.push(...opened);
  if (feed.phase !== 'idle') return [];
  feed.phase = 'due';
  return [{ type: 'timer', name: 'feed', ms: 0 }];
}

/**
 * Brings every listener that reads to the hub's version: one encode for all who are at the same place (rule H3). Those
 * that have not read for too long are let go (rule H2).
 */
export function flush(feed: Feed, state: SiteState, now: number): OutwardEffect[] {
  if (feed.window.length === 0 && feed.opened.length === 0) {
    feed.phase = 'idle';
    return [];
  }
  const effects = letGoHopeless(feed, now);
  const frames: Frames = new Map();
  for (const listener of feed.listeners.values())
    effects.push(...bringUp(feed, state, listener, now, frames));
  effects.push(...tellAttention(feed, state));
  feed.window = [];
  feed.opened = [];
  feed.phase = 'cooling';
  const ms = Math.min(WINDOW_MS_MAX, Math.ceil(feed.listeners.size / SOCKETS_PER_WINDOW_MS));
  effects.push({ type: 'timer', name: 'feed', ms });
  return effects;
}

/**
 * Sends one listener what it has not been sent, unless it lags: then it stays where it is, and nothing is kept for it.
 * Done for all at a flush, and for a pusher before its edits are ordered, so that whatever comes before an outcome
 * reaches its socket before it.
 */
export function bringUp(
  feed: Feed,
  state: SiteState,
  listener: Listener,
  now: number,
  frames: Frames = new Map(),
): OutwardEffect[] {
  const { sent: from, brief } = listener;
  if (from >= state.version) return [];
  if (!listener.topics.includes('cars')) {
    listener.sent = state.version;
    return [];
  }
  if (isLagging(listener)) return [];
  const form = brief ? -1 - from : from;
  let text = frames.get(form);
  if (text === undefined) {
    const versions = feed.window.filter(({ version }) => version > from);
    text = isTellable(versions) ? encode(versions, state, { from, brief }) : null;
    frames.set(form, text);
  }
  if (text !== null && !mayFeed(listener, text.length, now)) return [];
  listener.sent = state.version;
  if (text !== null) return [{ type: 'send', to: listener.id, text }];
  return [
    { type: 'close', to: listener.id, code: CLOSE.resync, reason: 'too much has changed for one frame' },
  ];
}

function isTellable(versions: Version[]): boolean {
  const forgot = versions.findIndex((version) => version.forgot);
  return forgot < 0 || !versions.slice(forgot + 1).some(({ madeRoom }) => madeRoom);
}

function encode(
  versions: Version[],
  state: SiteState,
  { from, brief }: { from: number; brief: boolean },
): string | null {
  const [first, ...others] = versions;
  if (!first) return null;
  const encodeFirst = brief ? encodeBrief : encodeOne;
  const text = others.length === 0 ? encodeFirst(first, from) : encodeSeveral(versions, state, from);
  return fits(text) ? text : null;
}

/** One version: its stamps are said once. */
function encodeOne({ version: to, by, at, changes }: Version, from: number): string {
  const cars = changes.map(({ before, after }) => rowOf(before, after));
  return JSON.stringify({ type: 'changes', from, to, by, at, cars } satisfies Changes);
}

function encodeBrief({ version: to, by, at, changes }: Version): string {
  const cars = changes.map(({ before, after }): [string, Omit<CarRow, 'id'>] => {
    const { id, ...row } = rowOf(before, after);
    return [id, row];
  });
  return JSON.stringify([to, by, at, ...cars] satisfies BriefChanges);
}

/** Several versions: one row a car, each with its own stamps. */
function encodeSeveral(versions: Version[], state: SiteState, from: number): string {
  const rows = new Map<string, string>();
  for (const version of versions) {
    for (const { id, text } of rowsOf(version)) {
      const record = rows.has(id) ? state.cars.get(id) : undefined;
      rows.set(id, record ? JSON.stringify(rowSince(record, from)) : text);
    }
  }
  const frame = JSON.stringify({ type: 'changes', from, to: state.version, cars: [] } satisfies Changes);
  return `${frame.slice(0, -2)}${[...rows.values()].join()}]}`;
}

/** The rows of a version as text. Each pusher is brought up from another place, and none of it is encoded anew. */
function rowsOf(made: Version): { id: string; text: string }[] {
  const known = encoded.get(made);
  if (known) return known;
  const stamps = { version: made.version, updatedAt: made.at, updatedBy: made.by };
  const rows = made.changes.map(({ before, after }) => {
    const row: CarRow = { ...rowOf(before, after), ...stamps };
    return { id: after.id, text: JSON.stringify(row) };
  });
  encoded.set(made, rows);
  return rows;
}

const encoded = new WeakMap<Version, { id: string; text: string }[]>();

/** Whether a frame may go out (rule B1). */
export function fits(text: string): boolean {
  return text.length * 3 <= FRAME_DOWN_BYTES_MAX || utf8Length(text) <= FRAME_DOWN_BYTES_MAX;
}
