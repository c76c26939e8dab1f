import type { Bar, Line } from './figures.ts';
import type { Result } from './results.ts';
import type { TargetName } from './target.ts';

const HEAD = ['figure', '', 'Yardboard', 'bare', 'bare, memory', 'ratio', 'bar', 'beyond', ''];
const VERDICTS = { beyond: 'met, beyond', met: 'met', missed: 'MISSED', none: '' };
/** Columns of text; the others are numbers and end together. */
const LEFT = new Set([0, 1, 8]);

/** The table, as wide as it has to be. */
export function tableOf(results: readonly Result[]): string {
  const rows = [HEAD, ...results.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return LEFT.has(column) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  const rule = '-'.repeat(Math.max(...lines.map((line) => line.length)));
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function rowOf({ line, values, ratio, verdict }: Result): string[] {
  const value = (target: TargetName): string => {
    const measured = values[target];
    return measured ? numberOf(measured.median) : '';
  };
  return [
    line.label,
    line.unit,
    value('yardboard'),
    value('bare'),
    value('bare-memory'),
    ratio === null ? '' : ratio.toFixed(2),
    barsOf(line.bars),
    barsOf(line.beyond),
    VERDICTS[verdict],
  ];
}

function barsOf(bars: Line['bars']): string {
  return (bars ?? []).map(barOf).join(', ');
}

function barOf(bar: Bar): string {
  if ('most' in bar) return `≤ ${numberOf(bar.most)}`;
  return 'least' in bar ? `≥ ${numberOf(bar.least)}` : `≤ ${bar.times} × bare`;
}

/** Three digits that count. */
function numberOf(value: number): string {
  if (Number.isNaN(value)) return '?';
  if (Number.isInteger(value) || value >= 100) return Math.round(value).toLocaleString('en-US');
  return value < 10 ? value.toFixed(2) : value.toFixed(1);
}
