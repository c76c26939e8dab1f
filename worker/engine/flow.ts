import { ACK_CHARS, LAG_CHARS_MAX, LAG_MS_MAX, PEOPLE_MAX } from '../protocol/limits.ts';
import type { Effect } from './effect.ts';
import type { Feed, Listener } from './feed.ts';

/**
 * What a listener has been sent and has not acknowledged (rule H2). Sending never fails and never tells how much is
 * unread, so this is all a hub knows of a slow reader. Volatile, and begins afresh when the hub wakes: nothing was due.
 */
export interface Flow {
  /** Characters sent and not acknowledged, those it was welcomed with apart. */
  owed: number;
  /** Characters it was welcomed with, until it has acknowledged the welcome's version. */
  welcome: number;
  /** What is sent in this event is its welcome. */
  isGreeting: boolean;
  /** How `owed` came about, oldest first. Bounded: each but the last has `MARK_CHARS`. */
  marks: Mark[];
  /** The newest version it has acknowledged. */
  acked: number;
  /** Hub milliseconds since it is fed no longer and has not acknowledged anything; null while it is fed. */
  lagSince: number | null;
  /** People whose news it has not been sent. */
  people: Set<string>;
  /** It has not been sent something that no catch-up brings: only another hello does. */
  isCutOff: boolean;
}

/** Acknowledged with `version`. */
interface Mark {
  version: number;
  chars: number;
}

const MARK_CHARS = ACK_CHARS / 2;
/**
 * What one that reads everything may owe: it acknowledges every `ACK_CHARS`, and a mark only with its last version. Who
 * owes no more may be sent one frame of any size.
 */
const CURRENT_CHARS = ACK_CHARS + MARK_CHARS;

export function newFlow(version: number): Flow {
  return {
    owed: 0,
    welcome: 0,
    isGreeting: false,
    marks: [],
    acked: version,
    lagSince: null,
    people: new Set(),
    isCutOff: false,
  };
}

/** True for one that is not fed until it has read. */
export function isLagging({ flow }: Listener): boolean {
  return flow !== undefined && flow.lagSince !== null;
}

/** True where it reads all it is sent, as far as the hub can know. `ahead`: what this event sends it before. */
export function isCurrent({ flow }: Listener, ahead = 0): boolean {
  return (flow?.owed ?? 0) + ahead <= CURRENT_CHARS;
}

/** Characters it has been sent and may not have read, its welcome among them. */
export function unreadBy({ flow }: Listener): number {
  return flow ? flow.owed + flow.welcome : 0;
}

/** Whether a frame may be sent to it now, after `ahead` characters of the same event. If not it lags from now on. */
export function mayFeed(listener: Listener, chars: number, now: number, ahead = 0): boolean {
  listener.flow ??= newFlow(listener.sent);
  const { flow } = listener;
  if (flow.lagSince !== null) return false;
  if (isCurrent(listener, ahead) || flow.owed + ahead + chars <= LAG_CHARS_MAX) return true;
  flow.lagSince = now;
  return false;
}

/** News of these people was not sent to one that lags: they are told of when it reads again. */
export function owePeople(listener: Listener, people: readonly string[]): void {
  const { flow } = listener;
  if (!flow) return;
  for (const id of people) flow.people.add(id);
  if (flow.people.size <= PEOPLE_MAX) return;
  flow.people.clear();
  flow.isCutOff = true;
}

/**
 * Counts what is sent to listeners, and leaves out what those that lag must not be sent. Every event's effects go
 * through here, whatever sends them. What a socket has asked for itself is answered: its sending is limited.
 */
export function ration(feed: Feed, effects: Effect[], now: number): Effect[] {
  const greeted: Flow[] = [];
  const rest = effects.filter((effect) => {
    if (effect.type !== 'send') return true;
    const listener = feed.listeners.get(effect.to);
    if (!listener) return true;
    const { length } = effect.text;
    listener.flow ??= newFlow(listener.sent);
    const { flow } = listener;
    if (flow.isGreeting) {
      flow.welcome += length;
      greeted.push(flow);
      return true;
    }
    if (!effect.isAnswer && !mayFeed(listener, length, now)) {
      flow.isCutOff = true;
      return false;
    }
    count(listener, flow, length);
    return true;
  });
  for (const flow of greeted) flow.isGreeting = false;
  return rest;
}

function count(listener: Listener, flow: Flow, chars: number): void {
  if (!canAcknowledge(listener, flow)) return;
  flow.owed += chars;
  const last = flow.marks.at(-1);
  if (last && last.chars < MARK_CHARS) {
    last.chars += chars;
    last.version = listener.sent;
  } else flow.marks.push({ version: listener.sent, chars });
}

/** In protocol 1 a device says only which version it has stored: what comes without a newer one is not counted. */
function canAcknowledge({ protocol, topics, sent }: Listener, { acked }: Flow): boolean {
  return protocol > 1 || (topics.includes('cars') && acked < sent);
}

/**
 * Takes a device's word that it has received everything up to a version. Without cars it knows of no versions: its
 * word is for all.
 */
export function acknowledge(listener: Listener, version: number, now: number): void {
  listener.flow ??= newFlow(listener.sent);
  const { flow } = listener;
  const upTo = listener.topics.includes('cars') ? Math.min(version, listener.sent) : listener.sent;
  if (upTo >= flow.acked) flow.welcome = 0;
  flow.acked = Math.max(flow.acked, upTo);
  while (flow.marks[0] && flow.marks[0].version <= upTo) flow.owed -= flow.marks.shift()?.chars ?? 0;
  // However little it was: it reads.
  if (flow.lagSince !== null) flow.lagSince = now;
}

/** Those that lag and have not acknowledged anything for too long. */
export function hopeless(feed: Feed, now: number): Listener[] {
  return [...feed.listeners.values()].filter(({ flow }) => {
    const since = flow?.lagSince ?? null;
    return since !== null && now - since >= LAG_MS_MAX;
  });
}
