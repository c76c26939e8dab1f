import { type Bar, isMet, type Line, type Result } from './result.ts';

const HEAD = ['torture', 'figure', 'value', '', 'bar', ''];
/** Columns of numbers end together. */
const RIGHT = new Set([2, 4]);

/** The table, as wide as it has to be. */
export function tableOf(results: readonly Result[]): string {
  const rows = [HEAD, ...results.flatMap(rowsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return RIGHT.has(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  const rule = '-'.repeat(Math.max(...lines.map((line) => line.length)));
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function rowsOf({ torture, lines, violations }: Result): string[][] {
  const all: Line[] = [
    ...lines,
    { label: 'violations', unit: '', value: violations.length, bar: { most: 0 } },
  ];
  return all.map((line, i) => {
    const { label, unit, value, bar, of } = line;
    const asked = bar ? `${of ?? ''} ${barOf(bar)}`.trim() : '';
    return [
      i === 0 ? torture : '',
      label,
      numberOf(value),
      unit,
      asked,
      bar ? (isMet(line) ? 'met' : 'MISSED') : '',
    ];
  });
}

function barOf(bar: Bar): string {
  return 'most' in bar ? `≤ ${numberOf(bar.most)}` : `≥ ${numberOf(bar.least)}`;
}

/** Three digits that count. */
function numberOf(value: number): string {
  if (Number.isNaN(value)) return '?';
  if (Number.isInteger(value) || value >= 100) return Math.round(value).toLocaleString('en-US');
  return value < 10 ? value.toFixed(2) : value.toFixed(1);
}
