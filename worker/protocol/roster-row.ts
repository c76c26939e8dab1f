import { type CarFields, type CarState, parseCarId } from './car.ts';
import { unguardCell } from './csv-guard.ts';
import { type CsvRecord, cellsOf } from './csv-records.ts';
import { LOCATION_CHARS_MAX, NOTES_CHARS_MAX } from './limits.ts';
import type { BadRow, BadRowReason, RosterRow } from './roster.ts';
import { type Column, flagOf, STATE_FIELDS, stateOf } from './roster-columns.ts';
import type { RosterHeader } from './roster-header.ts';
import { cutShort, isCleanLine, isCleanText } from './text.ts';

/** The car and the fields of a record, or why they cannot be taken. */
export function readRow(record: CsvRecord, { columns, delimiter }: RosterHeader): RosterRow | BadRow {
  const { line, text, broken } = record;
  if (broken) {
    // The cells before the broken one can still say which car it is.
    const car = text.split(delimiter)[columns.indexOf('car')]?.replaceAll('"', '') ?? '';
    return badRow(line, car, 'broken-quotes', text);
  }
  const cells = cellsOf(record, delimiter);
  const cell = new Map<Column, string>();
  columns.forEach((column, i) => {
    const value = cells[i];
    if (column && value !== undefined) cell.set(column, unguardCell(value));
  });
  const written = cell.get('car') ?? '';
  const bad = (reason: BadRowReason, value: string) => badRow(line, written, reason, value);

  // A note with a separator in it and no quotes round it: its end would be lost.
  const beyond = cells.slice(columns.length).find((value) => value.trim() !== '');
  if (beyond !== undefined) return bad('broken-quotes', beyond);
  if (written.trim() === '') return bad('no-car', '');
  const car = parseCarId(written);
  if (car === null) return bad('bad-car', written);

  const fields: Partial<CarFields> = {};
  const location = cell.get('location')?.trim() ?? '';
  if (location.length > LOCATION_CHARS_MAX || (location !== '' && !isCleanLine(location))) {
    return bad('bad-location', location);
  }
  if (location !== '') fields.location = location;

  const status = readStatus(cell);
  if ('reason' in status) return bad(status.reason, status.value);
  Object.assign(fields, status.fields);

  // Line ends as the board has them, whatever the file's are.
  const notes = cell.get('notes')?.replaceAll(/\r\n?/g, '\n');
  if (notes !== undefined) {
    if (notes.length > NOTES_CHARS_MAX || !isCleanText(notes)) return bad('bad-notes', notes);
    fields.notes = notes;
  }
  return { line, car, fields };
}

type Flags = Partial<Pick<CarFields, 'arrived' | 'late' | 'empty'>>;
export const FLAG_COLUMNS = ['arrived', 'late', 'empty'] as const;

/** What the status word and the flags of a row say together. */
function readStatus(
  cell: ReadonlyMap<Column, string>,
): { fields: Flags } | { reason: BadRowReason; value: string } {
  const word = cell.get('status')?.trim();
  const state = word ? stateOf(word) : null;
  if (word && state === null) return { reason: 'bad-status', value: word };

  const blank: Flags = word === '' ? { ...STATE_FIELDS.expected } : {};
  const said: Flags = {};
  for (const column of FLAG_COLUMNS) {
    const value = cell.get(column);
    if (value === undefined) continue;
    if (value.trim() === '') {
      blank[column] = false;
      continue;
    }
    const flag = flagOf(value);
    if (flag === null) return { reason: 'bad-flag', value };
    said[column] = flag;
  }
  if (contradicts(state, said)) {
    const all = (['status', ...FLAG_COLUMNS] as const).filter((column) => cell.get(column)?.trim());
    return { reason: 'contradicts', value: all.map((column) => `${column} ${cell.get(column)}`).join(', ') };
  }
  const fields: Flags = { ...blank, ...(state && STATE_FIELDS[state]), ...said };
  if (fields.empty) fields.arrived = true;
  return { fields };
}

/** A car can be late and here, or here and by now empty; the rest cannot be true at once. */
function contradicts(state: CarState | null, said: Flags): boolean {
  if (said.empty && said.arrived === false) return true;
  switch (state) {
    case 'expected':
      return said.arrived === true || said.empty === true;
    case 'late':
      return said.late === false;
    case 'arrived':
      return said.arrived === false;
    case 'empty':
      return said.arrived === false || said.empty === false;
    case null:
      return false;
    default:
      return state satisfies never;
  }
}

export function badRow(line: number, car: string, reason: BadRowReason, value: string): BadRow {
  return { line, car: cutShort(car), reason, value: cutShort(value) };
}
