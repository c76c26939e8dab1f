import { type Random, random } from '../support/random.ts';

/** A stream of its own for each part of a run: what is left out of one does not change what another draws. */
export function stream(seed: number, ...path: number[]): Random {
  let mixed = seed >>> 0;
  for (const part of path) {
    mixed = Math.imul(mixed ^ (part + 0x9e3779b9 + (mixed << 6) + (mixed >>> 2)), 0x85ebca6b) >>> 0;
    mixed = (mixed ^ (mixed >>> 13)) >>> 0;
  }
  return random(mixed);
}
