import { LONE, NO_CAR, NO_FLAG, NO_TEXT, NO_WHOLE, STRAY, UNCLEAN } from './values.ts';

/** What is wrong with an edit, and the edit as JSON. */
export type Fault = [what: string, json: string];

/** JSON of an object whose values are JSON already: some of it no writer of JSON would write. */
export function objectOf(parts: Record<string, string>): string {
  return `{${Object.entries(parts)
    .map(([key, value]) => `"${key}":${value}`)
    .join()}}`;
}

const quoted = (list: readonly [string, string][]): [string, string][] =>
  list.map(([what, text]) => [what, JSON.stringify(text)]);

const ENVELOPE = { id: '"edit-00001"', seq: '1', base: '0', at: '0' };
const SET = { type: '"set"', car: '"100"', fields: '{"late":true}', ...ENVELOPE };
const NOTE = { type: '"note"', car: '"100"', text: '"x"', ...ENVELOPE };
const IMPORT = { type: '"import"', rows: '[]', mode: '"merge"', ...ENVELOPE };
const UNDO = { type: '"undo"', version: '1', ...ENVELOPE };
const SETTLE = { type: '"settle"', item: '"item-00001"', choice: '"mine"', ...ENVELOPE };

/** The same edit with another value in one place, for each of the values. */
function each(edit: Record<string, string>, key: string, values: readonly [string, string][]): Fault[] {
  return values.map(([what, json]) => [`${edit.type}: ${key}: ${what}`, objectOf({ ...edit, [key]: json })]);
}

function fields(key: string, values: readonly [string, string][]): Fault[] {
  return values.map(([what, json]) => [
    `set ${key}: ${what}`,
    objectOf({ ...SET, fields: `{"${key}":${json}}` }),
  ]);
}

const ids: [string, string][] = quoted([
  ['7 characters', 'abcdefg'],
  ['65 characters', 'a'.repeat(65)],
  ['a path', '../../../etc/passwd'],
  ['a space', 'edit 00001'],
  ['a NUL', 'edit-0001\u0000'],
  ['a quote', "edit-1' OR 1=1"],
  ['an accent', 'édit-00001'],
]);

const longLine: [string, string][] = quoted([
  ['nothing', ''],
  ['a space in front', ' Yard'],
  ['a space behind', 'Yard '],
  ['a line break', 'Ya\nrd'],
  ['a tab', 'Ya\trd'],
  ['a line separator', 'Ya\u2028rd'],
  ['25 characters', 'x'.repeat(25)],
]);

/** Edits that are none: every one of them is refused where it is read. */
export const EDIT_FAULTS: readonly Fault[] = [
  ...each(SET, 'type', [
    ...quoted(
      [
        '',
        'SET',
        'set ',
        'delete',
        'hello',
        'shift.start',
        '__proto__',
        'constructor',
        'toString',
        'valueOf',
      ].map((type) => [type || 'nothing', type]),
    ),
    ...NO_TEXT,
  ]),
  ...each(SET, 'car', [...quoted(NO_CAR), ['nothing', '""'], ...NO_TEXT]),
  ...fields('location', [...quoted(UNCLEAN), ...LONE, ...longLine, ...NO_TEXT]),
  ...(['arrived', 'late', 'empty'] as const).flatMap((flag) => fields(flag, NO_FLAG)),
  ...fields('notes', [
    ...quoted(UNCLEAN),
    ...LONE,
    ['2,001 characters', `"${'x'.repeat(2_001)}"`],
    ...NO_TEXT,
  ]),
  ...STRAY.map(
    ([what, pair]): Fault => [
      `set: among the fields ${what}`,
      objectOf({ ...SET, fields: `{"late":true,${pair}}` }),
    ],
  ),
  ...each(SET, 'fields', [
    ['null', 'null'],
    ['a text', '"late"'],
    ['a list', '[]'],
    ['a list of pairs', '[["late",true]]'],
    ['nothing', '{}'],
    ['empty and not arrived', '{"empty":true,"arrived":false}'],
  ]),
  ...each(NOTE, 'text', [
    ...quoted(UNCLEAN),
    ...LONE,
    ['nothing', '""'],
    ['spaces', '"   "'],
    ['line breaks', '"\\n\\n"'],
    ['281 characters', `"${'x'.repeat(281)}"`],
    ...NO_TEXT,
  ]),
  ...each(IMPORT, 'rows', [
    ['null', 'null'],
    ['an object', '{}'],
    ['a text', '"100"'],
    ['a row that is a car number', '["100"]'],
    ['a row without fields', '[{"car":"100"}]'],
    ['a car twice', '[{"car":"a1","fields":{}},{"car":"A1","fields":{}}]'],
    ['a bad car number', '[{"car":"../1","fields":{}}]'],
    ['a stray field', '[{"car":"100","fields":{"role":"admin"}}]'],
    ['a prototype', '[{"car":"100","fields":{},"__proto__":{}}]'],
  ]),
  ...each(IMPORT, 'mode', [
    ...quoted([
      ['nothing', ''],
      ['another', 'append'],
      ['in capitals', 'MERGE'],
    ]),
    ...NO_TEXT,
  ]),
  ...each(UNDO, 'version', [['zero', '0'], ...NO_WHOLE]),
  ...each(SETTLE, 'item', [...ids, ...NO_TEXT]),
  ...each(SETTLE, 'choice', [
    ...quoted([
      ['nothing', ''],
      ['another', 'all'],
      ['a prototype', '__proto__'],
    ]),
    ...NO_TEXT,
  ]),
  ...each(SET, 'id', [...ids, ...NO_TEXT]),
  ...each(SET, 'seq', [['zero', '0'], ...NO_WHOLE]),
  ...each(SET, 'base', NO_WHOLE),
  ...each(SET, 'at', [['beyond every date', '8640000000000001'], ...NO_WHOLE]),
  ...each(SET, 'author', [
    ...quoted([
      ['nothing', ''],
      ['33 characters', 'a'.repeat(33)],
      ['a condition', "p1' OR '1'='1"],
      ['markup', '<b>'],
      ['a path', '../p1'],
    ]),
    ...NO_TEXT,
  ]),
  ...STRAY.map(
    ([what, pair]): Fault => [`set: beside its parts ${what}`, `${objectOf(SET).slice(0, -1)},${pair}}`],
  ),
  ...each(SET, 'device', [['another’s', '"device-of-another"']]),
  ...Object.keys(SET).map((key): Fault => {
    const { [key]: _, ...rest } = SET as Record<string, string>;
    return [`set without its ${key}`, objectOf(rest)];
  }),
  ['an edit that is null', 'null'],
  ['an edit that is a number', '1'],
  ['an edit that is a text', '"set"'],
  ['an edit that is a list', '["set","100"]'],
  ['an edit that is empty', '{}'],
];
