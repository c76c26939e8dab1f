import { describe, expect, test } from 'vitest';
import type { Edit, EditType } from '../../worker/protocol/edit.ts';
import { EDITS_PER_FRAME_MAX } from '../../worker/protocol/limits.ts';
import type { UpMessage } from '../../worker/protocol/messages.ts';
import { parseJson, parseSync, parseUp } from '../../worker/protocol/parse-up.ts';
import { random } from '../support/random.ts';

const ENVELOPE = { id: 'k3v-0000_A', seq: 12, base: 4810, at: 1_763_650_000_123 };

/** One edit of each type: a new type without an example here does not compile. */
const EDITS: { [T in EditType]: Edit & { type: T } } = {
  set: { type: 'set', car: '128489', fields: { arrived: true }, ...ENVELOPE },
  note: { type: 'note', car: '128489', text: 'Door sticks', ...ENVELOPE },
  add: { type: 'add', car: '128489', fields: { location: '300', late: true }, ...ENVELOPE },
  remove: { type: 'remove', car: '128489', ...ENVELOPE },
  restore: { type: 'restore', car: '128489', fields: { empty: true }, ...ENVELOPE },
  import: { type: 'import', rows: [{ car: '128489', fields: { notes: 'a' } }], mode: 'merge', ...ENVELOPE },
  undo: { type: 'undo', version: 4800, ...ENVELOPE },
  settle: { type: 'settle', item: 'k3v-0000_B', choice: 'theirs', ...ENVELOPE },
};

/** One frame of each type. */
const FRAMES: { [T in UpMessage['type']]: UpMessage & { type: T } } = {
  hello: { type: 'hello', protocol: 1, device: 'device-1', epoch: 'e0001', version: 4810 },
  push: { type: 'push', edits: [EDITS.set] },
  seen: { type: 'seen', version: 4810, seq: 12 },
  where: { type: 'where', car: '128489' },
  ack: { type: 'ack', version: 4810 },
  attention: { type: 'attention', items: [{ author: 'p7', edit: EDITS.set, code: 'other-epoch' }] },
};

const hello = (changes: object) => JSON.stringify({ ...FRAMES.hello, ...changes });
const seen = (changes: object) => JSON.stringify({ ...FRAMES.seen, ...changes });
const where = (car: unknown) => JSON.stringify({ type: 'where', car });
const push = (...edits: unknown[]) => JSON.stringify({ type: 'push', edits });
const edit = (type: EditType, changes: object) => push({ ...EDITS[type], ...changes });
const set = (changes: object) => edit('set', changes);
const fields = (values: unknown) => set({ fields: values });
/** A frame whose text JSON.stringify would not write: a part of it is replaced. */
const raw = (frame: string, part: string, by: string) => {
  expect(frame).toContain(part);
  return frame.replace(part, by);
};
const without = (frame: object, key: string) => JSON.stringify({ ...frame, [key]: undefined });

