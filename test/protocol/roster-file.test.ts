import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CarFields } from '../../worker/protocol/car.ts';
import { CSV_BODY_BYTES_MAX, CSV_ROWS_MAX, NOTES_CHARS_MAX } from '../../worker/protocol/limits.ts';
import { check } from '../../worker/protocol/parse-up.ts';
import type { BadRow, RosterRow } from '../../worker/protocol/roster.ts';
import { parseRoster } from '../../worker/protocol/roster-file.ts';
import { carFields } from '../../worker/protocol/schema.ts';
import { integer, pick, random } from '../support/random.ts';

function sample(name: string): string {
  return readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8');
}

function read(text: string): { rows: RosterRow[]; bad: BadRow[] } {
  const parsed = parseRoster(text);
  if (!parsed.ok) throw new Error(`refused: ${parsed.code} ${parsed.detail}`);
  return parsed;
}

/** The fields of the one row of a file. */
function fieldsOf(text: string): Partial<CarFields> {
  const { rows, bad } = read(text);
  expect(bad).toEqual([]);
  expect(rows).toHaveLength(1);
  return rows[0]!.fields;
}

describe('the sample rosters', () => {
  test.each([
    ['roster-43.csv', 43],
    ['roster-300.csv', 300],
    ['roster-2000.csv', 2000],
  ])('%s is read whole', (name, cars) => {
    const { rows, bad } = read(sample(name));
    expect(bad).toEqual([]);
    expect(rows).toHaveLength(cars);
    expect(new Set(rows.map((row) => row.car)).size).toBe(cars);
    expect(rows.every((row) => Object.keys(row.fields).length === 5)).toBe(true);
  });

  test('a car of roster-43.csv has the values of its line', () => {
    const { rows } = read(sample('roster-43.csv'));
    expect(rows[1]).toEqual({
      line: 3,
      car: '128590',
      fields: { location: '600', arrived: true, late: true, empty: false, notes: '' },
    });
  });

  test('roster-excel.csv gives its good rows, and each bad one with its line and reason', () => {
    const { rows, bad } = read(sample('roster-excel.csv'));
    expect(bad).toEqual([
      { line: 11, car: '144255', reason: 'disagrees', value: 'Shop', earlier: 4 },
      { line: 13, car: '', reason: 'no-car', value: '' },
      { line: 15, car: '12/84', reason: 'bad-car', value: '12/84' },
      { line: 17, car: `173677${'x'.repeat(34)}…`, reason: 'bad-car', value: `173677${'x'.repeat(34)}…` },
    ]);
    expect(rows).toHaveLength(20);
    expect(rows.filter((row) => row.car === '156617')).toHaveLength(1);
    const byCar = new Map(rows.map((row) => [row.car, row]));
    expect(byCar.get('128211')).toEqual({
      line: 2,
      car: '128211',
      fields: { location: '500', arrived: true, late: false, empty: true, notes: '' },
    });
    expect(byCar.get('156035')?.fields.notes).toBe('Called "Big Red"\nask for keys');
    expect(byCar.get('156617')).toEqual({
      line: 7,
      car: '156617',
      fields: {
        location: 'Yard',
        arrived: false,
        late: false,
        empty: false,
        notes: 'Loaner, keys in office',
      },
    });
    expect(byCar.get('156702')?.fields.notes).toBe('semi; colon inside');
    expect(byCar.get('173467')?.fields.notes).toBe('Ölwechsel fällig');
    expect(byCar.get('690591')).toMatchObject({
      line: 24,
      fields: { arrived: true, late: true, empty: false },
    });
  });
});

