/** Texts that show something else than they are, or hide it. */
export const UNCLEAN: [what: string, text: string][] = [
  ['NUL', 'a\u0000b'],
  ['a bell', 'a\u0007b'],
  ['an escape sequence', 'a\u001b[31mb'],
  ['DEL', 'a\u007fb'],
  ['a control of Latin-1', 'a\u0085b'],
  ['a soft hyphen', 'a\u00adb'],
  ['right-to-left override', 'a\u202eb'],
  ['left-to-right override', 'a\u202db'],
  ['a right-to-left isolate', 'a\u2067b'],
  ['an Arabic letter mark', 'a\u061cb'],
  ['a zero-width space', 'a\u200bb'],
  ['a word joiner', 'a\u2060b'],
  ['a byte order mark', 'a\ufeffb'],
  ['an interlinear annotation', 'a\ufff9b'],
  ['a tag character', 'a\u{e0001}b'],
];

/** The same, as JSON can say it and UTF-8 cannot. */
export const LONE: [what: string, json: string][] = [
  ['a lone high surrogate', '"a\\ud800b"'],
  ['a lone low surrogate', '"a\\udc00b"'],
  ['surrogates the wrong way round', '"a\\udc00\\ud800b"'],
];

/** Texts that are no car numbers, whoever reads them. */
export const NO_CAR: [what: string, text: string][] = [
  ['a path up', '../1'],
  ['a path up, encoded', '..%2f1'],
  ['a Windows path', '..\\1'],
  ['an absolute path', '/etc/passwd'],
  ['a dot', '.'],
  ['two dots', '..'],
  ['a NUL at the end', '1\u0000'],
  ['a quote and a comment', "1'--"],
  ['a condition that is always true', "1' OR '1'='1"],
  ['a second statement', '1;DROP TABLE car'],
  ['a wildcard for any text', '%'],
  ['a wildcard for a character', '_1'],
  ['a star', '*'],
  ['markup', '<b>1</b>'],
  ['an image with a handler', '<img src=x onerror=alert(1)>'],
  ['an address that runs a script', 'javascript:alert(1)'],
  ['a formula', '=1+1'],
  ['a command of a spreadsheet', '@SUM(1)'],
  ['a template', '{{1}}'],
  ['a prototype', '__proto__'],
  ['a dash in front', '-1'],
  ['a dash behind', '1-'],
  ['a space within', '1 2'],
  ['a line break within', '1\n2'],
  ['a decimal', '1.5'],
  ['17 characters', '12345678901234567'],
  ['a letter that is none in capitals', 'ß'],
  ['a long s', 'ſ1'],
  ['full-width digits', '１２８'],
  ['Arabic digits', '١٢'],
  ['an accent', 'É1'],
  ['a circled digit', '①'],
  ['an emoji', '🚚'],
  ['a zero-width space within', '1\u200b2'],
  ['an override in front', '\u202e21'],
];

/** JSON that is no text. */
export const NO_TEXT: [what: string, json: string][] = [
  ['null', 'null'],
  ['a number', '1'],
  ['true', 'true'],
  ['a list', '["a"]'],
  ['an object', '{"a":1}'],
];

/** JSON that is neither true nor false, however much it looks it. */
export const NO_FLAG: [what: string, json: string][] = [
  ['null', 'null'],
  ['one', '1'],
  ['zero', '0'],
  ['the word true', '"true"'],
  ['an empty text', '""'],
  ['a list', '[]'],
  ['an object', '{}'],
];

/** JSON that is no whole number from zero up that every reader reads alike. */
export const NO_WHOLE: [what: string, json: string][] = [
  ['null', 'null'],
  ['a text', '"1"'],
  ['true', 'true'],
  ['a list', '[1]'],
  ['minus one', '-1'],
  ['minus zero', '-0'],
  ['a half', '0.5'],
  ['2^53', '9007199254740992'],
  ['2^53 + 1', '9007199254740993'],
  ['more than a double holds', '1e999'],
  ['a very small number', '1e-7'],
];

/** Texts that no JSON parser takes for anything, or that are no object. */
export const NO_OBJECT: [what: string, text: string | Uint8Array][] = [
  ['nothing', ''],
  ['a space', ' '],
  ['null', 'null'],
  ['true', 'true'],
  ['a number', '1'],
  ['a text', '"hello"'],
  ['an empty list', '[]'],
  ['a list of nothing', '[null]'],
  ['an opening brace', '{'],
  ['cut within a key', '{"ty'],
  ['cut within a value', '{"type":"pu'],
  ['two values', '{}{}'],
  ['a comma too many', '{"type":"push",}'],
  ['single quotes', "{'type':'push'}"],
  ['a key without quotes', '{type:"push"}'],
  ['a comment', '{"type":/**/"push"}'],
  ['NaN', 'NaN'],
  ['Infinity', 'Infinity'],
  ['undefined', 'undefined'],
  ['a hexadecimal number', '0x10'],
  ['a number with a zero in front', '01'],
  ['a line break within a text', '"a\nb"'],
  ['a NUL', '\u0000'],
  ['markup', '<html></html>'],
  ['XML with an entity', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ['a query', 'type=push&edits='],
  ['10,000 levels of lists', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
  ['10,000 levels of objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['10,000 levels that never end', '['.repeat(10_000)],
];

/** Bytes that are no UTF-8. */
export const NO_UTF8: [what: string, bytes: Uint8Array][] = [
  ['a byte that is never used', Uint8Array.of(0x7b, 0xff, 0x7d)],
  ['a slash in two bytes', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
  ['half a character', Uint8Array.of(0x22, 0xe2, 0x82, 0x22)],
  ['a surrogate in three bytes', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
  ['a character beyond Unicode', Uint8Array.of(0x22, 0xf4, 0x90, 0x80, 0x80, 0x22)],
  ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00)],
];

/** Fields that nobody sets, each as the rest of an object. */
export const STRAY: [what: string, json: string][] = [
  ['a role', '"role":"admin"'],
  ['another person', '"updatedBy":"p1"'],
  ['a person', '"person":"p1"'],
  ['a site', '"site":"site-2"'],
  ['a version', '"version":9'],
  ['a time', '"updatedAt":0'],
  ['when it arrived', '"arrivedAt":0'],
  ['that it is removed', '"removed":true'],
  ['a session', '"session":"x"'],
  ['a prototype', '"__proto__":{"role":"admin"}'],
  ['a constructor', '"constructor":{"prototype":{"role":"admin"}}'],
  ['toString', '"toString":1'],
  ['hasOwnProperty', '"hasOwnProperty":1'],
  ['an operator', '"$ne":null'],
  ['an empty name', '"":1'],
  ['a field in another case', '"LATE":true'],
  ['a field with a space', '"late ":true'],
];
