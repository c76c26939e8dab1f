import { runBatch } from './pool.ts';
import { SITUATIONS, type Situation } from './situations.ts';
import type { RunReport } from './thread.ts';

/** Seeds that once failed, and are run whatever else is. */
export interface Pinned {
  seed: number;
  hasSmallCaps: boolean;
  /** What it found. */
  tells: string;
}

export interface CampaignOptions {
  /** Every seed from the first to the last is run, on a site with the caps of a real one and on one with small ones. */
  first: number;
  last: number;
  /** Ends before the last seed once this is so. */
  isOver?: () => boolean;
  pinned?: readonly Pinned[];
  onRun?: (report: RunReport, hasSmallCaps: boolean) => void;
}

export interface CampaignResult {
  runs: number;
  edits: number;
  events: number;
  /** A line for each seed that failed, with the command that replays it. */
  failures: string[];
  /** Situations that no run has come upon. */
  missed: Situation[];
  /** Seeds that were run twice and did not go the same way. */
  unlike: number[];
}

/** One seed of so many is run twice. */
const TWICE = 100;

/** Runs many seeds, on a thread for each kind of site. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { first, last, isOver = () => false, pinned = [] } = options;
  const result: CampaignResult = { runs: 0, edits: 0, events: 0, failures: [], missed: [], unlike: [] };
  const seen = new Set<string>();
  const runKind = async (hasSmallCaps: boolean): Promise<void> => {
    const known = pinned.filter((pin) => pin.hasSmallCaps === hasSmallCaps).map(({ seed }) => seed);
    const queue = known[Symbol.iterator]();
    let seed = first;
    let again: number | null = null;
    const next = (): number | null => {
      const { value, done } = queue.next();
      if (!done) return value;
      const twice = again;
      again = null;
      if (twice !== null) return twice;
      if (seed > last || isOver()) return null;
      if ((seed - first) % TWICE === 0) again = seed;
      return seed++;
    };
    let before: RunReport | null = null;
    await runBatch({ next, hasSmallCaps }, (report) => {
      options.onRun?.(report, hasSmallCaps);
      take(result, report, hasSmallCaps);
      for (const [situation] of report.situations) seen.add(situation);
      if (before?.seed === report.seed && before.trace !== report.trace) result.unlike.push(report.seed);
      before = report;
      return 'on';
    });
  };
  await Promise.all([runKind(false), runKind(true)]);
  result.missed = SITUATIONS.filter((situation) => !seen.has(situation));
  return result;
}

function take(
  result: CampaignResult,
  { seed, faults, edits, events }: RunReport,
  hasSmallCaps: boolean,
): void {
  result.runs++;
  result.edits += edits;
  result.events += events;
  if (faults.length === 0) return;
  result.failures.push(`${faults.slice(0, 3).join('; ')}\n  ${commandFor(seed, hasSmallCaps)}`);
}

/** Runs one seed again, and makes it smaller. */
export function commandFor(seed: number, hasSmallCaps: boolean): string {
  return `npm run simulate -- --seed ${seed}${hasSmallCaps ? ' --small-caps' : ''} --shrink`;
}
