import type { CarFields } from './car.ts';
import { csvRecords } from './csv-records.ts';
import { type Refusal, refuse } from './errors.ts';
import { CSV_BODY_BYTES_MAX, CSV_ROWS_MAX } from './limits.ts';
import type { BadRow, RosterRow } from './roster.ts';
import { findHeader, isBlank } from './roster-header.ts';
import { badRow, FLAG_COLUMNS, readRow } from './roster-row.ts';
import { foldLocation } from './site.ts';

export type ParsedRoster = { ok: true; rows: RosterRow[]; bad: BadRow[] } | Refusal;

/**
 * Reads a roster as a spreadsheet saves it: separated by comma, semicolon or tab, with a line of headings, in
 * any order and case. A column with another heading is left out. Rows that cannot be read are in `bad`, and do
 * not stop the others. The same car again with the same values is passed over; with others it is bad, and the
 * first stands. Errors: `bad-csv` (no headings, no column of car numbers, not a text), `too-large`.
 *
 * A blank cell stands for the empty value of its column: no note, not arrived, not late, not empty; a blank
 * status is Expected. So a file says all there is to say in the columns it has, and an export puts a board back.
 * Three things soften that. A location has no empty value: the car stays where it is, or starts at the first.
 * A flag that is blank leaves the word to the status column, and a blank status leaves it to the flags: only what
 * is written can contradict. A row that is cut short says nothing about the cells it lacks.
 */
export function parseRoster(text: string): ParsedRoster {
  if (text.length > CSV_BODY_BYTES_MAX) return refuse('too-large', `more than ${CSV_BODY_BYTES_MAX} bytes`);
  const source = text.replace(/^\ufeff+/, '');
  if (source.trim() === '') return refuse('bad-csv', 'the file is empty');
  const header = findHeader(source);
  if (!header.ok) return header;

  const rows: RosterRow[] = [];
  const bad: BadRow[] = [];
  const rowOf = new Map<string, RosterRow>();
  let count = 0;
  for (const record of csvRecords(source, header.delimiter)) {
    if (record.line <= header.line || isBlank(record.text, header.delimiter)) continue;
    if (++count > CSV_ROWS_MAX) return refuse('too-large', `more than ${CSV_ROWS_MAX} rows`);
    const row = readRow(record, header);
    if ('reason' in row) {
      bad.push(row);
      continue;
    }
    const { line, car, fields } = row;
    const earlier = rowOf.get(car);
    if (!earlier) {
      rowOf.set(car, row);
      rows.push(row);
      continue;
    }
    const other = disagreement(earlier.fields, fields);
    if (other !== null) bad.push({ ...badRow(line, car, 'disagrees', other), earlier: earlier.line });
  }
  return { ok: true, rows, bad };
}

/** The first value in which two rows for a car differ, or null where they agree. */
function disagreement(first: Partial<CarFields>, second: Partial<CarFields>): string | null {
  const where = (fields: Partial<CarFields>) => foldLocation(fields.location ?? '');
  if (where(first) !== where(second)) return second.location ?? '';
  for (const field of [...FLAG_COLUMNS, 'notes'] as const) {
    if (first[field] !== second[field])
      return field === 'notes' ? (second.notes ?? '') : `${field} ${second[field]}`;
  }
  return null;
}
