import type { SiteState } from '../engine/state.ts';
import type { HistoryQuery, HistoryTail } from '../ports.ts';
import type { HistoryEntry, LogEntry } from '../protocol/history.ts';
import type { LogStore } from './log-store.ts';

/** The newest matching entries of the hub's log. Versions at and below `below` are the archive's to tell. */
export function readTail(state: SiteState, log: LogStore, query: HistoryQuery): HistoryTail {
  const oldest = log.oldest();
  const below = oldest === null ? state.version : oldest - 1;
  const entries: HistoryEntry[] = [];
  for (const entry of log.below(query.before ?? Number.MAX_SAFE_INTEGER)) {
    if (entries.length === query.limit || entry.at < (query.from ?? 0)) break;
    if (isAsked(entry, query)) entries.push(shown(entry, state));
  }
  return { entries, below, names: Object.fromEntries(state.names) };
}

function isAsked(entry: LogEntry, { car, person, to }: HistoryQuery): boolean {
  if (person !== undefined && entry.by !== person) return false;
  if (to !== undefined && entry.at > to) return false;
  return car === undefined || entry.cars.some(({ id }) => id === car);
}

function shown({ device: _, seq: _s, id: _i, prev: _p, ...entry }: LogEntry, state: SiteState): HistoryEntry {
  return { ...entry, name: state.names.get(entry.by) ?? '' };
}
