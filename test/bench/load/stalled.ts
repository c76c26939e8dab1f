import { setTimeout as sleep } from 'node:timers/promises';
import { CLOSE } from '../../../worker/protocol/errors.ts';
import { LAG_MS_MAX } from '../../../worker/protocol/limits.ts';
import type { FindingsByTarget, Target } from '../target.ts';
import { type Crowd, each, gather, openEditor } from './crowd.ts';
import { openScreen, type Screen } from './screen.ts';
import { median, percentile } from './statistics.ts';
import { type Heard, nothingHeard, tapOnce } from './tap.ts';

const TAP_EVERY_MS = 30;
/** Changes of so many cars are more than any reader may be behind: 90 bytes each, as often. */
const FILL = { edits: 1_000, times: 6 };
/** Taps go on until a reader has to be gone, and a little longer. */
const LET_GO_MS = LAG_MS_MAX + 5_000;

interface Reader {
  screen: Screen;
  /** The code it was closed with. */
  closed: Promise<number | null>;
}

/**
 * Taps before a crowd, while some more screens have stopped reading, and before and after that: what the machine does
 * meanwhile hits both alike.
 */
export async function stalled(
  targets: readonly Target[],
  { screens, readers, taps }: { screens: number; readers: number; taps: number },
): Promise<FindingsByTarget> {
  return each(targets, async (target) => {
    const crowd = await gather(target, screens);
    const free = await tapTimes(crowd, taps);
    const stuck = await Promise.all(Array.from({ length: readers }, () => openReader(target)));
    const before = stuck.map(({ screen }) => screen.bytes);
    for (const { screen } of stuck) screen.pause();

    for (let i = 0; i < FILL.times; i++) await fill(target);
    const began = performance.now();
    const behind = await tapTimes(crowd, taps);
    while (performance.now() - began < LET_GO_MS) await tapTimes(crowd, 10);

    // Now they read on: what they were sent, and that they have been let go.
    for (const { screen } of stuck) screen.resume();
    const codes = await Promise.all(stuck.map(({ closed }) => closed));
    if (codes.some((code) => code !== CLOSE.lagging))
      throw new Error(`the readers were closed with ${codes}`);
    const after = await tapTimes(crowd, taps);
    await crowd.leave();
    return {
      freeP99Ms: percentile([...free.every, ...after.every], 0.99),
      stalledP99Ms: percentile(behind.every, 0.99),
      sentKiB: median(stuck.map(({ screen }, i) => screen.bytes - (before[i] ?? 0))) / 1024,
    };
  });
}

/** Each time from another socket: none may send all of it at once. */
async function fill(target: Target): Promise<void> {
  const { screen, push } = await openEditor(target);
  await push(FILL.edits);
  screen.cut();
}

async function openReader(target: Target): Promise<Reader> {
  const closed = Promise.withResolvers<number | null>();
  const { screen } = await openScreen(target, null, { lost: (code) => closed.resolve(code) });
  return { screen, closed: closed.promise };
}

async function tapTimes(crowd: Crowd, taps: number): Promise<Heard> {
  const heard = nothingHeard();
  for (let i = 0; i < taps; i++) {
    await sleep(TAP_EVERY_MS);
    await tapOnce(crowd, heard);
  }
  // What others change between is none of it.
  crowd.events.changed = () => {};
  return heard;
}
