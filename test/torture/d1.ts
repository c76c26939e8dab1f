import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../bench/load/statistics.ts';
import { takeD1Down } from '../support/d1-outage.ts';
import { integer, random } from '../support/random.ts';
import { feelPulse } from './pulse.ts';
import type { Measure, Result } from './result.ts';
import { beginShift } from './work.ts';
import { openYard } from './yard.ts';

/** About a hundred edits a second: what an edit takes is not to be what the machine takes for the work. */
const PAUSE_MS_MAX = 600;

export interface D1Options extends Measure {
  /** How long D1 is down; as long in all it is well, before and after, and as long it is slow. */
  seconds: number;
  devices: number;
}

/** R5: D1's file is locked by another process while people work: they notice nothing, and the archive follows. */
export async function d1(options: D1Options): Promise<Result> {
  const { seconds, seed } = options;
  const next = random(seed);
  await using yard = await openYard(options);
  const { hub, witness } = yard;
  const pulse = await feelPulse(yard);
  const shift = beginShift(yard, seed, PAUSE_MS_MAX);

  await sleep((seconds * 1_000) / 2);
  const well = pulse.take();
  const giveBack = takeD1Down(hub.stateDir);
  await sleep(seconds * 1_000);
  const down = pulse.take();
  giveBack();
  await sleep((seconds * 1_000) / 2);
  well.push(...pulse.take());
  // Slow: mostly locked, and let go now and then for just long enough.
  for (const ends = performance.now() + seconds * 1_000; performance.now() < ends; ) {
    const letGo = takeD1Down(hub.stateDir);
    await sleep(integer(next, 100, 900));
    letGo();
    await sleep(integer(next, 20, 200));
  }
  const slow = pulse.take();
  const down2 = takeD1Down(hub.stateDir);
  await sleep((seconds * 1_000) / 4);
  await shift.stop();
  await pulse.stop();
  down2();
  const healed = performance.now();
  const late = await yard.archived().then(
    () => [],
    (error: Error) => [error.message],
  );
  const drainedMs = performance.now() - healed;
  const violations = [...late, ...(await yard.judge())];
  const normal = percentile(well, 0.95);
  const of = 'R5';
  return {
    torture: 'd1',
    violations,
    lines: [
      { label: 'D1 down, of which the figures below are', unit: 's', value: seconds },
      { label: 'edits acknowledged', unit: '', value: witness.answered },
      { label: 'an edit with D1 well, p50', unit: 'ms', value: percentile(well, 0.5) },
      { label: 'an edit with D1 down, p50', unit: 'ms', value: percentile(down, 0.5) },
      { label: 'an edit with D1 well, p95', unit: 'ms', value: normal },
      { label: 'an edit with D1 down, p95', unit: 'ms', value: percentile(down, 0.95) },
      { label: 'against D1 well', unit: '×', value: percentile(down, 0.95) / normal, bar: { most: 1.1 }, of },
      { label: 'an edit with D1 slow, p95', unit: 'ms', value: percentile(slow, 0.95) },
      { label: 'archive complete after D1 is back', unit: 'ms', value: drainedMs, bar: { most: 10_000 }, of },
    ],
  };
}
