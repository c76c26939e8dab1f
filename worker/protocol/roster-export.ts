import Papa from 'papaparse';
import type { CarView } from './car.ts';
import { guardCell } from './csv-guard.ts';

const HEADER = ['id', 'location', 'arrived', 'late', 'empty', 'notes'];

/**
 * The board as CSV. Importing it changes nothing. It begins with a byte order mark: without one Excel reads
 * UTF-8 as the local code page and spoils every accent, and the import takes it off again.
 */
export function formatRoster(cars: Iterable<CarView>): string {
  const rows = [HEADER];
  for (const { id, location, arrived, late, empty, notes } of cars) {
    rows.push([id, location, String(arrived), String(late), String(empty), notes].map(guardCell));
  }
  return `\ufeff${Papa.unparse(rows, { newline: '\r\n' })}\r\n`;
}
