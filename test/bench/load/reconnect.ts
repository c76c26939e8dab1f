import { setTimeout as sleep } from 'node:timers/promises';
import type { FindingsByTarget, Target } from '../target.ts';
import { each, gather, openEditor, SETTLE_MS } from './crowd.ts';
import { comeBack } from './screen.ts';
import { median } from './statistics.ts';

/** All lose their line, some changes are made, all dial at once and again when told: until the last one is current. */
export async function reconnect(
  targets: readonly Target[],
  { screens, missed }: { screens: number; missed: number },
): Promise<FindingsByTarget> {
  return each(targets, async (target) => {
    const crowd = await gather(target, screens);
    const places = crowd.screens.map(({ place }) => ({ ...place }));
    await crowd.leave();
    const { screen, push } = await openEditor(target);
    await push(missed);
    const { version } = screen.place;
    await sleep(SETTLE_MS);

    const began = performance.now();
    const back = await Promise.all(places.map((place) => comeBack(target, place)));
    const ms = performance.now() - began;

    const behind = back.filter((joined) => joined.screen.place.version < version).length;
    if (behind > 0) throw new Error(`${behind} of ${screens} screens on ${target.name} are behind`);
    for (const joined of back) joined.screen.cut();
    screen.cut();
    await sleep(SETTLE_MS);
    return { ms, bytes: median(back.map(({ bytes }) => bytes)) };
  });
}