describe('the form of the file', () => {
  const rows = [
    ['id', 'location', 'notes'],
    ['414', 'Yard', 'a "b"'],
    ['415', 'On Site', ''],
  ];
  const quoted = (cell: string) => (cell.includes('"') ? `"${cell.replaceAll('"', '""')}"` : cell);
  const forms = [',', ';', '\t'].flatMap((delimiter) =>
    ['\r\n', '\n', '\r'].flatMap((lineEnd) =>
      ['', '\ufeff'].flatMap((mark) => ['', lineEnd].map((last) => ({ delimiter, lineEnd, mark, last }))),
    ),
  );

  test.each(forms)(
    '$delimiter $lineEnd $mark $last are one and the same',
    ({ delimiter, lineEnd, mark, last }) => {
      const text = mark + rows.map((cells) => cells.map(quoted).join(delimiter)).join(lineEnd) + last;
      expect(read(text)).toMatchObject({
        rows: [
          { line: 2, car: '414', fields: { location: 'Yard', notes: 'a "b"' } },
          { line: 3, car: '415', fields: { location: 'On Site', notes: '' } },
        ],
        bad: [],
      });
    },
  );

  test('the separator is the one that makes most of the headings, whatever the notes hold', () => {
    expect(fieldsOf('Car;Notes, long\n414;1,2,3,4')).toEqual({});
    expect(fieldsOf('Car,Notes\n414,"a;b;c;d"')).toEqual({ notes: 'a;b;c;d' });
    expect(fieldsOf('Car\tNotes\n414\ta;b,c;d')).toEqual({ notes: 'a;b,c;d' });
  });

  test('the line that tells a spreadsheet the separator is no heading', () => {
    expect(read('sep=;\r\ncar;lane\r\n414;Yard').rows).toMatchObject([{ line: 3, car: '414' }]);
  });

  test('a byte order mark may stand before a quote', () => {
    expect(read('\ufeff"Car\nNumber",Lane\n414,Yard').rows).toEqual([
      { line: 3, car: '414', fields: { location: 'Yard' } },
    ]);
  });

  test('spaces behind a closed quote are none of the cell', () => {
    expect(fieldsOf('id;lane;notes\n"414"  ;"Yard" ;"a"  ')).toEqual({ location: 'Yard', notes: 'a' });
  });

  test('columns come in any order, and those with other headings are left out', () => {
    expect(fieldsOf('Driver,NOTES,Route, Location ,id\nNora,keys,7,Yard,414')).toEqual({
      location: 'Yard',
      notes: 'keys',
    });
  });

  test('rows without a value are passed over', () => {
    expect(read('\n\nid,notes\n\n,\n414,a\n"",\n , \n,,,,,\n').rows).toEqual([
      { line: 6, car: '414', fields: { notes: 'a' } },
    ]);
  });

  test('a file with headings alone is a roster of no cars', () => {
    expect(read('id,location\r\n')).toEqual({ ok: true, rows: [], bad: [] });
  });

  test.each([
    ['LF in quotes', 'id,notes\n1,"a\nb\nc"\n?,\n'],
    ['CRLF in quotes', 'id,notes\r\n1,"a\r\nb\r\nc"\r\n?,\r\n'],
    ['CR in quotes', 'id,notes\r1,"a\rb\rc"\r?,\r'],
    ['mixed line ends', 'id,notes\n1,"a\r\nb\rc"\r\n?,\r'],
  ])('lines are counted through cells of several lines: %s', (_, text) => {
    const { rows, bad } = read(text);
    expect(rows).toEqual([{ line: 2, car: '1', fields: { notes: 'a\nb\nc' } }]);
    expect(bad).toEqual([{ line: 5, car: '?', reason: 'bad-car', value: '?' }]);
  });
});

