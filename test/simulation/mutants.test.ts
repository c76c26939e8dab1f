import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MUTANTS, type Mutant } from './mutants.ts';
import { type Patch, patched } from './patches.ts';
import { runBatch } from './pool.ts';
import { smallCaps } from './small-caps.ts';

/**
 * Bar R2. Each mutant is looked for at the seed that is known to catch it, and then, should the runs have changed since,
 * from seed 1 to this one.
 */
const SEEDS_MAX = Number(process.env.MUTANT_SEEDS ?? 100);
const LIMIT_MS = 60_000 + SEEDS_MAX * 6_000;

test('R2 there are at least 20 of them, some with two guards gone at once', () => {
  expect(MUTANTS.length).toBeGreaterThanOrEqual(20);
  expect(MUTANTS.filter(({ patches }) => patches.length > 1).length).toBeGreaterThanOrEqual(5);
});

test.each(MUTANTS)('R2 $name: its patches apply', ({ patches, hasSmallCaps }) => {
  const read = (file: string): string => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
  const caps = hasSmallCaps ? smallCaps(read('worker/protocol/limits.ts')) : [];
  for (const [file, own] of Map.groupBy([...caps, ...patches], (patch: Patch) => patch.file)) {
    expect(own.reduce(patched, read(file))).not.toBe(read(file));
  }
});

test.concurrent.for(MUTANTS)('R2 $name: caught', { timeout: LIMIT_MS }, async (mutant, { expect }) => {
  const caught = await catchIt(mutant);
  expect(caught?.faults[0] ?? 'nothing seen').toMatch(rulesOf(mutant));
});

async function catchIt(mutant: Mutant): Promise<{ seed: number; faults: string[] } | null> {
  const { patches, hasSmallCaps, seed } = mutant;
  const seeds = [seed, ...Array.from({ length: SEEDS_MAX }, (_, i) => i + 1)][Symbol.iterator]();
  let caught: { seed: number; faults: string[] } | null = null;
  await runBatch({ next: () => seeds.next().value ?? null, hasSmallCaps, patches }, (report) => {
    if (report.faults.length === 0) return 'on';
    caught = report;
    return 'stop';
  });
  return caught;
}

function rulesOf({ breaks }: Mutant): RegExp {
  return new RegExp(`^(${breaks.split(' ').join('|')}) `);
}
