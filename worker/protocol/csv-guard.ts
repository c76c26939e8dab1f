/** First characters that a spreadsheet takes for a formula, or that this guard itself puts in front. */
const GUARDED: ReadonlySet<string> = new Set(['=', '+', '-', '@', "'", '\t', '\r']);

/** The value with a `'` in front where a spreadsheet would otherwise run it. */
export function guardCell(value: string): string {
  return GUARDED.has(value.charAt(0)) ? `'${value}` : value;
}

/** Takes off what `guardCell` put on, once. A `'` in front of anything else is somebody's own. */
export function unguardCell(cell: string): string {
  return cell.startsWith("'") && GUARDED.has(cell.charAt(1)) ? cell.slice(1) : cell;
}
