import { describe, expect, test } from 'vitest';
import { cutShort, isCleanLine, isCleanText, utf8Length } from '../../worker/protocol/text.ts';
import { integer, random } from '../support/random.ts';

describe('a text that may be stored and shown', () => {
  test.each([
    ['nothing', ''],
    ['words', 'Door sticks, use rear'],
    ['lines and tabs', 'a\nb\tc\n'],
    ['accents, joined and apart', 'é e\u0301 ß'],
    ['scripts', 'صندوق 箱 коробка नमस्ते'],
    ['joiners within a script', 'می\u200cخواهم'],
    ['emoji with joiners', '👩‍🔧 🏳️‍🌈 😀'],
    ['markup', '<img src=x onerror=alert(1)><script>alert(1)</script>'],
    ['SQL', "'; DROP TABLE car; --"],
    ['backslashes', '\\u0000 \\x00'],
  ])('%s', (_, text) => {
    expect(isCleanText(text)).toBe(true);
  });

  test.each([
    ['NUL', '\u0000'],
    ['bell', '\u0007'],
    ['backspace', '\u0008'],
    ['vertical tab', '\u000b'],
    ['form feed', '\u000c'],
    ['escape', '\u001b'],
    ['delete', '\u007f'],
    ['next line', '\u0085'],
    ['a C1 control', '\u009b'],
    ['zero width space', '\u200b'],
    ['left-to-right mark', '\u200e'],
    ['right-to-left mark', '\u200f'],
    ['embedding', '\u202a'],
    ['right-to-left override', '\u202e'],
    ['word joiner', '\u2060'],
    ['isolate', '\u2066'],
    ['end of isolate', '\u2069'],
    ['byte order mark', '\ufeff'],
    ['lone high surrogate', '\ud83d'],
    ['lone low surrogate', '\ude00'],
    ['surrogates the wrong way round', '\ude00\ud83d'],
  ])('not with %s', (_, char) => {
    for (const text of [char, `a${char}`, `${char}a`, `a${char}a`]) {
      expect(isCleanText(text)).toBe(false);
      expect(isCleanLine(text)).toBe(false);
    }
  });
});

describe('a line', () => {
  test.each(['Yard', 'On Site', '100', 'Muelle 4 – niño', '箱', 'a\u00a0b'])('%s', (text) => {
    expect(isCleanLine(text)).toBe(true);
  });

  test.each([
    ['is not blank', ''],
    ['is not a space', ' '],
    ['begins with no space', ' a'],
    ['ends with no space', 'a '],
    ['ends with no space of another kind', 'a\u00a0'],
    ['has no tab', 'a\tb'],
    ['has no line feed', 'a\nb'],
    ['has no carriage return', 'a\rb'],
    ['has no line separator', 'a\u2028b'],
    ['has no paragraph separator', 'a\u2029b'],
  ])('%s', (_, text) => {
    expect(isCleanLine(text)).toBe(false);
  });
});

describe('the length in bytes', () => {
  test.each([
    '',
    'a',
    'é',
    '箱',
    '😀',
    'a😀é箱',
    '\ud800',
    '\udc00',
    '\ud800a',
    '\ud800é',
    '\ud800\ud800\udc00',
    'a\ud83d',
  ])('of %j is what the encoder makes', (text) => {
    expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
  });

  test('of any text is what the encoder makes', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const next = random(seed);
      const unit = () => (next() < 0.4 ? integer(next, 0xd700, 0xe000) : integer(next, 0, 0xffff));
      const text = String.fromCharCode(...Array.from({ length: integer(next, 0, 50) }, unit));
      expect(utf8Length(text), `seed ${seed}`).toBe(new TextEncoder().encode(text).length);
    }
  });
});

describe('a value at fault', () => {
  test.each([
    ['Moon', 'Moon'],
    [' Moon \n', 'Moon'],
    ['a\u0000b\nc\u202ed\ud800', 'a\ufffdb\ufffdc\ufffdd\ufffd'],
    ['x'.repeat(40), 'x'.repeat(40)],
    ['x'.repeat(41), `${'x'.repeat(40)}…`],
    [`${'x'.repeat(39)}😀`, `${'x'.repeat(39)}\ufffd…`],
    ['', ''],
  ])('%j is shown as %j', (value, shown) => {
    expect(cutShort(value)).toBe(shown);
    expect(cutShort(value).isWellFormed()).toBe(true);
  });
});