describe('headings', () => {
  const cases: [keyof CarFields | 'car' | 'status', string, string][] = [
    ['car', 'id', '414'],
    ['car', 'ID', '414'],
    ['car', 'Car', '414'],
    ['car', 'Car Number', '414'],
    ['car', 'car_no.', '414'],
    ['car', 'Car #', '414'],
    ['car', 'Number', '414'],
    ['car', 'Vehicle', '414'],
    ['car', 'Vehicle-ID', '414'],
    ['car', 'Unit', '414'],
    ['car', 'Fahrzeug Nr.', '414'],
    ['car', 'Vehículo', '414'],
    ['car', 'Número de unidad', '414'],
    ['location', 'location', 'Yard'],
    ['location', 'LANE', 'Yard'],
    ['location', 'Belt', 'Yard'],
    ['location', 'position', 'Yard'],
    ['location', 'Stellplatz', 'Yard'],
    ['location', 'Ubicación', 'Yard'],
    ['arrived', 'Arrived?', 'yes'],
    ['arrived', 'llegó', 'sí'],
    ['late', 'Late', 'yes'],
    ['late', 'verspätet', 'ja'],
    ['empty', 'EMPTY', 'x'],
    ['empty', 'Vacío', 'Sí'],
    ['notes', 'Notes', 'keys'],
    ['notes', 'Remarks', 'keys'],
    ['notes', 'remark', 'keys'],
    ['notes', 'Comment', 'keys'],
    ['notes', 'Observaciones', 'keys'],
    ['notes', 'Bemerkung', 'keys'],
    ['status', 'Status', 'Arrived'],
    ['status', 'Estado', 'llegado'],
  ];
  test.each(cases)('%s is meant by "%s"', (column, heading, value) => {
    if (column === 'car') {
      expect(read(`${heading},x\n${value},`).rows).toEqual([{ line: 2, car: '414', fields: {} }]);
    } else {
      const fields = fieldsOf(`id,"${heading}"\n414,${value}`);
      expect(Object.keys(fields)).toContain(column === 'status' ? 'arrived' : column);
    }
  });

  test('a heading may run over two lines in its cell', () => {
    expect(read('"Car\nNumber",Lane\n414,Yard').rows).toEqual([
      { line: 3, car: '414', fields: { location: 'Yard' } },
    ]);
  });
});