describe('frames that are taken', () => {
  const accepted: [string, string, unknown][] = [
    ...Object.values(FRAMES).map((frame): [string, string, unknown] => [
      `a ${frame.type}`,
      JSON.stringify(frame),
      frame,
    ]),
    ...Object.values(EDITS).map((one): [string, string, unknown] => [
      `a ${one.type}`,
      push(one),
      { type: 'push', edits: [one] },
    ]),
    [
      'a device that has nothing yet',
      hello({ epoch: null, version: 0 }),
      { ...FRAMES.hello, epoch: null, version: 0 },
    ],
    [
      'a device that takes less',
      hello({ topics: ['cars', 'people'] }),
      { ...FRAMES.hello, topics: ['cars', 'people'] },
    ],
    [
      'a protocol nobody speaks, to be refused politely',
      hello({ protocol: 99 }),
      { ...FRAMES.hello, protocol: 99 },
    ],
    ['no car open', where(null), { type: 'where', car: null }],
    ['no edits', push(), { type: 'push', edits: [] }],
    ['an author', set({ author: 'p7' }), { type: 'push', edits: [{ ...EDITS.set, author: 'p7' }] }],
    [
      'an add without fields',
      without2('add'),
      { type: 'push', edits: [{ type: 'add', car: '128489', ...ENVELOPE }] },
    ],
    [
      'a car in small letters',
      set({ car: ' p15360 ' }),
      { type: 'push', edits: [{ ...EDITS.set, car: 'P15360' }] },
    ],
    [
      'a car named like a method',
      set({ car: 'toString' }),
      { type: 'push', edits: [{ ...EDITS.set, car: 'TOSTRING' }] },
    ],
    ['a car named like a property', where('constructor'), { type: 'where', car: 'CONSTRUCTOR' }],
    ['white space round a frame', ` \n${push()}\t`, { type: 'push', edits: [] }],
    [
      'a note that looks like markup',
      edit('note', { text: '<img src=x onerror=alert(1)>' }),
      pushed('note', { text: '<img src=x onerror=alert(1)>' }),
    ],
    [
      'a note that looks like SQL',
      edit('note', { text: "'; DROP TABLE car; --" }),
      pushed('note', { text: "'; DROP TABLE car; --" }),
    ],
    [
      'a note that looks like a formula',
      edit('note', { text: '=HYPERLINK("x")' }),
      pushed('note', { text: '=HYPERLINK("x")' }),
    ],
    [
      'a note of several lines, with emoji',
      edit('note', { text: 'a\n\tb 👩‍🔧' }),
      pushed('note', { text: 'a\n\tb 👩‍🔧' }),
    ],
    ['a note of 280', edit('note', { text: 'n'.repeat(280) }), pushed('note', { text: 'n'.repeat(280) })],
    [
      'notes of 2,000',
      fields({ notes: 'n'.repeat(2_000) }),
      pushed('set', { fields: { notes: 'n'.repeat(2_000) } }),
    ],
    ['a time in 1970', set({ at: 0 }), pushed('set', { at: 0 })],
    ['a time in 2099', set({ at: 4_070_908_800_000 }), pushed('set', { at: 4_070_908_800_000 })],
    [
      'a version from the future, which the hub judges',
      set({ base: 2 ** 53 - 1 }),
      pushed('set', { base: 2 ** 53 - 1 }),
    ],
    ['a seq that jumps, which the hub judges', set({ seq: 900 }), pushed('set', { seq: 900 })],
    ['a number written with an exponent', raw(set({}), '"seq":12', '"seq":12e0'), pushed('set', {})],
    [
      'a key that stands twice: the last counts, as in JSON',
      raw(set({}), '"seq":12', '"seq":0,"seq":12'),
      pushed('set', {}),
    ],
    [
      'as many edits as a frame takes',
      push(...Array.from({ length: EDITS_PER_FRAME_MAX }, () => EDITS.set)),
      { type: 'push', edits: Array.from({ length: EDITS_PER_FRAME_MAX }, () => EDITS.set) },
    ],
  ];

  function pushed(type: EditType, changes: object) {
    return { type: 'push', edits: [{ ...EDITS[type], ...changes }] };
  }
  function without2(type: EditType) {
    return push({ ...EDITS[type], fields: undefined });
  }

  test.each(accepted)('%s', (_, frame, value) => {
    expect(parseUp(frame)).toEqual({ ok: true, value });
  });

  test('what is not given has no key', () => {
    const parsed = parseUp(push({ type: 'add', car: '1', ...ENVELOPE }));
    if (!parsed.ok || parsed.value.type !== 'push') throw new Error('not taken');
    expect(Object.keys(parsed.value.edits[0]!).toSorted()).toEqual([
      'at',
      'base',
      'car',
      'id',
      'seq',
      'type',
    ]);
  });
});

