import { setTimeout as sleep } from 'node:timers/promises';
import type { Findings, FindingsByTarget, Target } from '../target.ts';
import { each, openEditor, SETTLE_MS } from './crowd.ts';
import { type Joined, openScreen } from './screen.ts';
import { median } from './statistics.ts';

const BETWEEN_MS = 20;

/** A device that has nothing joins, so many times. `worked`: after each car was changed once more. */
export async function join(
  targets: readonly Target[],
  { times, worked }: { times: number; worked: number },
): Promise<FindingsByTarget> {
  return each(targets, async (target) => {
    if (worked) await change(target, target.cars.length);
    return repeat(times, () => openScreen(target, null));
  });
}

/** A device comes back after so many changes, each of another car. */
export async function resume(
  targets: readonly Target[],
  { missed, times }: { missed: number; times: number },
): Promise<FindingsByTarget> {
  return each(targets, async (target) => {
    const from = await change(target, missed);
    return repeat(times, () => openScreen(target, from));
  });
}

/** Changes so many cars, and says where the target was before. */
async function change(target: Target, cars: number) {
  const { screen, push } = await openEditor(target);
  const before = { ...screen.place };
  for (let left = cars; left > 0; left -= 1_000) await push(Math.min(left, 1_000));
  screen.cut();
  await sleep(SETTLE_MS);
  return before;
}

async function repeat(times: number, open: () => Promise<Joined>): Promise<Findings> {
  const all: Joined[] = [];
  for (let i = 0; i < times; i++) {
    const joined = await open();
    all.push(joined);
    joined.screen.cut();
    await sleep(BETWEEN_MS);
  }
  return {
    ms: median(all.map(({ ms }) => ms)),
    askMs: median(all.map(({ askMs }) => askMs)),
    bytes: median(all.map(({ bytes }) => bytes)),
  };
}