describe('values', () => {
  test.each([
    'yes',
    'YES',
    ' y ',
    'true',
    'TRUE',
    '1',
    'x',
    'X',
    'ja',
    'J',
    'si',
    'Sí',
    'wahr',
    'VERDADERO',
    '✓',
    '"yes"',
  ])('%s is yes', (cell) => {
    expect(fieldsOf(`id,late\n414,${cell}`)).toEqual({ late: true });
  });

  test.each(['no', 'N', 'false', 'FALSE', '0', 'nein', 'falsch', 'FALSO', '-', '', '  ', '""'])(
    '"%s" is no',
    (cell) => {
      expect(fieldsOf(`id,late\n414,${cell}`)).toEqual({ late: false });
    },
  );

  test.each([
    ['Expected', { arrived: false, late: false, empty: false }],
    ['expected', { arrived: false, late: false, empty: false }],
    ['', { arrived: false, late: false, empty: false }],
    ['Late', { arrived: false, late: true, empty: false }],
    ['Arrived', { arrived: true, empty: false }],
    ['ARRIVED', { arrived: true, empty: false }],
    ['Empty', { arrived: true, empty: true }],
    ['Angekommen', { arrived: true, empty: false }],
    ['verspätet', { arrived: false, late: true, empty: false }],
    ['Vacío', { arrived: true, empty: true }],
  ])('the status "%s" sets the flags that follow from it', (status, fields) => {
    expect(fieldsOf(`id,status\n414,${status}`)).toEqual(fields);
  });

  test.each([
    // status, arrived, late, empty → arrived, late, empty
    ['', '', '', '', [false, false, false]],
    ['', '', 'no', '0', [false, false, false]],
    ['', '', 'yes', '', [false, true, false]],
    ['', 'yes', '', '', [true, false, false]],
    ['', '', '', 'x', [true, false, true]],
    ['Expected', 'no', 'yes', '0', [false, true, false]],
    ['Arrived', '', 'no', '1', [true, false, true]],
    ['Arrived', '', 'yes', '0', [true, true, false]],
    ['Arrived', 'yes', '', '', [true, false, false]],
    ['Late', '', '', '', [false, true, false]],
    ['Late', 'yes', '', '', [true, true, false]],
    ['Late', '', '', 'yes', [true, true, true]],
    ['Empty', '', '', '', [true, false, true]],
    ['Empty', 'yes', 'yes', 'yes', [true, true, true]],
  ] as const)(
    'status "%s", arrived "%s", late "%s", empty "%s" together are %j',
    (status, a, l, e, expected) => {
      const [arrived, late, empty] = expected;
      expect(fieldsOf(`id,status,arrived,late,empty\n414,${status},${a},${l},${e}`)).toEqual({
        arrived,
        late,
        empty,
      });
    },
  );

  test.each([
    ['', 'no', '', 'yes', 'arrived no, empty yes'],
    ['Expected', 'yes', '', '', 'status Expected, arrived yes'],
    ['Expected', '', '', 'x', 'status Expected, empty x'],
    ['Arrived', 'no', '', '', 'status Arrived, arrived no'],
    ['Late', '', 'no', '', 'status Late, late no'],
    ['Empty', '', '', '0', 'status Empty, empty 0'],
    ['Empty', 'no', '', '', 'status Empty, arrived no'],
  ])('status "%s", arrived "%s", late "%s", empty "%s" contradict', (status, a, l, e, value) => {
    const { rows, bad } = read(`id,status,arrived,late,empty\n414,${status},${a},${l},${e}`);
    expect(rows).toEqual([]);
    expect(bad).toEqual([{ line: 2, car: '414', reason: 'contradicts', value }]);
  });

  test('a blank cell is the empty value of its column, but for a location, which has none', () => {
    expect(fieldsOf('id,location,arrived,late,empty,notes\n414,,,,,')).toEqual({
      arrived: false,
      late: false,
      empty: false,
      notes: '',
    });
  });

  test('a column that is not there, and a cell that its row lacks, say nothing', () => {
    expect(fieldsOf('id,notes\n414,a')).toEqual({ notes: 'a' });
    expect(fieldsOf('id,location,status,late,notes\n414,Yard')).toEqual({ location: 'Yard' });
  });

  test('an empty car has arrived', () => {
    expect(fieldsOf('id,empty\n414,yes')).toEqual({ arrived: true, empty: true });
    expect(fieldsOf('id,arrived,empty\n414,,yes')).toEqual({ arrived: true, empty: true });
  });

  test('car numbers are made canonical', () => {
    expect(read('id\n p15360 \nab-1').rows.map((row) => row.car)).toEqual(['P15360', 'AB-1']);
  });

  test.each([
    ["'=1+1", '=1+1'],
    ["'+41", '+41'],
    ["'-", '-'],
    ["'@x", '@x'],
    ["''", "'"],
    ["''x", "'x"],
    ["'''x", "''x"],
    ["'\tx", '\tx'],
    ['"\'\rx"', '\nx'],
    ["'x", "'x"],
    ["'", "'"],
    ["' =1", "' =1"],
    ['=1+1', '=1+1'],
  ])('of %j one guard is taken off, and only one: %j', (cell, notes) => {
    expect(fieldsOf(`id,notes\n414,${cell}`)).toEqual({ notes });
  });

  test('a guard is taken off a car number and a location too', () => {
    expect(read("id,location\n414,'-1").rows[0]?.fields.location).toBe('-1');
    expect(read("id\n'-414").bad).toMatchObject([{ reason: 'bad-car', car: '-414' }]);
  });

  test.each([
    ['spaces', '  a  '],
    ['a tab', 'a\tb'],
    ['quotes in the middle of a cell without quotes', 'the "big" one'],
    ['emoji and joiners', 'van 👩‍🔧 ok'],
    ['scripts', 'صندوق 箱 Ölwechsel'],
    ['markup', '<img onerror=alert(1)>'],
    ['SQL', "'); drop table car; --"],
  ])('notes are kept as they are: %s', (_, notes) => {
    expect(fieldsOf(`id;notes\n414;"${notes.replaceAll('"', '""')}"`)).toEqual({ notes });
  });
});

