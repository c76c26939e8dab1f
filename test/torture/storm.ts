import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '../../app/sync/backoff.ts';
import { startHubTarget } from '../bench/hub-target.ts';
import { gather } from '../bench/load/crowd.ts';
import { openScreen, type Place } from '../bench/load/screen.ts';
import { percentile } from '../bench/load/statistics.ts';
import { rosterOf } from '../bench/roster.ts';
import type { Target } from '../bench/target.ts';
import { type Random, random } from '../support/random.ts';
import { listening } from './first-answer.ts';
import type { Measure, Result } from './result.ts';

export interface StormOptions extends Measure {
  crowds: readonly Crowd[];
}

export interface Crowd {
  clients: number;
  /** All have to be current within it. */
  mostMs: number;
}

const CARS = 2_000;

/** R7: workerd is killed under a crowd, which comes back at once, each as the app does after a failure. */
export async function storm({ crowds, seed }: StormOptions): Promise<Result> {
  const next = random(seed);
  const { hub, target } = await startHubTarget(rosterOf(CARS));
  const result: Result = { torture: 'storm', lines: [], violations: [] };
  try {
    for (const { clients, mostMs } of crowds) {
      const crowd = await gather(target, clients);
      // Each has missed the last version.
      const places = crowd.screens.map(({ place }) => ({ ...place, version: place.version - 1 }));
      const newest = Math.max(...crowd.screens.map(({ place }) => place.version));
      const began = performance.now();
      process.kill(hub.pid, 'SIGKILL');
      const up = listening(hub.origin).then(() => performance.now() - began);
      const back = await Promise.all(places.map((place) => comeBack(target, place, next)));
      const ms = performance.now() - began;
      const behind = back.filter(({ screen }) => screen.place.version < newest);
      if (behind.length > 0) result.violations.push(`C1 ${behind.length} of ${clients} are behind`);
      const bar = { most: mostMs };
      const each = back.map(({ at }) => at - began);
      result.lines.push(
        {
          label: `${clients} clients back at once, the last one current`,
          unit: 'ms',
          value: ms,
          bar,
          of: 'R7',
        },
        { label: 'of it until the runtime listens', unit: 'ms', value: await up },
        { label: 'a client current, p50', unit: 'ms', value: percentile(each, 0.5) },
      );
      for (const { screen } of back) screen.cut();
      await crowd.leave();
    }
  } finally {
    await hub.stop();
  }
  return result;
}

async function comeBack(target: Target, place: Place, next: Random) {
  for (let failures = 0; ; failures++) {
    await sleep(backoffMs(failures, next));
    const joined = await openScreen(target, place).catch(() => null);
    if (joined) return { screen: joined.screen, at: performance.now() };
  }
}
