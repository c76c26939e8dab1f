import type { Car, CarFields } from '../../worker/protocol/car.ts';
import { DEFAULT_LOCATIONS } from '../../worker/protocol/site.ts';
import { chance, integer, pick, type Random } from '../support/random.ts';

/** First characters that mean something to a spreadsheet, and what breaks careless CSV, HTML, SQL and Unicode. */
const PIECES = [
  ...[
    '=',
    '+',
    '-',
    '@',
    "'",
    "''",
    '\t',
    '"',
    '""',
    '","',
    ',',
    ';',
    '\n',
    '\n\n',
    ' ',
    '  ',
    '\u00a0',
    '\u2028',
  ],
  ...[
    'Door sticks',
    'keys',
    '=1+1',
    "'=x",
    '<script>',
    "'); --",
    '%',
    '\\',
    '\\n',
    'é',
    'e\u0301',
    'ß',
    '箱',
    '😀',
    '👩‍🔧',
    'العربية',
  ],
];

/** A text of many lines that the rules of texts allow. */
export function hostileNotes(next: Random): string {
  return Array.from({ length: integer(next, 0, 8) }, () => pick(next, PIECES)).join('');
}

export function randomFields(next: Random): CarFields {
  const empty = chance(next, 0.3);
  return {
    location: pick(next, DEFAULT_LOCATIONS),
    arrived: empty || chance(next, 0.5),
    late: chance(next, 0.3),
    empty,
    notes: chance(next, 0.5) ? '' : hostileNotes(next),
  };
}

/** A car as a night leaves it: times in no order, since an undo puts old ones back. */
export function randomCar(next: Random, id: string): Car {
  const fields = randomFields(next);
  const time = () => 1_763_650_000_000 - integer(next, 0, 36_000_000);
  return {
    id,
    ...fields,
    version: integer(next, 1, 12_000),
    updatedAt: time(),
    updatedBy: `p${integer(next, 1, 50)}`,
    arrivedAt: fields.arrived ? time() : null,
    emptiedAt: fields.empty ? time() : null,
    removed: chance(next, 0.15),
  };
}
