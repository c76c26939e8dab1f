import type { ImportResult } from '../protocol/api.ts';
import { type Car, type CarView, viewOf } from '../protocol/car.ts';
import type { Intent } from '../protocol/edit.ts';
import { isUnsettled, type Outcome } from '../protocol/outcome.ts';
import { type BadRow, planImport, type RosterRow } from '../protocol/roster.ts';
import type { Principal } from '../protocol/site.ts';
import { commit, type HubEdit } from './commit.ts';
import type { Effect } from './effect.ts';
import { announce } from './feed.ts';
import { stir } from './presence.ts';
import type { Hub } from './socket.ts';
import { type Env, readerOf } from './state.ts';

/** A request over HTTP that changes something: a device of its own with one edit. */
export interface Request {
  /** Random, new for each request: names both the device and the edit. */
  id: string;
  principal: Principal;
  /** The version it goes back to. As of now where left out. */
  base?: number | undefined;
}

/** One edit from a request, judged as of now unless it names a base. */
export function requestEdit(
  hub: Hub,
  intent: Intent & Pick<HubEdit, 'renamed'>,
  request: Request,
  env: Env,
): { outcome: Outcome; effects: Effect[] } {
  const { state, feed } = hub;
  const { id, principal, base = state.version } = request;
  const author = { principal, device: `http-${id}`, base };
  const { outcome, made, effects } = commit(state, { ...intent, id, seq: 1 }, author, env);
  if (!made) return { outcome, effects };
  // Who is known by requests alone is named to those who see the change.
  const told = [...announce(feed, [made]), ...stir(feed, principal.person)];
  return { outcome, effects: [...effects, ...told, { type: 'archive' }] };
}

/** `If-Match`: the edit is refused with `car-changed` unless the car is at that version. */
export function matches(car: Car | undefined, version: number): boolean {
  return car !== undefined && !car.removed && car.version === version;
}

/** A car as it stands, or null where it is not on the board. */
export function carOf(hub: Hub, id: string): CarView | null {
  const record = hub.state.cars.get(id);
  return record && !record.car.removed ? viewOf(record.car) : null;
}

export interface RosterRequest extends Request {
  rows: RosterRow[];
  /** Rows that could not be read at all. */
  bad: BadRow[];
  mode: 'merge' | 'replace';
  dryRun: boolean;
}

/** Compares a roster with the board and, unless it is a dry run, applies the good rows as one edit. */
export function requestImport(
  hub: Hub,
  request: RosterRequest,
  env: Env,
): { result: ImportResult | Rejected; effects: Effect[] } {
  const { state } = hub;
  const { rows, mode, dryRun } = request;
  const base = request.base ?? state.version;
  const plan = planImport(readerOf(state), rows, state.site.locations, mode, request.bad);
  const bad = [...request.bad, ...plan.bad].sort((a, b) => a.line - b.line);
  const result: ImportResult = {
    dryRun,
    counts: { new: 0, changed: 0, unchanged: 0, conflict: 0, bad: bad.length, removed: plan.removed.length },
    rows: plan.rows,
    bad,
    removed: plan.removed,
    conflicts: [],
    base,
    version: null,
  };
  const effects: Effect[] = [];
  if (!dryRun && (plan.accepted.length > 0 || plan.removed.length > 0)) {
    const edit = requestEdit(hub, { type: 'import', rows: plan.accepted, mode }, request, env);
    effects.push(...edit.effects);
    const { outcome } = edit;
    if (outcome.outcome === 'rejected') return { result: outcome, effects };
    if (isUnsettled(outcome)) markConflicts(result, outcome.conflicts);
    if ('version' in outcome && outcome.version !== undefined) result.version = outcome.version;
  }
  for (const row of result.rows) result.counts[row.result]++;
  return { result, effects };
}

type Rejected = Extract<Outcome, { outcome: 'rejected' }>;

/** What changed under the roster since it was compared is left as it is, and said. */
function markConflicts(result: ImportResult, conflicts: ImportResult['conflicts']): void {
  result.conflicts = conflicts;
  const cars = new Set(conflicts.map(({ car }) => car));
  result.rows = result.rows.map((row) => (cars.has(row.car) ? { ...row, result: 'conflict' } : row));
  result.removed = result.removed.filter((car) => !cars.has(car));
  result.counts.removed = result.removed.length;
}
