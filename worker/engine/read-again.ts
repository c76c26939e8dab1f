import { CLOSE } from '../protocol/errors.ts';
import type { Changes } from '../protocol/messages.ts';
import { rowSince } from './catch-up.ts';
import type { OutwardEffect } from './effect.ts';
import { type Feed, fits, type Listener } from './feed.ts';
import { acknowledge, isCurrent, isLagging } from './flow.ts';
import { newsOf } from './presence.ts';
import type { SiteState } from './state.ts';

/**
 * A listener has received everything up to a version. One that lagged and has now read what it was sent gets what it
 * has missed as one frame from where it is (rule C3), or is asked to come again where that cannot be told in one.
 */
export function onAck(
  feed: Feed,
  state: SiteState,
  listener: Listener,
  version: number,
  now: number,
): OutwardEffect[] {
  acknowledge(listener, version, now);
  const { flow } = listener;
  if (!flow || !isLagging(listener) || !isCurrent(listener)) return [];
  flow.lagSince = null;
  const texts = missedBy(feed, state, listener);
  listener.sent = state.version;
  flow.people.clear();
  if (flow.isCutOff || texts === null) {
    const reason = 'too much has changed for one frame';
    return [{ type: 'close', to: listener.id, code: CLOSE.resync, reason }];
  }
  return texts.map((text) => ({ type: 'send', to: listener.id, text, isAnswer: true }));
}

/** Changes and news of people; null where they cannot be told in as much as a frame. */
function missedBy(feed: Feed, state: SiteState, { sent, topics, flow }: Listener): string[] | null {
  const texts: string[] = [];
  if (sent < state.version && topics.includes('cars')) {
    // Tombstones it may not have heard of are forgotten.
    if (sent < state.floor) return null;
    texts.push(changesSince(state, sent));
  }
  if (flow && flow.people.size > 0) texts.push(newsOf(feed, state, flow.people));
  return fits(texts.join('')) ? texts : null;
}

function changesSince(state: SiteState, from: number): string {
  const records = [...state.cars.values()].filter(({ car }) => car.version > from);
  const cars = records.map((record) => rowSince(record, from));
  return JSON.stringify({ type: 'changes', from, to: state.version, cars } satisfies Changes);
}
