/** Numbers that look random and are the same for the same seed: from 0 up to, not including, 1. */
export type Random = () => number;

/** The mulberry32 generator: 32 bits of state, good enough to choose test cases with. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from `min` to `max`, both included. */
export function integer(next: Random, min: number, max: number): number {
  return min + Math.floor(next() * (max - min + 1));
}

/** One of the items; there must be one. */
export function pick<T>(next: Random, items: readonly T[]): T {
  const item = items[integer(next, 0, items.length - 1)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** True with the given probability. */
export function chance(next: Random, probability: number): boolean {
  return next() < probability;
}
