import { expect, test } from 'vitest';
import { partsOf } from '../../worker/hub/long-text.ts';

const utf8 = new TextEncoder();

test('B1 every part of a text fits a row of 2 MB, and together they are the text', () => {
  for (const text of ['', 'x', 'é'.repeat(1_200_000), `x${'🚚'.repeat(700_000)}`]) {
    const parts = partsOf(text);
    expect(parts.join('')).toBe(text);
    for (const part of parts) {
      expect(utf8.encode(part).length).toBeLessThan(2_000_000);
      expect(part.isWellFormed()).toBe(true);
    }
  }
});

test('a text that fits a row is one part', () => {
  expect(partsOf('x'.repeat(500_000))).toHaveLength(1);
});