describe('bad rows', () => {
  const long = 'n'.repeat(NOTES_CHARS_MAX + 1);
  test.each([
    ['no car number', ',Yard,,', 'no-car', ''],
    ['spaces for a car number', '  ,Yard,,', 'no-car', ''],
    ['a slash', '12/84,Yard,,', 'bad-car', '12/84'],
    ['a path', '../../etc,Yard,,', 'bad-car', '../../etc'],
    ['a formula', '=1+1,Yard,,', 'bad-car', '=1+1'],
    ['a number in thousands', '"128,489",Yard,,', 'bad-car', '128,489'],
    ['a decimal', '128489.0,Yard,,', 'bad-car', '128489.0'],
    ['17 characters', `${'1'.repeat(17)},Yard,,`, 'bad-car', '1'.repeat(17)],
    ['a letter that only looks like one', 'ß1,Yard,,', 'bad-car', 'ß1'],
    ['NUL in the car number', '4\u000014,Yard,,', 'bad-car', '4\ufffd14'],
    ['a lone surrogate in the car number', '4\ud80014,Yard,,', 'bad-car', '4\ufffd14'],
    ['prototype words', '__proto__,Yard,,', 'bad-car', '__proto__'],
    ['a location too long', `414,${'L'.repeat(25)},,`, 'bad-location', 'L'.repeat(25)],
    ['a line break in a location', '414,"On\nSite",,', 'bad-location', 'On\ufffdSite'],
    ['a line separator in a location', '414,On\u2028Site,,', 'bad-location', 'On\u2028Site'],
    ['text turned round in a location', '414,\u202eYard,,', 'bad-location', '\ufffdYard'],
    ['an unknown status', '414,Yard,maybe,', 'bad-status', 'maybe'],
    ['a status too long to be one', `414,Yard,${'s'.repeat(50)},`, 'bad-status', `${'s'.repeat(40)}…`],
    ['a status with a NUL', '414,Yard,Arrived\u0000,', 'bad-status', 'Arrived\ufffd'],
    ['notes over the cap', `414,Yard,,${long}`, 'bad-notes', `${'n'.repeat(40)}…`],
    ['NUL in notes', '414,Yard,,a\u0000b', 'bad-notes', 'a\ufffdb'],
    ['a lone surrogate in notes', '414,Yard,,a\udc00b', 'bad-notes', 'a\ufffdb'],
    ['text turned round in notes', '414,Yard,,a\u202eb', 'bad-notes', 'a\ufffdb'],
    ['an escape in notes', '414,Yard,,\u001b[2J', 'bad-notes', '\ufffd[2J'],
    ['a separator in notes without quotes', '414,Yard,,a,b', 'broken-quotes', 'b'],
    ['a quote that is not closed', '414,Yard,,"a', 'broken-quotes', '414,Yard,,"a'],
    ['text behind a closed quote', '414,Yard,,"a"b', 'broken-quotes', '414,Yard,,"a"b'],
  ])('%s', (_, row, reason, value) => {
    const { rows, bad } = read(`id,location,status,notes\n1,Yard,,\n${row}\n`);
    expect(bad).toEqual([{ line: 3, car: expect.any(String), reason, value }]);
    expect(rows.map((good) => good.car)).toEqual(['1']);
  });

  test.each(['arrived', 'late', 'empty'])('%s is yes or no', (column) => {
    const { bad } = read(`id,${column}\n414,21:30`);
    expect(bad).toEqual([{ line: 2, car: '414', reason: 'bad-flag', value: '21:30' }]);
  });

  test('what is shown of a value never splits a character', () => {
    const { bad } = read(`id\n${'x'.repeat(39)}😀😀`);
    expect(bad[0]?.value.isWellFormed()).toBe(true);
  });

  test('a quote left open costs its own line and no other', () => {
    const { rows, bad } = read('id,notes\n1,"open\n2,b\n3,"c ""c"""\n4,"d\nd"\n5,e\n');
    expect(bad).toEqual([{ line: 2, car: '1', reason: 'broken-quotes', value: '1,"open' }]);
    expect(rows.map(({ line, car, fields }) => [line, car, fields.notes])).toEqual([
      [3, '2', 'b'],
      [4, '3', 'c "c"'],
      [5, '4', 'd\nd'],
      [7, '5', 'e'],
    ]);
  });

  test('a broken row says which car it is, where that can be read', () => {
    expect(read('id,notes\n"414","open\n').bad).toMatchObject([{ car: '414', reason: 'broken-quotes' }]);
    expect(read('notes,id\n"open,414\n').bad).toMatchObject([{ car: '414', reason: 'broken-quotes' }]);
  });

  test('a car twice with the same values is one row', () => {
    const { rows, bad } = read('id,location,status,notes\n414,Yard,,a\n 414 ,yard,Expected,a\n414,Yard,,a');
    expect(rows.map((row) => row.line)).toEqual([2]);
    expect(bad).toEqual([]);
  });

  test.each([
    ['414,Shop,,a', 'Shop'],
    ['414,,,a', ''],
    ['414,Yard,Arrived,a', 'arrived true'],
    ['414,Yard,Late,a', 'late true'],
    ['414,Yard,,b', 'b'],
    ['414,Yard,', ''],
  ])('a car twice with other values is bad, and the first stands: %s', (row, value) => {
    const { rows, bad } = read(`id,location,status,notes\n414,Yard,,a\n${row}\n`);
    expect(rows).toMatchObject([{ line: 2, car: '414', fields: { location: 'Yard', notes: 'a' } }]);
    expect(bad).toEqual([{ line: 3, car: '414', reason: 'disagrees', value, earlier: 2 }]);
  });

  test('a bad row does not stand before a good one for the same car', () => {
    const { rows, bad } = read('id,status\n414,maybe\n414,Arrived');
    expect(rows).toMatchObject([{ line: 3, car: '414' }]);
    expect(bad).toMatchObject([{ line: 2, reason: 'bad-status' }]);
  });
});

