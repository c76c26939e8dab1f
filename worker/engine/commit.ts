import { apply, type Change, differenceOf } from '../protocol/apply.ts';
import { GROUP_FIELDS, GROUPS, tombstonesToForget } from '../protocol/car.ts';
import { entryText } from '../protocol/chain.ts';
import type { Edit, Intent } from '../protocol/edit.ts';
import type { LogEntry, Settled } from '../protocol/history.ts';
import { CARS_MAX, TOMBSTONES_MAX } from '../protocol/limits.ts';
import type { Outcome } from '../protocol/outcome.ts';
import { dataOf, rowOf } from '../protocol/row.ts';
import { settle, settledBy } from './attention.ts';
import type { StorageEffect } from './effect.ts';
import { type Author, isLater, judge } from './judge.ts';
import { learnName } from './names.ts';
import { type Env, readerOf, type SiteState, type Write, writesOf } from './state.ts';

/** One version as everybody else is told of it. */
export interface Version {
  version: number;
  at: number;
  by: string;
  changes: Change[];
  /** Of a `settle`, which changes no car. */
  settled?: Settled;
  /** Tombstones were forgotten for want of room. */
  forgot?: true;
  /**
   * There is room again where some had been forgotten. A replica that hears of both in one go would keep what the hub
   * has forgotten (rule C1): only a snapshot takes it here.
   */
  madeRoom?: true;
}

export interface Committed {
  outcome: Outcome;
  /** Undefined where nothing changed. */
  made?: Version;
  effects: StorageEffect[];
}

/** An edit, with what of it only the hub can say. */
export type HubEdit = Intent & Pick<Edit, 'id' | 'seq'> & Pick<LogEntry, 'renamed'>;

/**
 * Judges one edit, applies what may be applied as one version (rules V1, E5) and says what to write. The state is
 * changed here and in storage by the returned effects; if those cannot be written the state must be loaded anew.
 */
export function commit(state: SiteState, edit: HubEdit, author: Author, env: Env): Committed {
  const answer = { seq: edit.seq, at: env.now };
  const judged = judge(state, edit, author, env);
  if (!judged.ok) return { outcome: { ...answer, outcome: 'rejected', ...refusalOf(judged) }, effects: [] };

  const { intent, conflicts, undone, isRewritten = false } = judged;
  const stamp = { version: state.version + 1, at: env.now, by: author.principal.person };
  const applied = intent
    ? apply(intent, {
        cars: readerOf(state),
        stamp,
        firstLocation: state.site.locations[0],
        entry: () => undone,
      })
    : { ok: true as const, changes: [] };
  if (!applied.ok) return { outcome: { ...answer, outcome: 'rejected', code: applied.code }, effects: [] };

  const { changes } = applied;
  const settled = edit.type === 'settle' ? settledBy(state, edit) : undefined;
  if (changes.length === 0 && !settled) {
    const outcome: Outcome =
      conflicts.length > 0
        ? { ...answer, outcome: 'conflict', conflicts }
        : { ...answer, outcome: 'unchanged' };
    return { outcome, effects: [] };
  }
  if (state.live + growthOf(changes) > CARS_MAX) {
    return { outcome: { ...answer, outcome: 'rejected', code: 'site-full' }, effects: [] };
  }

  const made: Version = { ...stamp, changes, ...(settled && { settled }) };
  const wasFull = state.cars.size - state.live >= TOMBSTONES_MAX;
  const entry: LogEntry = { ...entryOf(made, edit, author.device), prev: state.head };
  state.head = env.hash(entryText(entry));
  const effects: StorageEffect[] = [...take(state, made, edit, author), { type: 'append', entry }];
  if (settled) effects.push(...settle(state, settled.item, env.now));
  if (wasFull && state.floor > 0 && state.cars.size - state.live < TOMBSTONES_MAX) {
    made.madeRoom = true;
    state.floor = made.version - 1;
    effects.push({ type: 'put-meta', meta: state });
  }
  const forgotten = forgetTombstones(state);
  if (forgotten.length > 0) made.forgot = true;
  effects.push(...forgotten, ...learnName(state, author.principal.person, author.principal.name, env));
  return { outcome: outcomeOf(made, edit, isRewritten, conflicts, answer), made, effects };
}

