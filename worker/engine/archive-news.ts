import { ARCHIVE_NEWS_ACCESS } from '../protocol/access.ts';
import type { Notice } from '../protocol/messages.ts';
import { hasRole } from '../protocol/site.ts';
import { hearsAttention } from './attention-news.ts';
import type { OutwardEffect } from './effect.ts';
import type { Feed, Listener } from './feed.ts';
import type { Env, SiteState } from './state.ts';

/** A change that has not reached the archive for longer than this is late: several checkpoints have failed. */
export const ARCHIVE_LATE_MS = 60_000;

/** Since when (hub milliseconds) the archive has been waiting, where that is too long; else null. */
export function delayedSince(state: SiteState, { log, now }: Env): number | null {
  if (state.version <= state.archived) return null;
  const at = log.entry(state.archived + 1)?.at;
  return at !== undefined && now - at > ARCHIVE_LATE_MS ? at : null;
}

/** Whether a listener is told of the archive: those who look after the site, where they take such news. */
export function hearsOfArchive(listener: Listener, state: SiteState): boolean {
  const role = state.sessions.get(listener.session)?.role;
  return role !== undefined && hasRole(role, ARCHIVE_NEWS_ACCESS) && hearsAttention(listener);
}

/** Tells those who have been told otherwise, or nothing, how the archive is now. Comes after each checkpoint. */
export function tellArchive(feed: Feed, state: SiteState, env: Env): OutwardEffect[] {
  const since = delayedSince(state, env);
  const notice: Notice = { type: 'notice', notice: 'archive', delayedSince: since };
  const text = JSON.stringify(notice);
  const effects: OutwardEffect[] = [];
  for (const listener of feed.listeners.values()) {
    if (listener.delayedSince === since || !hearsOfArchive(listener, state)) continue;
    listener.delayedSince = since;
    effects.push({ type: 'send', to: listener.id, text }, { type: 'attach', to: listener.id });
  }
  return effects;
}
