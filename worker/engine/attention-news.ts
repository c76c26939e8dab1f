import type { AttentionItem } from '../protocol/attention.ts';
import { CLOSE } from '../protocol/errors.ts';
import type { Settled } from '../protocol/history.ts';
import { ATTENTION_FRAME_BYTES_MAX } from '../protocol/limits.ts';
import type { AttentionNews } from '../protocol/messages.ts';
import { utf8Length } from '../protocol/text.ts';
import { maySettle, maySettleAll, shown } from './attention.ts';
import type { OutwardEffect } from './effect.ts';
import type { Feed, Listener } from './feed.ts';
import { stir } from './presence.ts';
import type { SiteState } from './state.ts';

/** Whether a socket hears of open items at all: it has to speak of them. */
export function hearsAttention({ protocol, topics }: Pick<Listener, 'protocol' | 'topics'>): boolean {
  return protocol >= 2 && topics.includes('attention');
}

/** Tells of what has been opened and settled since the last flush: leads of all, others of their own. */
export function tellAttention(feed: Feed, state: SiteState): OutwardEffect[] {
  // Settled, or no longer listed, before it could be told of.
  const opened = feed.opened.filter((item) => state.attention.get(item.edit.id) === item);
  const closed = feed.window.flatMap(({ settled }) => settled ?? []);
  return tell(feed, state, opened, closed);
}

/** Authors who are not the person `here` may be known to nobody who sees their items: they are named as people are. */
export function stirAuthors(
  feed: Feed,
  filed: readonly AttentionItem[],
  here: string | null,
): OutwardEffect[] {
  const others = new Set(filed.flatMap(({ author }) => (author === here ? [] : author)));
  return [...others].flatMap((author) => stir(feed, author));
}

/** How far back a hub that wakes tells of items again. It sleeps after seconds, and wakes with the next frame. */
const RECALL_MS = 3_600_000;
/** What was opened so long before a sign that the hub lived on had been told of by then, for that takes no 100 ms. */
const TOLD_MS = 5_000;

/**
 * What a crash or an eviction between a commit and its broadcast may have kept from a socket that outlived it: what
 * was opened lately. What was settled shows in the version, and then the device says hello again.
 */
export function recallAttention(feed: Feed, state: SiteState, now: number): OutwardEffect[] {
  let livedAt = 0;
  for (const { heardAt } of state.devices.values()) livedAt = Math.max(livedAt, heardAt);
  const since = Math.max(now - RECALL_MS, livedAt - TOLD_MS);
  const lately = [...state.attention.values()].filter(({ outcome }) => outcome.at > since);
  return tell(feed, state, lately, []);
}

/** Items and closed ids as frames, each within its cap (rule B1); none where there is nothing to tell. */
export function attentionFrames(items: readonly AttentionItem[], closed: readonly string[] = []): string[] {
  const frames: string[] = [];
  let parts: { items: string[]; closed: string[] } = { items: [], closed: [] };
  let bytes = EMPTY_BYTES;
  const put = (kind: keyof typeof parts, text: string): void => {
    const more = utf8Length(text) + 1;
    if (bytes + more > ATTENTION_FRAME_BYTES_MAX) {
      frames.push(frameOf(parts));
      parts = { items: [], closed: [] };
      bytes = EMPTY_BYTES;
    }
    parts[kind].push(text);
    bytes += more;
  };
  for (const item of items) put('items', textOf(item));
  for (const id of closed) put('closed', JSON.stringify(id));
  return bytes > EMPTY_BYTES ? [...frames, frameOf(parts)] : frames;
}

function tell(feed: Feed, state: SiteState, opened: AttentionItem[], closed: Settled[]): OutwardEffect[] {
  if (opened.length === 0 && closed.length === 0) return [];
  const effects: OutwardEffect[] = [];
  const encoded = new Map<string, string[]>();
  for (const listener of feed.listeners.values()) {
    if (!hearsAttention(listener)) continue;
    const session = state.sessions.get(listener.session);
    if (!session) {
      // Forgotten at the cap: who may be told what is not known any more, and is once it has come again.
      effects.push({ type: 'close', to: listener.id, code: CLOSE.resync, reason: 'come again' });
      continue;
    }
    const audience = maySettleAll(session) ? ALL : session.person;
    let frames = encoded.get(audience);
    if (!frames) {
      frames = attentionFrames(
        opened.filter(({ author }) => maySettle(session, author)),
        closed.flatMap(({ item, author }) => (maySettle(session, author) ? item : [])),
      );
      encoded.set(audience, frames);
    }
    for (const text of frames) effects.push({ type: 'send', to: listener.id, text });
  }
  return effects;
}

/** The audience of those who see every item; no id of a person. */
const ALL = '';

function frameOf({ items, closed }: { items: string[]; closed: string[] }): string {
  return `{"type":"attention","items":[${items.join()}],"closed":[${closed.join()}]}`;
}

const EMPTY: AttentionNews = { type: 'attention', items: [], closed: [] };
const EMPTY_BYTES = JSON.stringify(EMPTY).length;

/** An item goes to several audiences, and is encoded for none of them anew (rule H3). */
function textOf(item: AttentionItem): string {
  let text = texts.get(item);
  if (text === undefined) {
    text = JSON.stringify(shown(item));
    texts.set(item, text);
  }
  return text;
}

const texts = new WeakMap<AttentionItem, string>();