/** What the sender's own `apply` cannot give, because the hub narrowed the edit or knows more, is sent along. */
function outcomeOf(
  made: Version,
  edit: Intent,
  isRewritten: boolean,
  conflicts: Extract<Outcome, { outcome: 'conflict' }>['conflicts'],
  answer: Pick<Outcome, 'seq' | 'at'>,
): Outcome {
  const own = conflicts.length === 0 && edit.type !== 'undo' && edit.type !== 'import' && edit.type !== 'add';
  const effect =
    own && !isRewritten ? {} : { effect: made.changes.map(({ before, after }) => rowOf(before, after)) };
  return conflicts.length > 0
    ? { ...answer, outcome: 'conflict', conflicts, version: made.version, ...effect }
    : { ...answer, outcome: 'applied', version: made.version, ...effect };
}

function refusalOf({
  code,
  detail,
}: {
  code: Extract<Outcome, { outcome: 'rejected' }>['code'];
  detail?: string;
}) {
  return { code, ...(detail !== undefined && { detail }) };
}

/** Stands for several devices; shorter than the id of any. */
const SEVERAL = 'several';

/** Takes a version into the state. */
function take(state: SiteState, made: Version, edit: Intent, author: Author): StorageEffect[] {
  const write: Write = { version: made.version, device: author.device, by: made.by, at: made.at };
  state.version = made.version;
  state.live += growthOf(made.changes);
  return made.changes.map(({ before, after }) => {
    const known = state.cars.get(after.id);
    const writes = before && known ? { ...known.writes } : writesOf(write);
    // A note joins one its device has not seen: a rewrite by that device must not pass for one that had.
    const joins = edit.type === 'note' && known && isLater(known, 'notes', author);
    if (before) {
      const difference = differenceOf(after, before);
      for (const group of GROUPS) {
        if (GROUP_FIELDS[group].some((field) => field in difference)) {
          writes[group] = joins ? { ...write, device: SEVERAL } : write;
        }
      }
    }
    const record = { car: after, writes };
    state.cars.set(after.id, record);
    return { type: 'put-car', record };
  });
}

function growthOf(changes: Change[]): number {
  let growth = 0;
  for (const { before, after } of changes) {
    growth += Number(!after.removed) - Number(before !== undefined && !before.removed);
  }
  return growth;
}

function entryOf(made: Version, edit: HubEdit, device: string): LogEntry {
  const { version, at, by, changes, settled } = made;
  return {
    version,
    at,
    by,
    device,
    seq: edit.seq,
    id: edit.id,
    type: edit.type,
    ...(edit.type === 'undo' && { undoes: edit.version }),
    ...(settled && { settled }),
    ...(edit.renamed && { renamed: edit.renamed }),
    cars: changes.map(({ before, after }) => ({
      id: after.id,
      before: before ? differenceOf(before, after) : null,
      after: before ? differenceOf(after, before) : dataOf(after),
    })),
  };
}

/** Tombstones over the cap go, the same ones here as on every replica (rules B1, C1). */
function forgetTombstones(state: SiteState): StorageEffect[] {
  if (state.cars.size - state.live <= TOMBSTONES_MAX) return [];
  const forgotten = tombstonesToForget(readerOf(state).values());
  for (const car of forgotten) {
    state.cars.delete(car.id);
    state.floor = Math.max(state.floor, car.version);
  }
  return [
    ...forgotten.map(({ id }): StorageEffect => ({ type: 'delete-car', id })),
    { type: 'put-meta', meta: state },
  ];
}