describe('frames that are refused, with the first value at fault', () => {
  const NONE = undefined;
  const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  const refused: [string, string, string | undefined][] = [
    // Not JSON.
    ['nothing', '', NONE],
    ['a space', ' ', NONE],
    ['ping in capitals', 'PING', NONE],
    ['ping with a space', 'ping ', NONE],
    ['ping with a line break', 'ping\n', NONE],
    ['ping twice', 'pingping', NONE],
    ['pong', 'pong', NONE],
    ['cut short', push(EDITS.set).slice(0, -1), NONE],
    ['cut shorter', '{"type":"push"', NONE],
    ['two frames in one', `${push()}${push()}`, NONE],
    ['a comma at the end', '{"type":"push","edits":[],}', NONE],
    ['single quotes', "{'type':'push','edits':[]}", NONE],
    ['a comment', '{"type":"push",/**/"edits":[]}', NONE],
    ['NaN', raw(set({}), '"seq":12', '"seq":NaN'), NONE],
    ['Infinity', raw(set({}), '"seq":12', '"seq":Infinity'), NONE],
    ['a number with a leading zero', raw(set({}), '"seq":12', '"seq":012'), NONE],
    ['a hexadecimal number', raw(set({}), '"seq":12', '"seq":0xC'), NONE],
    ['a line break in a text', raw(edit('note', { text: 'a b' }), 'a b', 'a\nb'), NONE],
    ['NUL bytes', '\u0000\u0000\u0000\u0000', NONE],
    ['binary', '\ufffd\u0001\u0002\ufffd', NONE],
    ['a byte order mark', `\ufeff${push()}`, NONE],
    ['a page', '<!doctype html>', NONE],
    ['10,000 deep and open', '['.repeat(10_000), NONE],
    ['10,000 objects deep and open', '{"a":'.repeat(10_000), NONE],
    // JSON, but no message.
    ['null', 'null', 'type'],
    ['true', 'true', 'type'],
    ['a number', '7', 'type'],
    ['1e999', '1e999', 'type'],
    ['a text', '"push"', 'type'],
    ['ping as JSON', '"ping"', 'type'],
    ['a list', '[]', 'type'],
    ['a list of messages', `[${push()}]`, 'type'],
    ['10,000 deep', deep(10_000), 'type'],
    ['an object with nothing in it', '{}', 'type'],
    ['no type', '{"edits":[]}', 'type'],
    ['an unknown type', '{"type":"pull"}', 'type'],
    ['a type in capitals', '{"type":"Push","edits":[]}', 'type'],
    ['a type with a space', '{"type":"push ","edits":[]}', 'type'],
    ['no text for a type', '{"type":"","edits":[]}', 'type'],
    ['null for a type', '{"type":null}', 'type'],
    ['a number for a type', '{"type":1}', 'type'],
    ['a list for a type', '{"type":["push"],"edits":[]}', 'type'],
    ['a type that objects have', '{"type":"constructor"}', 'type'],
    ['another type that objects have', '{"type":"toString"}', 'type'],
    ['the type of a prototype', '{"type":"__proto__"}', 'type'],
    ['a type in the prototype', '{"__proto__":{"type":"push","edits":[]}}', 'type'],
    ['a message of the hub', '{"type":"welcome","protocol":1}', 'type'],
    // Hello.
    ['a hello with nothing in it', '{"type":"hello"}', 'protocol'],
    ['a protocol in a text', hello({ protocol: '1' }), 'protocol'],
    ['a protocol of 1.5', hello({ protocol: 1.5 }), 'protocol'],
    ['a protocol of 1e999', raw(hello({}), '"protocol":1', '"protocol":1e999'), 'protocol'],
    ['no device', without(FRAMES.hello, 'device'), 'device'],
    ['a device of 7', hello({ device: 'device1' }), 'device'],
    ['a device of 65', hello({ device: 'd'.repeat(65) }), 'device'],
    ['a device of a megabyte', hello({ device: 'd'.repeat(1_000_000) }), 'device'],
    ['a device with a slash', hello({ device: 'device/../1' }), 'device'],
    ['a device with a line break at its end', hello({ device: 'device-1\n' }), 'device'],
    ['a device of another script', hello({ device: 'dеvice-01' }), 'device'],
    ['a number for a device', hello({ device: 12_345_678 }), 'device'],
    ['no epoch', without(FRAMES.hello, 'epoch'), 'epoch'],
    ['no text for an epoch', hello({ epoch: '' }), 'epoch'],
    ['an epoch of SQL', hello({ epoch: "e' OR 1=1 --" }), 'epoch'],
    ['no version', without(FRAMES.hello, 'version'), 'version'],
    ['a version below zero', hello({ version: -1 }), 'version'],
    ['a version of -0', raw(hello({}), '"version":4810', '"version":-0'), 'version'],
    ['a version of 0.5', hello({ version: 0.5 }), 'version'],
    ['a version of 2^53 + 1', raw(hello({}), '"version":4810', '"version":9007199254740993'), 'version'],
    ['a version of 2^53', hello({ version: 2 ** 53 }), 'version'],
    ['a version in a text', hello({ version: '4810' }), 'version'],
    ['null for a version', hello({ version: null }), 'version'],
    ['an unknown topic', hello({ topics: ['cars', 'money'] }), 'topics.1'],
    ['more topics than there are', hello({ topics: ['cars', 'cars', 'cars', 'cars'] }), 'topics'],
    ['a text for topics', hello({ topics: 'cars' }), 'topics'],
    ['a role in a hello', hello({ role: 'admin' }), 'role'],
    ['a site in a hello', hello({ site: 's2' }), 'site'],
    ['a person in a hello', hello({ person: 'p1' }), 'person'],
    // Seen and where.
    ['a seen with nothing in it', '{"type":"seen"}', 'version'],
    ['a seen without seq', without(FRAMES.seen, 'seq'), 'seq'],
    ['a seen with a seq below zero', seen({ seq: -1 }), 'seq'],
    ['a seen with 1e999', raw(seen({}), '"seq":12', '"seq":1e999'), 'seq'],
    ['a seen with more', seen({ device: 'device-2' }), 'device'],
    ['a where with nothing in it', '{"type":"where"}', 'car'],
    ['a where of no car number', where('../../etc'), 'car'],
    ['a where of a number', where(128489), 'car'],
    ['a where of the prototype', where('__proto__'), 'car'],
    ['a where with more', JSON.stringify({ ...FRAMES.where, person: 'p2' }), 'person'],
    // Push.
    ['a push without edits', '{"type":"push"}', 'edits'],
    ['null for edits', '{"type":"push","edits":null}', 'edits'],
    ['one edit where a list is due', JSON.stringify({ type: 'push', edits: EDITS.set }), 'edits'],
    ['what looks like a list', '{"type":"push","edits":{"length":0}}', 'edits'],
    ['null for an edit', push(null), 'edits.0'],
    ['a text for an edit', push('set'), 'edits.0'],
    ['a list for an edit', push([]), 'edits.0.type'],
    ['10,000 deep in edits', raw(push(), '"edits":[]', `"edits":${deep(10_000)}`), 'edits.0.type'],
    ['10,000 edits', push(...Array.from({ length: 10_000 }, () => EDITS.set)), 'edits'],
    [
      'one edit more than a frame takes',
      push(...Array.from({ length: EDITS_PER_FRAME_MAX + 1 }, () => EDITS.set)),
      'edits',
    ],
    ['a push with more', JSON.stringify({ ...FRAMES.push, device: 'device-2' }), 'device'],
    ['a site in a push', JSON.stringify({ ...FRAMES.push, site: 's2' }), 'site'],
    ['a prototype in a push', raw(push(), '"edits"', '"__proto__":{"role":"admin"},"edits"'), '__proto__'],
    ['the second of two edits at fault', push(EDITS.set, { ...EDITS.note, text: '' }), 'edits.1.text'],
    // The envelope of an edit.
    ['an edit without a type', push({ ...EDITS.set, type: undefined }), 'edits.0.type'],
    ['an edit of an unknown type', push({ ...EDITS.set, type: 'toggle' }), 'edits.0.type'],
    ['an edit of a type that objects have', push({ ...EDITS.set, type: '__proto__' }), 'edits.0.type'],
    ['an edit that only the hub makes', push({ ...EDITS.set, type: 'shift.start' }), 'edits.0.type'],
    ['seq 0', set({ seq: 0 }), 'edits.0.seq'],
    ['seq -0', raw(set({}), '"seq":12', '"seq":-0'), 'edits.0.seq'],
    ['seq -1', set({ seq: -1 }), 'edits.0.seq'],
    ['seq 1.5', set({ seq: 1.5 }), 'edits.0.seq'],
    ['seq 1e999', raw(set({}), '"seq":12', '"seq":1e999'), 'edits.0.seq'],
    ['seq 2^53 + 1', raw(set({}), '"seq":12', '"seq":9007199254740993'), 'edits.0.seq'],
    ['seq in a text', set({ seq: '12' }), 'edits.0.seq'],
    ['seq in a list', set({ seq: [12] }), 'edits.0.seq'],
    ['seq true', set({ seq: true }), 'edits.0.seq'],
    ['no seq', set({ seq: undefined }), 'edits.0.seq'],
    ['no id', set({ id: undefined }), 'edits.0.id'],
    ['an id of 7', set({ id: 'k3v0000' }), 'edits.0.id'],
    ['an id of 65', set({ id: 'k'.repeat(65) }), 'edits.0.id'],
    ['an id with a space', set({ id: 'k3v 00000' }), 'edits.0.id'],
    ['an id with a wildcard', set({ id: 'k3v%00000' }), 'edits.0.id'],
    ['a number for an id', set({ id: 123_456_789 }), 'edits.0.id'],
    ['no base', set({ base: undefined }), 'edits.0.base'],
    ['a base below zero', set({ base: -1 }), 'edits.0.base'],
    ['null for a base', set({ base: null }), 'edits.0.base'],
    ['no time', set({ at: undefined }), 'edits.0.at'],
    ['a time before 1970', set({ at: -1 }), 'edits.0.at'],
    ['a time of half a millisecond', set({ at: 0.5 }), 'edits.0.at'],
    ['a time after the last day that there is', set({ at: 8.64e15 + 1 }), 'edits.0.at'],
    ['a time in words', set({ at: '2026-11-20T00:00:00Z' }), 'edits.0.at'],
    ['an author of no person', set({ author: 'p7 OR 1=1' }), 'edits.0.author'],
    ['no text for an author', set({ author: '' }), 'edits.0.author'],
    ['null for an author', set({ author: null }), 'edits.0.author'],
    ['a device in an edit', set({ device: 'device-2' }), 'edits.0.device'],
    ['a role in an edit', set({ role: 'admin' }), 'edits.0.role'],
    ['a version in an edit that has none', set({ version: 9 }), 'edits.0.version'],
    [
      'a prototype in an edit',
      raw(set({}), '"seq"', '"__proto__":{"author":"p1"},"seq"'),
      'edits.0.__proto__',
    ],
    ['a constructor in an edit', set({ constructor: { prototype: {} } }), 'edits.0.constructor'],
    // The car of an edit.
    ['no car', set({ car: undefined }), 'edits.0.car'],
    ['null for a car', set({ car: null }), 'edits.0.car'],
    ['a number for a car', set({ car: 128489 }), 'edits.0.car'],
    ['a list for a car', set({ car: ['128489'] }), 'edits.0.car'],
    ['no text for a car', set({ car: '' }), 'edits.0.car'],
    ['a car of 17', set({ car: '1'.repeat(17) }), 'edits.0.car'],
    ['a car of a megabyte', set({ car: '1'.repeat(1_000_000) }), 'edits.0.car'],
    ['a path for a car', set({ car: '../../128489' }), 'edits.0.car'],
    ['a path in disguise', set({ car: '%2e%2e%2f1' }), 'edits.0.car'],
    ['SQL for a car', set({ car: "1' OR '1'='1" }), 'edits.0.car'],
    ['a wildcard for a car', set({ car: '%' }), 'edits.0.car'],
    ['a prototype for a car', set({ car: '__proto__' }), 'edits.0.car'],
    ['a car with NUL', set({ car: '414\u0000' }), 'edits.0.car'],
    ['a car turned round', set({ car: '\u202e414' }), 'edits.0.car'],
    ['a car with nothing between', set({ car: '4\u200b14' }), 'edits.0.car'],
    ['a car of other digits', set({ car: '４１４' }), 'edits.0.car'],
    ['a car that upper case would change', set({ car: 'ß1' }), 'edits.0.car'],
    ['a car with a lone surrogate', raw(set({}), '128489', '\\ud800'), 'edits.0.car'],
    // The fields of a set.
    ['no fields', set({ fields: undefined }), 'edits.0.fields'],
    ['null for fields', fields(null), 'edits.0.fields'],
    ['a list for fields', fields([]), 'edits.0.fields'],
    ['a text for fields', fields('arrived'), 'edits.0.fields'],
    ['nothing to set', fields({}), 'edits.0.fields'],
    ['an empty car that has not arrived', fields({ arrived: false, empty: true }), 'edits.0.fields'],
    ['a field nobody knows', fields({ arrived: true, colour: 'red' }), 'edits.0.fields.colour'],
    ['a field that the hub stamps', fields({ arrivedAt: 0 }), 'edits.0.fields.arrivedAt'],
    ['a removal in disguise', fields({ removed: true }), 'edits.0.fields.removed'],
    ['another id', fields({ id: '415' }), 'edits.0.fields.id'],
    [
      'a prototype for fields',
      raw(set({}), '"fields":{', '"fields":{"__proto__":{"empty":true},'),
      'edits.0.fields.__proto__',
    ],
    ['a method for a field', fields({ toString: true }), 'edits.0.fields.toString'],
    ['a text for a flag', fields({ arrived: 'true' }), 'edits.0.fields.arrived'],
    ['a number for a flag', fields({ late: 1 }), 'edits.0.fields.late'],
    ['null for a flag', fields({ empty: null }), 'edits.0.fields.empty'],
    ['null for a location', fields({ location: null }), 'edits.0.fields.location'],
    ['no text for a location', fields({ location: '' }), 'edits.0.fields.location'],
    ['spaces round a location', fields({ location: ' Yard' }), 'edits.0.fields.location'],
    ['a location of 25', fields({ location: 'L'.repeat(25) }), 'edits.0.fields.location'],
    ['a location of two lines', fields({ location: 'Yard\nShop' }), 'edits.0.fields.location'],
    [
      'a location of two lines in disguise',
      fields({ location: 'Yard\u2028Shop' }),
      'edits.0.fields.location',
    ],
    ['a location turned round', fields({ location: '\u202eYard' }), 'edits.0.fields.location'],
    ['notes of 2,001', fields({ notes: 'n'.repeat(2_001) }), 'edits.0.fields.notes'],
    ['notes of a megabyte', fields({ notes: 'n'.repeat(1_000_000) }), 'edits.0.fields.notes'],
    ['notes with NUL', fields({ notes: 'a\u0000b' }), 'edits.0.fields.notes'],
    ['notes with a lone surrogate', raw(fields({ notes: 'XX' }), 'XX', '\\udc00'), 'edits.0.fields.notes'],
    ['notes turned round', fields({ notes: 'a\u202eb' }), 'edits.0.fields.notes'],
    ['an escape in notes', fields({ notes: '\u001b[31m' }), 'edits.0.fields.notes'],
    ['a list for notes', fields({ notes: ['a'] }), 'edits.0.fields.notes'],
    // The other edits.
    ['a note without text', edit('note', { text: undefined }), 'edits.0.text'],
    ['a note of nothing', edit('note', { text: '' }), 'edits.0.text'],
    ['a note of spaces', edit('note', { text: ' \n\t' }), 'edits.0.text'],
    ['a note of 281', edit('note', { text: 'n'.repeat(281) }), 'edits.0.text'],
    ['a note of a megabyte', edit('note', { text: 'n'.repeat(1_048_576) }), 'edits.0.text'],
    ['a note turned round', edit('note', { text: '\u2066a' }), 'edits.0.text'],
    ['a note with nothing to see', edit('note', { text: 'a\u200b' }), 'edits.0.text'],
    ['a note with NUL', edit('note', { text: '\u0000' }), 'edits.0.text'],
    ['a note with a lone surrogate', raw(edit('note', { text: 'XX' }), 'XX', '\\ud83d'), 'edits.0.text'],
    ['a note that sets fields too', edit('note', { fields: { late: true } }), 'edits.0.fields'],
    ['an add with a list for fields', edit('add', { fields: [] }), 'edits.0.fields'],
    ['an add with null for fields', edit('add', { fields: null }), 'edits.0.fields'],
    ['an add with a stamp', edit('add', { fields: { updatedBy: 'p1' } }), 'edits.0.fields.updatedBy'],
    ['a removal with fields', edit('remove', { fields: { late: true } }), 'edits.0.fields'],
    [
      'a restore that contradicts itself',
      edit('restore', { fields: { empty: true, arrived: false } }),
      'edits.0.fields',
    ],
    ['an import without rows', edit('import', { rows: undefined }), 'edits.0.rows'],
    [
      'an import of one row where a list is due',
      edit('import', { rows: { car: '1', fields: {} } }),
      'edits.0.rows',
    ],
    ['an import of a row without fields', edit('import', { rows: [{ car: '1' }] }), 'edits.0.rows.0.fields'],
    [
      'an import of a list for fields',
      edit('import', { rows: [{ car: '1', fields: [] }] }),
      'edits.0.rows.0.fields',
    ],
    [
      'an import of a bad car',
      edit('import', {
        rows: [
          { car: '1', fields: {} },
          { car: '/', fields: {} },
        ],
      }),
      'edits.0.rows.1.car',
    ],
    [
      'an import of a car twice',
      edit('import', {
        rows: [
          { car: 'a1', fields: {} },
          { car: 'A1', fields: {} },
        ],
      }),
      'edits.0.rows',
    ],
    [
      'an import of a row with a line',
      edit('import', { rows: [{ line: 2, car: '1', fields: {} }] }),
      'edits.0.rows.0.line',
    ],
    [
      'an import of 5,001',
      edit('import', { rows: Array.from({ length: 5_001 }, (_, i) => ({ car: `${i}`, fields: {} })) }),
      'edits.0.rows',
    ],
    ['an import without a mode', edit('import', { mode: undefined }), 'edits.0.mode'],
    ['an import of an unknown mode', edit('import', { mode: 'erase' }), 'edits.0.mode'],
    ['an undo of no version', edit('undo', { version: undefined }), 'edits.0.version'],
    ['an undo of version 0', edit('undo', { version: 0 }), 'edits.0.version'],
    ['an undo of half a version', edit('undo', { version: 1.5 }), 'edits.0.version'],
    ['an undo of a car', edit('undo', { car: '1' }), 'edits.0.car'],
  ];

  test.each(refused)('%s', (_, frame, field) => {
    const parsed = parseUp(frame);
    expect(parsed).toMatchObject({ ok: false, code: 'bad-frame', detail: expect.any(String) });
    expect('field' in parsed ? parsed.field : undefined).toBe(field);
    // What was sent does not come back in whole.
    expect(JSON.stringify(parsed).length).toBeLessThan(600);
  });

  test('there are enough of them, and none twice', () => {
    expect(refused.length).toBeGreaterThanOrEqual(120);
    expect(new Set(refused.map(([what]) => what)).size).toBe(refused.length);
    expect(new Set(refused.map(([, frame]) => frame)).size).toBe(refused.length);
  });

  test('nothing that was parsed has left a trace on objects', () => {
    const plain: Record<string, unknown> = {};
    for (const key of ['type', 'role', 'author', 'empty', 'edits']) expect(plain[key]).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('frames nobody thought of', () => {
  test('are taken or refused as bad frames, and never throw', () => {
    const good = [
      ...Object.values(FRAMES).map((frame) => JSON.stringify(frame)),
      ...Object.values(EDITS).map((one) => push(one)),
    ];
    const parts = [
      '"',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      'null',
      '-',
      '0',
      '1e999',
      '\\u0000',
      '\\ud800',
      '"__proto__":1,',
      'é',
      ' ',
      '9',
    ];
    let taken = 0;
    for (let seed = 1; seed <= 20_000; seed++) {
      const next = random(seed);
      let frame = good[Math.floor(next() * good.length)]!;
      for (let i = 0; i <= next() * 2; i++) {
        const at = Math.floor(next() * frame.length);
        const part = parts[Math.floor(next() * parts.length)]!;
        frame = frame.slice(0, at) + part + frame.slice(at + Math.floor(next() * 3));
      }
      const parsed = parseUp(frame);
      if (parsed.ok) taken++;
      else expect(parsed.code, frame).toBe('bad-frame');
    }
    expect(taken).toBeGreaterThan(100);
  });
});

describe('an exchange over HTTP', () => {
  const request = { device: 'device-1', epoch: 'e0001', version: 7, edits: [EDITS.set, EDITS.note] };

  test.each([
    ['whole', request],
    ['of a device that has nothing', { device: 'device-1', epoch: null, version: 0, edits: [] }],
    ['with what it has seen', { ...request, seen: 11 }],
  ])('%s', (_, body) => {
    expect(parseSync(body)).toEqual({ ok: true, value: body });
  });

  test.each<[string, unknown, string | undefined]>([
    ['null', null, undefined],
    ['a text', 'sync', undefined],
    ['a list', [], 'device'],
    ['nothing in it', {}, 'device'],
    ['no edits', { ...request, edits: undefined }, 'edits'],
    ['an edit at fault', { ...request, edits: [EDITS.set, { ...EDITS.note, seq: 0 }] }, 'edits.1.seq'],
    [
      'too many edits',
      { ...request, edits: Array.from({ length: EDITS_PER_FRAME_MAX + 1 }, () => EDITS.set) },
      'edits',
    ],
    [
      'another device for an edit',
      { ...request, edits: [{ ...EDITS.set, device: 'device-2' }] },
      'edits.0.device',
    ],
    ['a seen below zero', { ...request, seen: -1 }, 'seen'],
    ['a role', { ...request, role: 'admin' }, 'role'],
    ['a site', { ...request, site: 's2' }, 'site'],
    ['a version below zero', { ...request, version: -1 }, 'version'],
    ['a bad epoch', { ...request, epoch: 'e/1' }, 'epoch'],
  ])('is invalid with %s', (_, body, field) => {
    const parsed = parseSync(body);
    expect(parsed).toMatchObject({ ok: false, code: 'invalid', detail: expect.any(String) });
    expect('field' in parsed ? parsed.field : undefined).toBe(field);
  });
});

describe('JSON', () => {
  test('is read, or refused as bad JSON', () => {
    expect(parseJson('{"a":[1]}')).toEqual({ ok: true, value: { a: [1] } });
    for (const text of ['', '{', 'undefined', '['.repeat(100_000)]) {
      expect(parseJson(text)).toEqual({ ok: false, code: 'bad-json' });
    }
  });
});
