import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Every regular expression written in the sources of both sides, with the file it stands in. */
function expressions(): { file: string; source: string; flags: string }[] {
  return ['worker', 'app']
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith(join('worker', 'local')))
    .flatMap((file) => {
      const code = readFileSync(file, 'utf8').replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '');
      const literal =
        /(?<=(?:[(=,:!?&|]|=>|return)\s*)\/((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])*)\/([a-z]*)(?=\s*[.,;):\]])/g;
      return [...code.matchAll(literal)].map(([, source = '', flags = '']) => ({ file, source, flags }));
    });
}

const LENGTH = 50_000;
const HOSTILE: Record<string, string> = Object.fromEntries(
  [
    ' ',
    'a',
    'A',
    '1',
    '-',
    '_',
    '@',
    '.',
    '\t',
    '\n',
    '\r\n',
    '"',
    '""',
    "'",
    ',',
    ';',
    '=',
    '\\',
    '/',
    '\u0000',
    'é',
    'e\u0301',
    '\u0301',
    '\ufeff',
    '\u200c',
    '\u200d',
    '😀',
    '\ud800',
    'a-',
    'a ',
    ' \n',
    'a@',
    '@a',
    'a.',
    'sep=',
    'ſ',
    '\u2028',
  ].flatMap((part) => {
    const text = part.repeat(Math.ceil(LENGTH / part.length)).slice(0, LENGTH);
    return [text, `${text}!`, `!${text}`, `A${text}`, `${text}\u0000`].map((one): [string, string] => [
      JSON.stringify(one.slice(0, 6)) + one.slice(-1),
      one,
    ]);
  }),
);

const found = expressions();

test('the expressions of the sources are found', () => {
  const names = found.map(({ source }) => source);
  expect(names).toContain('^[A-Za-z0-9_-]{8,64}$');
  expect(names).toContain('^[A-Z0-9](?:[A-Z0-9-]*[A-Z0-9])?$');
  expect(names).toContain('^[^\\s@]+@[^\\s@]+$');
  expect(names).toContain('\\r\\n?');
  expect(names).toContain('^"(\\d{1,15})"$');
  expect(names.length).toBeGreaterThanOrEqual(30);
  expect(found.some(({ file }) => file.startsWith('app'))).toBe(true);
});

/** The best of a few, in milliseconds: another process may have had the processor, but never each time. */
function bestOf({ source, flags }: { source: string; flags: string }, text: string, enough: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 6 && best > enough; i++) {
    const expression = new RegExp(source, flags);
    const start = performance.now();
    expression.test(text);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** What takes less on 50,000 characters is no danger, however it grows. */
const HARMLESS_MS = 5;
/** Ten times as long a text takes ten times as long; where time grows with the square, a hundred times. */
const RATIO_MAX = 40;

test.each(found)(
  '$file: /$source/$flags is done with 50,000 hostile characters in time that grows with them',
  (expression) => {
    for (const [name, text] of Object.entries(HOSTILE)) {
      const whole = bestOf(expression, text, HARMLESS_MS);
      if (whole <= HARMLESS_MS) continue;
      const tenth = bestOf(expression, text.slice(0, LENGTH / 10) + text.at(-1), 0);
      expect(whole / tenth, name).toBeLessThan(RATIO_MAX);
    }
  },
);
