import { isUnsettled, type Outcome } from '../../worker/protocol/outcome.ts';
import { type Entries, entriesOf, logFaults } from './check-log.ts';
import { archiveFaults, boardFaults, replicaFaults } from './check-state.ts';
import type { FinalState, HistoryLine } from './history.ts';

/** What became of one edit. */
interface Fate {
  invoked: (HistoryLine & { kind: 'invoke' }) | null;
  saved: boolean;
  /** The first answer, unless a later one took its place; see `answered`. */
  outcome: Outcome | null;
  failed: string | null;
  /** Out of its maker's sight. */
  unknown: boolean;
  settled: boolean;
}

/**
 * Judges a run by its history and by how it ended. Violations, each of which begins with a rule's id; none where all
 * is well. An edit whose fate is unknown may have happened or not, but never twice.
 */
export function check(history: Iterable<HistoryLine>, final: FinalState): string[] {
  const faults: string[] = [];
  const fates = fatesOf(history, faults);
  const entries = entriesOf(final.epochs);
  const open = new Set(final.open);
  // Somebody has decided on it, whether or not whoever did has lived to say so.
  for (const { settled } of final.epochs.flat()) {
    const fate = settled && fates.get(settled.item);
    if (fate) fate.settled = true;
  }
  const lastEpoch = new Set(final.epochs.length > 1 ? final.epochs.at(-1)?.map(({ id }) => id) : []);
  for (const [edit, fate] of fates)
    faults.push(...fateFaults(edit, fate, entries, open, final.epochs.length));
  for (const [edit, { outcome, unknown }] of fates) {
    if (!outcome || unknown || !isOtherEpoch(outcome) || !lastEpoch.has(edit)) continue;
    faults.push(`V2 ${edit} was put up for review and took effect in the epoch that asks for it`);
  }
  faults.push(...orderFaults(fates, entries), ...logFaults(final.epochs));
  faults.push(...boardFaults(final), ...replicaFaults(final), ...archiveFaults(final));
  return faults;
}

function fatesOf(history: Iterable<HistoryLine>, faults: string[]): Map<string, Fate> {
  const fates = new Map<string, Fate>();
  for (const line of history) {
    let fate = fates.get(line.edit);
    if (!fate) {
      fate = { invoked: null, saved: false, outcome: null, failed: null, unknown: false, settled: false };
      fates.set(line.edit, fate);
    }
    switch (line.kind) {
      case 'invoke':
        if (fate.invoked) faults.push(`E2 ${line.edit} was made twice`);
        fate.invoked ??= line;
        break;
      case 'saved':
        fate.saved = true;
        break;
      case 'ok':
        answered(line.edit, fate, line.outcome, faults);
        break;
      case 'fail':
        fate.failed = line.why;
        break;
      case 'unknown':
        fate.unknown = true;
        break;
      case 'settled':
        fate.settled = true;
        break;
      default:
        line satisfies never;
    }
  }
  return fates;
}

/** E2: the first answer is the only one, but that another epoch puts everything in question that it may not have. */
function answered(edit: string, fate: Fate, outcome: Outcome, faults: string[]): void {
  const { outcome: first } = fate;
  // It asks for the same edit under another seq.
  if (outcome.outcome === 'rejected' && outcome.code === 'seq-reused') return;
  if (
    first &&
    !fate.unknown &&
    !isOtherEpoch(first) &&
    !isOtherEpoch(outcome) &&
    gist(first) !== gist(outcome)
  ) {
    faults.push(`E2 ${edit} was answered ${gist(first)} and then ${gist(outcome)}`);
  }
  fate.outcome = first && !isOtherEpoch(outcome) ? first : outcome;
}

/** What of an answer is the same however it comes: in a catch-up it is without its effect. */
function gist(outcome: Outcome): string {
  const version = 'version' in outcome ? outcome.version : undefined;
  return [outcome.outcome, version, 'code' in outcome ? outcome.code : undefined]
    .filter((part) => part !== undefined)
    .join(' ');
}

function isOtherEpoch(outcome: Outcome): boolean {
  return outcome.outcome === 'rejected' && outcome.code === 'other-epoch';
}

function fateFaults(
  edit: string,
  fate: Fate,
  entries: Entries,
  open: ReadonlySet<string>,
  epochs: number,
): string[] {
  const { invoked, outcome } = fate;
  const faults: string[] = [];
  const entry = entries.get(edit);
  if (entry && invoked) {
    if (entry.by !== invoked.person) faults.push(`E4 ${edit} of ${invoked.person} is ${entry.by}'s`);
    if (entry.type !== invoked.intent.type)
      faults.push(`E5 ${edit} meant ${invoked.intent.type}, is ${entry.type}`);
  }
  if (entry && fate.failed !== null)
    faults.push(`O1 ${edit} was refused as ${fate.failed} and is version ${entry.version}`);

  // Of a decision that comes to nothing, what it was on is open still.
  const isDecided = fate.settled || open.has(edit) || invoked?.intent.type === 'settle';
  if (!outcome) {
    const isLost = fate.saved && !entry && !isDecided && !fate.unknown && fate.failed === null;
    return isLost ? [...faults, `O1 ${edit} was saved and is lost`] : faults;
  }
  if (isUnsettled(outcome) && !isDecided && !fate.unknown) {
    faults.push(`O2 ${edit} was answered ${gist(outcome)} and nobody is asked about it`);
  }
  const version = 'version' in outcome ? outcome.version : undefined;
  if (version === undefined) {
    if (entry && !isOtherEpoch(outcome) && !fate.unknown) {
      faults.push(`E1 ${edit} was answered ${gist(outcome)} and is version ${entry.version}`);
    }
  } else if (entry && entry.version !== version) {
    faults.push(`E2 ${edit} was answered as version ${version} and is ${entry.version}`);
  } else if (!entry && epochs === 1) {
    faults.push(`E1 ${edit} was answered as version ${version}, which is not in the log`);
  } else if (!entry && !isDecided && !fate.unknown) {
    faults.push(
      `O2 ${edit} was answered as version ${version}, lost with its epoch, and nobody is asked about it`,
    );
  }
  return faults;
}

/** E3: what one person made on one device took effect in that order. */
function orderFaults(fates: ReadonlyMap<string, Fate>, entries: Entries): string[] {
  const faults: string[] = [];
  const last = new Map<string, { edit: string; version: number }>();
  // Fates are in the order in which their edits were made.
  for (const [edit, { invoked, unknown }] of fates) {
    const version = entries.get(edit)?.version;
    // What was put back with an older state of its device may be judged anew, and late.
    if (!invoked || unknown || version === undefined) continue;
    const maker = `${invoked.device} ${invoked.person}`;
    const before = last.get(maker);
    if (before && before.version > version) {
      faults.push(
        `E3 ${edit} of ${maker} is version ${version}, and ${before.edit} before it ${before.version}`,
      );
    }
    last.set(maker, { edit, version });
  }
  return faults;
}
