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

/** The share of seeds that are run twice. */
const TWICE = 100;

/** Runs many seeds, on a thread for each kind of site. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { first, last, isOver = () => false, pinned = [] } = options;
  const result: CampaignResult = { runs: 0, edits: 0, events: 0, failures: [], missed: [], unlike: [] };
  const seen = new Set<string>();
  const runKind = async (hasSmallCaps: boolean): Promise<void> => {
    const again = Math.ceil((last - first + 1) / TWICE);
    const repeated = Array.from({ length: again }, (_, i) => first + i);
    const known = pinned.filter((pin) => pin.hasSmallCaps === hasSmallCaps).map(({ seed }) => seed);
    const queue = [...known, ...repeated][Symbol.iterator]();
    let seed = first;
    const next = (): number | null => {
      const { value, done } = queue.next();
      if (!done) return value;
      return seed <= last && !isOver() ? seed++ : null;
    };
    const traces = new Map<number, number>();
    await runBatch({ next, hasSmallCaps }, (report) => {
      options.onRun?.(report, hasSmallCaps);
      take(result, report, hasSmallCaps);
      for (const [situation] of report.situations) seen.add(situation);
      const trace = traces.get(report.seed) ?? report.trace;
      if (trace !== report.trace) result.unlike.push(report.seed);
      traces.set(report.seed, report.trace);
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
