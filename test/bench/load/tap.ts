import { setTimeout as sleep } from 'node:timers/promises';
import type { FindingsByTarget, Target } from '../target.ts';
import { type Crowd, gather } from './crowd.ts';
import { percentile } from './statistics.ts';

/**
 * Between two taps, of which each is on another target. With three of them, longer than any window in which a hub
 * gathers changes: each tap finds it at rest.
 */
const TAP_EVERY_MS = 30;
const GATHERING_MS_MAX = 60;

export interface Heard {
  /** Milliseconds from sending a tap until the last of the other screens had it; one a tap. */
  last: number[];
  /** The same until each of the others had it; one a tap and screen. */
  every: number[];
  /** Until the one who tapped was answered. */
  answer: number[];
  /** The longest frame in which another's tap came. */
  bytes: number;
}

/** One tap at a time, on the targets in turn: what the machine does meanwhile hits all of them alike. */
export async function tap(
  targets: readonly Target[],
  { screens, taps }: { screens: number; taps: number },
): Promise<FindingsByTarget> {
  const heard = new Map<Target, { crowd: Crowd; heard: Heard }>();
  for (const target of targets) {
    const crowd = await gather(target, screens);
    heard.set(target, { crowd, heard: nothingHeard() });
  }
  const gapMs = Math.max(TAP_EVERY_MS, GATHERING_MS_MAX / targets.length);
  for (let i = 0; i < taps; i++) {
    for (const { crowd, heard: sofar } of heard.values()) {
      await sleep(gapMs);
      await tapOnce(crowd, sofar);
    }
  }
  const found: FindingsByTarget = {};
  for (const [{ name }, { crowd, heard: all }] of heard) {
    await crowd.leave();
    found[name] = {
      lastP50Ms: percentile(all.last, 0.5),
      lastP99Ms: percentile(all.last, 0.99),
      everyP50Ms: percentile(all.every, 0.5),
      everyP99Ms: percentile(all.every, 0.99),
      answerP50Ms: percentile(all.answer, 0.5),
      changeBytes: all.bytes,
    };
  }
  return found;
}

export function nothingHeard(): Heard {
  return { last: [], every: [], answer: [], bytes: 0 };
}

export async function tapOnce({ screens: [tapper, ...others], events }: Crowd, heard: Heard): Promise<void> {
  const done = Promise.withResolvers<void>();
  // The others, and the answer.
  let missing = others.length + 1;
  let last = 0;
  const began = performance.now();
  const arrived = (): number => {
    missing--;
    if (missing === 0) done.resolve();
    return performance.now() - began;
  };
  events.changed = (_, payload) => {
    last = arrived();
    heard.every.push(last);
    heard.bytes = Math.max(heard.bytes, Buffer.byteLength(payload));
  };
  events.acknowledged = () => {
    heard.answer.push(arrived());
  };
  tapper?.push(1);
  await done.promise;
  heard.last.push(last);
}
