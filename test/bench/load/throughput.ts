import { setTimeout as sleep } from 'node:timers/promises';
import type { Findings, FindingsByTarget, Target } from '../target.ts';
import { each, gather, until } from './crowd.ts';
import type { Screen } from './screen.ts';
import { percentile } from './statistics.ts';

const WARM_UP_MS = 500;

/**
 * Editors who push the next frame of so many changes as soon as the last one is acknowledged, and who all receive
 * what all do: acknowledged changes a second.
 */
export async function throughput(
  targets: readonly Target[],
  settings: { editors: number; frame: number; seconds: number },
): Promise<FindingsByTarget> {
  return each(targets, (target) => edit(target, settings));
}

async function edit(
  target: Target,
  { editors, frame, seconds }: { editors: number; frame: number; seconds: number },
): Promise<Findings> {
  const { screens, events, leave } = await gather(target, editors);
  const open = new Map<Screen, { changes: number; since: number }>();
  const answers: number[] = [];
  let acknowledged = 0;
  let isGoing = true;
  const push = (screen: Screen): void => {
    open.set(screen, { changes: frame, since: performance.now() });
    screen.push(frame);
  };
  events.acknowledged = (screen, changes) => {
    acknowledged += changes;
    const frameOf = open.get(screen);
    if (!frameOf) throw new Error('acknowledged what was not pushed');
    frameOf.changes -= changes;
    if (frameOf.changes > 0) return;
    answers.push(performance.now() - frameOf.since);
    open.delete(screen);
    if (isGoing) push(screen);
  };
  for (const screen of screens) push(screen);

  await sleep(WARM_UP_MS);
  const before = acknowledged;
  const began = performance.now();
  await sleep(seconds * 1000);
  const perSecond = ((acknowledged - before) / (performance.now() - began)) * 1000;

  isGoing = false;
  await until(() => open.size === 0);
  const newest = Math.max(...screens.map(({ place }) => place.version));
  await until(() => screens.every(({ place }) => place.version === newest));
  await leave();
  return { perSecond, answerP50Ms: percentile(answers, 0.5), answerP99Ms: percentile(answers, 0.99) };
}
