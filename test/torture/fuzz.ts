import { fuzz as run } from '../security/fuzz.ts';
import { lasts, type Measure, type Result } from './result.ts';

/** Spoiled frames into the engine and every parser, in this process: nothing else is as fast. */
export async function fuzz(measure: Measure & { frames: number }): Promise<Result> {
  const { seed, frames: asked } = measure;
  const { frames, refused, taken, violations } = run(seed, asked, lasts(measure));
  return {
    torture: 'fuzz',
    lines: [
      { label: 'spoiled frames', unit: '', value: frames, bar: { least: asked }, of: 'R10' },
      { label: 'refused', unit: '', value: refused },
      { label: 'taken for what they say', unit: '', value: taken },
    ],
    violations: violations.map((violation) => `R10 ${violation}`),
  };
}