describe('files that are refused whole', () => {
  test.each([
    ['nothing', '', 'the file is empty'],
    ['a byte order mark', '\ufeff', 'the file is empty'],
    ['blank lines', '\r\n \n\t\n', 'the file is empty'],
    ['no headings', '128489;500;Arrived\n128490;500;', 'it has: 128489, 500, Arrived'],
    ['no column of car numbers', 'location,notes\nYard,a', 'it has: location, notes'],
    ['JSON', '{"cars":[]}', 'names no column of car numbers'],
    ['a page', '<!doctype html>\n<p>Sign in</p>', 'names no column of car numbers'],
    ['a quote left open in the headings', 'id,"notes\n414,a', 'a quote in it is not closed'],
    ['a workbook', 'PK\u0003\u0004\u0014\u0000\u0006\u0000id', 'is not text'],
    ['UTF-16', '\ufffd\ufffdi\u0000d\u0000,\u0000n\u0000\n\u00004\u0000', 'is not text'],
    ['NUL in a heading', 'id,not\u0000es\n1,2', 'is not text'],
    ['a lone surrogate in a heading', 'id,\ud800\n1,2', 'is not text'],
    ['two columns for one thing', 'id,Notes,Lane,Comment\n414,a,Yard,b', 'leave one: Notes, Comment'],
    ['two columns of car numbers', 'No,Car\n1,414', 'leave one: No, Car'],
    ['headings without end', `${'x'.repeat(500)},`.repeat(500), 'names no column of car numbers'],
  ])('%s', (_, text, detail) => {
    const parsed = parseRoster(text);
    expect(parsed).toMatchObject({ ok: false, code: 'bad-csv', detail: expect.stringContaining(detail) });
    expect(JSON.stringify(parsed).length).toBeLessThan(600);
  });

  test('B1 a file over the cap of rows', () => {
    const rows = (count: number) => `id\n${Array.from({ length: count }, (_, i) => `${i}\n`).join('')}`;
    expect(read(rows(CSV_ROWS_MAX)).rows).toHaveLength(CSV_ROWS_MAX);
    expect(parseRoster(rows(CSV_ROWS_MAX + 1))).toMatchObject({ ok: false, code: 'too-large' });
  });

  test('B1 a file over the cap of characters', () => {
    const text = `id\n${' '.repeat(CSV_BODY_BYTES_MAX)}`;
    expect(parseRoster(text)).toMatchObject({ ok: false, code: 'too-large' });
  });
});

