import type { Bar, Figure, Line } from './figures.ts';
import { median } from './load/statistics.ts';
import type { FindingsByTarget, TargetName } from './target.ts';

/** A line of the table with what was measured. */
export interface Result {
  figure: string;
  line: Line;
  /** Medians, and every run in its order. */
  values: Partial<Record<TargetName, { median: number; runs: number[] }>>;
  /** Ours against the durable bare object; null where that was not measured. */
  ratio: number | null;
  verdict: Verdict;
}

export type Verdict = 'beyond' | 'met' | 'missed' | 'none';

/** What the runs of a figure come to. */
export function resultsOf(figure: Figure, runs: readonly FindingsByTarget[]): Result[] {
  return figure.lines.map((line) => {
    const values: Result['values'] = {};
    for (const target of figure.on) {
      const measured = runs.flatMap((run) => {
        const found = run[target];
        return found ? [line.value(found)] : [];
      });
      values[target] = { median: median(measured), runs: measured };
    }
    const own = values.yardboard?.median ?? Number.NaN;
    const bare = values.bare?.median ?? null;
    const ratio = bare === null ? null : own / bare;
    return { figure: figure.name, line, values, ratio, verdict: verdictOf(line, own, ratio) };
  });
}

function verdictOf({ bars, beyond }: Line, own: number, ratio: number | null): Verdict {
  if (!bars || Number.isNaN(own)) return 'none';
  if (!bars.every((bar) => isMet(bar, own, ratio))) return 'missed';
  return beyond?.every((bar) => isMet(bar, own, ratio)) ? 'beyond' : 'met';
}

function isMet(bar: Bar, own: number, ratio: number | null): boolean {
  if ('most' in bar) return own <= bar.most;
  if ('least' in bar) return own >= bar.least;
  return ratio !== null && ratio <= bar.times;
}
