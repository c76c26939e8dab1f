import { setTimeout as sleep } from 'node:timers/promises';
import type { FindingsByTarget, Target } from '../target.ts';
import { each, openEditor } from './crowd.ts';
import { median } from './statistics.ts';

const BETWEEN_MS = 50;

/** A device pushes a long queue at once: from the first frame to the last acknowledgement. */
export async function queue(
  targets: readonly Target[],
  { edits, times }: { edits: number; times: number },
): Promise<FindingsByTarget> {
  return each(targets, async (target) => {
    const took: number[] = [];
    for (let i = 0; i < times; i++) {
      const { screen, push } = await openEditor(target);
      const began = performance.now();
      await push(edits);
      took.push(performance.now() - began);
      screen.cut();
      await sleep(BETWEEN_MS);
    }
    return { ms: median(took) };
  });
}

/** Edits one by one, for whoever counts what they write. */
export async function oneByOne(
  targets: readonly Target[],
  { edits }: { edits: number },
): Promise<FindingsByTarget> {
  return each(targets, async (target) => {
    const { screen, push } = await openEditor(target);
    for (let i = 0; i < edits; i++) await push(1);
    screen.cut();
    return { edits };
  });
}
