import { cellsOf, csvRecords } from './csv-records.ts';
import { type Refusal, refuse } from './errors.ts';
import { type Column, columnOf } from './roster-columns.ts';
import { cutShort, isCleanText } from './text.ts';

export interface RosterHeader {
  delimiter: string;
  line: number;
  headings: string[];
  /** What each cell of a row holds; null where it is none of ours. */
  columns: (Column | null)[];
}

const DELIMITERS = [',', ';', '\t'];

/** The line of headings, under the separator that makes most of it. Errors: `bad-csv`. */
export function findHeader(source: string): (RosterHeader & { ok: true }) | Refusal {
  const candidates = DELIMITERS.map((delimiter) => headerAt(source, delimiter)).filter(
    (header) => header !== null,
  );
  const [best] = candidates.sort((a, b) => known(b) - known(a) || b.columns.length - a.columns.length);
  if (!best || (!best.columns.includes('car') && candidates.length < DELIMITERS.length)) {
    return refuse('bad-csv', 'the first line cannot be read: a quote in it is not closed, or it is blank');
  }
  if (!best.headings.every(isCleanText)) {
    return refuse('bad-csv', 'the first line is not text: save the roster as "CSV (UTF-8)"');
  }
  if (!best.columns.includes('car')) {
    const found = best.headings.slice(0, 8).map(cutShort).join(', ');
    return refuse(
      'bad-csv',
      `the first line names no column of car numbers, such as "id" or "car"; it has: ${found}`,
    );
  }
  const twice = best.columns.find((column, i) => column !== null && best.columns.indexOf(column) !== i);
  if (twice) {
    const both = best.headings.filter((_, i) => best.columns[i] === twice).map(cutShort);
    return refuse('bad-csv', `these columns mean the same, leave one: ${both.join(', ')}`);
  }
  return { ok: true, ...best };
}

/** The first line that is not blank, nor the `sep=;` that tells Excel the separator; null where there is none. */
function headerAt(source: string, delimiter: string): RosterHeader | null {
  for (const record of csvRecords(source, delimiter)) {
    if (isBlank(record.text, delimiter) || /^sep=.$/i.test(record.text)) continue;
    if (record.broken) return null;
    const headings = cellsOf(record, delimiter).map((cell) => cell.trim());
    return { delimiter, line: record.line, headings, columns: headings.map(columnOf) };
  }
  return null;
}

function known(header: RosterHeader): number {
  return header.columns.filter((column) => column !== null).length;
}

/** Spreadsheets write rows without a value, thousands of them: told without taking them apart. */
export function isBlank(record: string, delimiter: string): boolean {
  return record.replaceAll('"', '').replaceAll(delimiter, '').trim() === '';
}
