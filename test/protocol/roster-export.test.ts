import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { blankCar, type Car, type CarView, viewOf } from '../../worker/protocol/car.ts';
import { guardCell, unguardCell } from '../../worker/protocol/csv-guard.ts';
import { planImport } from '../../worker/protocol/roster.ts';
import { formatRoster } from '../../worker/protocol/roster-export.ts';
import { parseRoster } from '../../worker/protocol/roster-file.ts';
import { DEFAULT_LOCATIONS } from '../../worker/protocol/site.ts';
import { isCleanText } from '../../worker/protocol/text.ts';
import { random } from '../support/random.ts';
import { hostileNotes, randomCar } from './random-car.ts';

function car(id: string, changes: Partial<CarView> = {}): CarView {
  return { ...viewOf(blankCar(id, 'Yard')), ...changes };
}

describe('the export', () => {
  test('is UTF-8 with a mark, CRLF and a fixed header', () => {
    const text = formatRoster([
      car('414', { arrived: true, late: true, notes: 'keys' }),
      car('415', { empty: true }),
    ]);
    expect(text).toBe(
      '\ufeffid,location,arrived,late,empty,notes\r\n414,Yard,true,true,false,keys\r\n415,Yard,false,false,true,\r\n',
    );
  });

  test('of no cars is the header', () => {
    expect(formatRoster([])).toBe('\ufeffid,location,arrived,late,empty,notes\r\n');
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    ["'x", "''x"],
    ["'", "''"],
    ['\tx', "'\tx"],
    ['\rx', "'\rx"],
    ['x=1', 'x=1'],
    [' =1', ' =1'],
    ['', ''],
  ])('nothing in it is run by a spreadsheet: %j is written %j', (value, cell) => {
    expect(guardCell(value)).toBe(cell);
    expect(unguardCell(cell)).toBe(value);
    const [, row] = Papa.parse(formatRoster([car('414', { location: value, notes: value })])).data;
    expect(row).toEqual(['414', cell, 'false', 'false', 'false', cell]);
  });

  test('importing it changes nothing, whatever the notes are', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const next = random(seed);
      const cars = new Map<string, Car>();
      for (let i = 0; i < 12; i++) cars.set(`C-${i}`, randomCar(next, `C-${i}`));
      const live = [...cars.values()].filter((one) => !one.removed);

      const parsed = parseRoster(formatRoster(live.map(viewOf)));
      if (!parsed.ok) throw new Error(`seed ${seed}: ${parsed.detail}`);
      expect(parsed.bad, `seed ${seed}`).toEqual([]);
      expect(parsed.rows.map((row) => ({ id: row.car, ...row.fields }))).toEqual(
        live.map(({ id, location, arrived, late, empty, notes }) => ({
          id,
          location,
          arrived,
          late,
          empty,
          notes,
        })),
      );
      const plan = planImport(cars, parsed.rows, DEFAULT_LOCATIONS, 'replace', parsed.bad);
      expect(
        plan.rows.map((row) => row.result),
        `seed ${seed}`,
      ).toEqual(live.map(() => 'unchanged'));
      expect(plan, `seed ${seed}`).toMatchObject({ bad: [], removed: [] });
    }
  });

  test('the notes it was tried with are such as the board allows, guarded ones among them', () => {
    const next = random(7);
    const notes = Array.from({ length: 500 }, () => hostileNotes(next));
    expect(notes.every(isCleanText)).toBe(true);
    for (const first of ['=', '+', '-', '@', "'", '\t', '"', '\n', ' ', '😀']) {
      expect(notes.some((note) => note.startsWith(first))).toBe(true);
    }
  });

  test('importing it changes nothing where a car is at a location that the site has no more', () => {
    const cars = new Map([['414', { ...blankCar('414', 'Gone'), notes: 'a' }]]);
    const parsed = parseRoster(formatRoster([...cars.values()].map(viewOf)));
    if (!parsed.ok) throw new Error(parsed.detail);
    expect(planImport(cars, parsed.rows, DEFAULT_LOCATIONS, 'replace')).toEqual({
      rows: [{ line: 2, car: '414', result: 'unchanged' }],
      bad: [],
      removed: [],
      accepted: [{ car: '414', fields: { arrived: false, late: false, empty: false, notes: 'a' } }],
    });
  });

  test('importing it puts a board back as it was', () => {
    const next = random(11);
    const then = Array.from({ length: 30 }, (_, i) => ({ ...randomCar(next, `C-${i}`), removed: false }));
    const now = new Map(then.map(({ id }) => [id, { ...randomCar(next, id), removed: false }]));
    const parsed = parseRoster(formatRoster(then.map(viewOf)));
    if (!parsed.ok) throw new Error(parsed.detail);
    const plan = planImport(now, parsed.rows, DEFAULT_LOCATIONS, 'replace');
    for (const { car: id, changes } of plan.rows) {
      const { location, arrived, late, empty, notes } = then.find((one) => one.id === id)!;
      expect({ ...now.get(id), ...changes }).toMatchObject({ location, arrived, late, empty, notes });
    }
  });
});