describe('hostile files', () => {
  const size = 1_000_000;
  const fill = (head: string, part: string) =>
    head + part.repeat(Math.floor((size - head.length) / part.length));
  test.each([
    ['quotes that are never closed', fill('id,n\n', '1,"x\n')],
    ['quotes closed at the wrong place', fill('id,n\n', '1,"x"y\n')],
    ['quoted cells that chain to a broken end', `${fill('id,n\n1,"a', '\nx","a')}\n","x"y`],
    ['one line of quotes and spaces', `${fill('id,n\n1,"', 'x" ')}${' '.repeat(40_000)}`],
    ['doubled quotes', fill('id,n\n1,"', '""')],
    ['doubled quotes over lines', fill('id,n\n', '1,"""\n""')],
    ['separators', fill('id,n\n', ',')],
    ['blank lines', fill('id,n\n', '\n')],
    ['blank lines in quotes', fill('id,n\n', '"","\n"\n')],
    ['spaces', fill('id,n\n', ' ')],
    ['headings', fill('id', ',"n\nn"')],
  ])('a megabyte of %s is answered in linear time', (_, text) => {
    const start = performance.now();
    parseRoster(text);
    // Linear, it takes some 50 ms; with any of these quadratic it would be minutes.
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test('whatever is in a file, it is refused or read, and what is read the protocol takes', () => {
    const parts = [
      ...[
        'id',
        'car',
        'location',
        'status',
        'late',
        'empty',
        'notes',
        'Arrived',
        'Late',
        'yes',
        'no',
        '414',
        '128489',
      ],
      ...[
        ',',
        ';',
        '\t',
        '\n',
        '\r\n',
        '\r',
        '"',
        '""',
        "'",
        '=',
        ' ',
        'a',
        'é',
        '😀',
        '\u0000',
        '\ud800',
        '\u202e',
        '\ufeff',
      ],
    ];
    let readable = 0;
    for (let seed = 1; seed <= 3_000; seed++) {
      const next = random(seed);
      const head = pick(next, ['id,location,status,late,empty,notes\n', 'car;notes;status\r\n', '']);
      const text = head + Array.from({ length: integer(next, 0, 60) }, () => pick(next, parts)).join('');
      const parsed = parseRoster(text);
      if (!parsed.ok) continue;
      readable++;
      for (const row of parsed.rows)
        expect(check(carFields, row.fields), `seed ${seed}`).toMatchObject({ ok: true });
      expect(new Set(parsed.rows.map((row) => row.car)).size, `seed ${seed}`).toBe(parsed.rows.length);
      const breaks = text.match(/\r\n|\r|\n/g)?.length ?? 0;
      for (const { line } of [...parsed.rows, ...parsed.bad])
        expect(line, `seed ${seed}`).toBeLessThanOrEqual(breaks + 1);
    }
    expect(readable).toBeGreaterThan(1_000);
  });
});
