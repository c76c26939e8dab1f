import { expect, test } from 'vitest';
import { framesOn, intentsOn } from './examples.ts';
import { fuzz } from './fuzz.ts';

// The short form; a million and more: npm run torture -- --only fuzz
const FRAMES = 100_000;
const PARTS = 4;

test.each(Array.from({ length: PARTS }, (_, i) => i + 1))(
  'R10 of 100,000 spoiled frames none throws, and none that is refused changes anything, part %i',
  (seed) => {
    const { frames, refused, taken, kinds, violations } = fuzz(seed, FRAMES / PARTS);
    expect(violations).toEqual([]);
    expect(frames).toBe(FRAMES / PARTS);
    // Neither all noise, which would only ever meet the first check, nor too tame.
    expect(refused).toBeGreaterThan(frames / 4);
    expect(taken).toBeGreaterThan(frames / 20);
    const all = [...Object.keys(framesOn('414', 'device-1')), ...Object.keys(intentsOn('414'))];
    expect(all.filter((kind) => !kinds.has(kind))).toEqual([]);
  },
  // It is all processor, which others may want too.
  180_000,
);
