import { chance, integer, pick, type Random } from '../support/random.ts';

/** Values that break what is written without them in mind. */
export const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  0.5,
  1e21,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53),
  2 ** 31,
  '',
  ' ',
  '0',
  'null',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../etc/passwd',
  "' OR 1=1 --",
  '%',
  '<img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  '\u0000',
  '\u202egnp.exe',
  '\u200b',
  '\ufeff128489',
  '\ud800',
  'é'.repeat(300),
  'x'.repeat(2_001),
  [],
  [[]],
  [null],
  {},
  { type: 'push' },
  { length: 3 },
  { toJSON: 1 },
];

/** Keys that mean something elsewhere. */
const ODD_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'role',
  'site',
  'updatedBy',
  '',
  'type',
  'edits',
];

/** Pieces of JSON that its writers never write. */
const ODD_TEXTS = [
  'NaN',
  'Infinity',
  '1e999',
  '-0',
  '0x10',
  '01',
  '1.',
  "'a'",
  'undefined',
  '\u0000',
  '\\u0000',
  '\\ud800',
  '\ufeff',
  '"__proto__":{"role":"admin"},',
  '"type":"hello",',
  '"seq":1,',
  '/**/',
  '}{',
  ']]',
  '[[[[[[[[',
  ',,',
  '\u202e',
];

/** A frame that was valid, and something done to it: to its values, its keys, or its text. */
export function mutated(next: Random, frame: unknown): string {
  let text: string;
  if (chance(next, 0.7)) {
    const copy: unknown = structuredClone(frame);
    for (let i = integer(next, 1, 3); i > 0; i--) changeValue(next, copy);
    text = JSON.stringify(copy) ?? '';
  } else text = JSON.stringify(frame) ?? '';
  for (let i = chance(next, 0.35) ? integer(next, 1, 4) : 0; i > 0; i--) text = changeText(next, text);
  return text;
}

/** JSON of no message at all. */
export function randomJson(next: Random, depth = 0): unknown {
  if (depth > 4 || chance(next, 0.4)) return oddValue(next);
  const size = integer(next, 0, 4);
  if (chance(next, 0.4)) return Array.from({ length: size }, () => randomJson(next, depth + 1));
  return Object.fromEntries(
    Array.from({ length: size }, () => [pick(next, ODD_KEYS), randomJson(next, depth + 1)]),
  );
}

/** Changes one value somewhere in it. */
function changeValue(next: Random, root: unknown): void {
  let at = root;
  for (let depth = 0; depth < 8; depth++) {
    if (typeof at !== 'object' || at === null) return;
    const holder = at as Record<string, unknown>;
    const keys = Object.keys(holder);
    const key = keys.length > 0 ? pick(next, keys) : 'type';
    const value = holder[key];
    if (typeof value === 'object' && value !== null && chance(next, 0.7)) {
      at = value;
      continue;
    }
    const kind = integer(next, 0, 5);
    if (kind === 0) delete holder[key];
    else if (kind === 1 && !Array.isArray(at)) define(holder, pick(next, ODD_KEYS), oddValue(next));
    else if (kind === 2 && typeof value === 'number') holder[key] = value + pick(next, [-1, 1, 0.5, 2 ** 40]);
    else if (kind === 2 && typeof value === 'string') holder[key] = value + pick(next, ODD_TEXTS);
    else if (kind === 3 && Array.isArray(at)) at.push(...at.slice(0, 3));
    else holder[key] = oddValue(next);
    return;
  }
}

/** A copy, for it may be changed in its turn. */
function oddValue(next: Random): unknown {
  return structuredClone(pick(next, ODD_VALUES));
}

/** As JSON.parse does, and assignment does not: a key `__proto__` is a key. */
function define(holder: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}

function changeText(next: Random, text: string): string {
  const at = integer(next, 0, text.length);
  const to = Math.min(text.length, at + integer(next, 0, 8));
  const kind = integer(next, 0, 5);
  if (kind === 0) return text.slice(0, at);
  if (kind === 1) return text.slice(0, at) + text.slice(to);
  if (kind === 2) return text.slice(0, at) + pick(next, ODD_TEXTS) + text.slice(at);
  if (kind === 3)
    return text.slice(0, at) + String.fromCharCode(integer(next, 0, 0xffff)) + text.slice(at + 1);
  if (kind === 4) return text.slice(0, at) + text.slice(at, to) + text.slice(at);
  return text.slice(at);
}
