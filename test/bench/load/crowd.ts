import { setTimeout as sleep } from 'node:timers/promises';
import type { Findings, FindingsByTarget, Target } from '../target.ts';
import { openScreen, type Screen, type ScreenEvents } from './screen.ts';

/** Many screens on one target, all current. */
export interface Crowd {
  screens: Screen[];
  /** Looked up at each event: a scenario puts its own in. */
  events: ScreenEvents;
  /** Cuts all lines and waits until the target knows. */
  leave(): Promise<void>;
}

/** Handshakes under way at once while a crowd gathers. */
const AT_ONCE = 25;
/** Past the frame, at most one a second, that tells who has come. */
const GREETING_MS = 1_200;
/** Until sockets that were cut are gone from the hub. */
export const SETTLE_MS = 300;
const PATIENCE_MS = 10_000;

export async function gather(target: Target, size: number): Promise<Crowd> {
  const events: ScreenEvents = {};
  const screens: Screen[] = [];
  const own: ScreenEvents = {
    changed: (screen, payload) => events.changed?.(screen, payload),
    acknowledged: (screen, changes) => events.acknowledged?.(screen, changes),
  };
  while (screens.length < size) {
    const some = Array.from({ length: Math.min(AT_ONCE, size - screens.length) }, () =>
      openScreen(target, null, own),
    );
    screens.push(...(await Promise.all(some)).map(({ screen }) => screen));
  }
  await sleep(GREETING_MS);
  const leave = async (): Promise<void> => {
    for (const screen of screens) screen.cut();
    await sleep(SETTLE_MS);
  };
  return { screens, events, leave };
}

/** A screen whose acknowledgements can be waited for. */
export interface Editor {
  screen: Screen;
  /** Pushes so many changes; resolves when all are acknowledged. */
  push(changes: number): Promise<void>;
}

export async function openEditor(target: Target): Promise<Editor> {
  let open = 0;
  let done: () => void = () => {};
  const { screen } = await openScreen(target, null, {
    acknowledged: (_, changes) => {
      open -= changes;
      if (open === 0) done();
    },
  });
  const push = (changes: number): Promise<void> =>
    new Promise((resolve) => {
      done = resolve;
      open += changes;
      screen.push(changes);
    });
  return { screen, push };
}

/** Measures one target after the other. */
export async function each(
  targets: readonly Target[],
  measure: (target: Target) => Promise<Findings>,
): Promise<FindingsByTarget> {
  const found: FindingsByTarget = {};
  for (const target of targets) found[target.name] = await measure(target);
  return found;
}

/** Resolves once the condition holds; rejects where that takes far too long. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Waited ${PATIENCE_MS} ms in vain for ${condition}`);
    await sleep(2);
  }
}
