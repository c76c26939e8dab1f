import { expect, test } from 'vitest';
import { isSiteId, newPersonId, slugBeside, slugOf } from '../../worker/identity/ids.ts';

test.each([
  ['Northside', 'northside'],
  ['  North  Side #2 ', 'north-side-2'],
  ['Łódź Ñandú', 'odz-nandu'],
  ['東京', 'site'],
  ['../../etc', 'etc'],
  ['-', 'site'],
  ['a'.repeat(60), 'a'.repeat(32)],
])('the site %j has an id fit for a path: %s', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
  expect(isSiteId(slug)).toBe(true);
  expect(isSiteId(slugBeside(slug, Math.random))).toBe(true);
});

test('ids of people are short, and as many as the random numbers they are made of', () => {
  const ids = new Set(Array.from({ length: 1_000 }, () => newPersonId(Math.random)));
  expect(ids.size).toBe(1_000);
  for (const id of ids) expect(id).toMatch(/^p[a-z0-9]{7}$/);
});
