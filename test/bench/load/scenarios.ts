import { setTimeout as sleep } from 'node:timers/promises';
import type { Findings, FindingsByTarget, Target } from '../target.ts';
import { type Joined, openScreen, type Screen, type ScreenEvents } from './screen.ts';
import { median, percentile } from './statistics.ts';

/** Everything the load generator can be asked to do. Each takes the targets in turn and gives what it found on each. */
export const SCENARIOS = { tap, join, resume, queue, throughput, reconnect, rows };
export type Scenarios = typeof SCENARIOS;

/** Longer than any window in which a hub gathers changes: each tap finds it at rest. */
const TAP_EVERY_MS = 60;
const TAPS_PER_BLOCK = 10;

/** One tap at a time, from its sending until the other screens have it. Blocks of taps alternate between targets. */
async function tap(
  targets: readonly Target[],
  { screens, taps }: { screens: number; taps: number },
): Promise<FindingsByTarget> {
  const found = new Map<Target, { last: number[]; every: number[]; answer: number[]; bytes: number }>();
  const crowds = new Map<Target, Crowd>();
  for (const target of targets) {
    found.set(target, { last: [], every: [], answer: [], bytes: 0 });
    crowds.set(target, await gather(target, screens));
  }
  for (let done = 0; done < taps; done += TAPS_PER_BLOCK) {
    for (const target of targets) {
      const crowd = crowds.get(target);
      const findings = found.get(target);
      if (!crowd || !findings) continue;
      for (let i = 0; i < TAPS_PER_BLOCK; i++) {
        await sleep(TAP_EVERY_MS);
        const { arrivals, answer, payload } = await tapOnce(crowd);
        findings.last.push(Math.max(...arrivals));
        findings.every.push(...arrivals);
        findings.answer.push(answer);
        findings.bytes = payload.length;
      }
    }
  }
  for (const crowd of crowds.values()) crowd.leave();
  const result: FindingsByTarget = {};
  for (const [{ name }, { last, every, answer, bytes }] of found) {
    result[name] = {
      lastP50Ms: percentile(last, 0.5),
      lastP99Ms: percentile(last, 0.99),
      everyP50Ms: percentile(every, 0.5),
      everyP99Ms: percentile(every, 0.99),
      answerP50Ms: percentile(answer, 0.5),
      changeBytes: bytes,
    };
  }
  await sleep(SETTLE_MS);
  return result;
}

async function tapOnce(crowd: Crowd): Promise<{ arrivals: number[]; answer: number; payload: string }> {
  const [tapper] = crowd.screens;
  const arrivals: number[] = [];
  const all = Promise.withResolvers<void>();
  let answer = Number.NaN;
  let payload = '';
  const began = performance.now();
  const check = (): void => {
    if (arrivals.length === crowd.screens.length - 1 && !Number.isNaN(answer)) all.resolve();
  };
  crowd.events.changed = (_, text) => {
    arrivals.push(performance.now() - began);
    payload = text;
    check();
  };
  crowd.events.acknowledged = () => {
    answer = performance.now() - began;
    check();
  };
  tapper?.push(1);
  await all.promise;
  return { arrivals, answer, payload };
}

/** A device that has nothing joins. */
async function join(targets: readonly Target[], { times }: { times: number }): Promise<FindingsByTarget> {
  return each(targets, (target) => joins(times, () => openScreen(target, null)));
}

/** A device comes back after so many changes on as many cars. */
async function resume(
  targets: readonly Target[],
  { missed, times }: { missed: number; times: number },
): Promise<FindingsByTarget> {
  return each(targets, async (target) => {
    const { screen, acknowledged } = await openEditor(target);
    const from = { ...screen.place };
    if (missed > 0) {
      screen.push(missed);
      await acknowledged(missed);
    }
    screen.cut();
    await sleep(SETTLE_MS);
    return joins(times, () => openScreen(target, from));
  });
}

async function joins(times: number, open: () => Promise<Joined>): Promise<Findings> {
  const joined: Joined[] = [];
  for (let i = 0; i < times; i++) {
    const one = await open();
    joined.push(one);
    one.screen.cut();
    await sleep(20);
  }
  const ms = joined.map((one) => one.ms);
  return {
    ms: median(ms),
    askMs: median(joined.map((one) => one.askMs)),
    bytes: median(joined.map((one) => one.bytes)),
  };
}

/** A device that has been away pushes its queue: from sending it to the last acknowledgement. */
async function queue(
  targets: readonly Target[],
  { edits, times }: { edits: number; times: number },
): Promise<FindingsByTarget> {
  return each(targets, async (target) => {
    const took: number[] = [];
    for (let i = 0; i < times; i++) {
      const { screen, acknowledged } = await openEditor(target);
      const began = performance.now();
      screen.push(edits);
      await acknowledged(edits);
      took.push(performance.now() - began);
      screen.cut();
      await sleep(50);
    }
    return { ms: median(took) };
  });
}

/** Editors who push the next change as soon as the last is acknowledged; all receive all. `frame` changes at once. */
async function throughput(
  targets: readonly Target[],
  { editors, frame, seconds }: { editors: number; frame: number; seconds: number },
): Promise<FindingsByTarget> {
  return each(targets, async (target) => {
    const crowd = await gather(target, editors);
    let acknowledged = 0;
    let counted = 0;
    let going = true;
    const sent = new Map<Screen, number>();
    const answers: number[] = [];
    const push = (screen: Screen): void => {
      sent.set(screen, performance.now());
      screen.push(frame);
    };
    const open = new Map(crowd.screens.map((screen) => [screen, frame]));
    crowd.events.acknowledged = (screen, changes) => {
      acknowledged += changes;
      const left = (open.get(screen) ?? 0) - changes;
      open.set(screen, left > 0 ? left : going ? frame : 0);
      if (left > 0) return;
      answers.push(performance.now() - (sent.get(screen) ?? 0));
      if (going) push(screen);
    };
    for (const screen of crowd.screens) push(screen);
    await sleep(WARM_UP_MS);
    const before = acknowledged;
    const began = performance.now();
    await sleep(seconds * 1000);
    counted = acknowledged - before;
    const took = performance.now() - began;
    going = false;
    const settled = performance.now();
    await until(() => crowd.screens.every((screen) => open.get(screen) === 0));
    const newest = Math.max(...crowd.screens.map(({ place }) => place.version));
    await until(() => crowd.screens.every(({ place }) => place.version === newest));
    const settleMs = performance.now() - settled;
    crowd.leave();
    await sleep(SETTLE_MS);
    return { perSecond: (counted / took) * 1000, answerP50Ms: percentile(answers, 0.5), answerP99Ms: percentile(answers, 0.99), settleMs };
  });
}

/** All lose their line, some changes happen, all dial at once: until the last one is current. */
async function reconnect(
  targets: readonly Target[],
  { screens, missed }: { screens: number; missed: number },
): Promise<FindingsByTarget> {
  return each(targets, async (target) => {
    const crowd = await gather(target, screens);
    const places = crowd.screens.map(({ place }) => ({ ...place }));
    crowd.leave();
    await sleep(SETTLE_MS * 2);
    const { screen, acknowledged } = await openEditor(target);
    screen.push(missed);
    await acknowledged(missed);
    const { version } = screen.place;
    const began = performance.now();
    const back = await Promise.all(places.map((place) => openScreen(target, place)));
    const ms = performance.now() - began;
    const current = back.filter((one) => one.screen.place.version >= version).length;
    if (current !== screens) throw new Error(`${current} of ${screens} are current on ${target.name}`);
    for (const one of back) one.screen.cut();
    screen.cut();
    await sleep(SETTLE_MS * 2);
    return { ms, bytes: median(back.map(({ bytes }) => bytes)) };
  });
}

/** Edits one by one, for whoever counts what they write. */
async function rows(targets: readonly Target[], { edits }: { edits: number }): Promise<FindingsByTarget> {
  return each(targets, async (target) => {
    const { screen, acknowledged } = await openEditor(target);
    for (let i = 0; i < edits; i++) {
      screen.push(1);
      await acknowledged(1);
    }
    screen.cut();
    return { edits };
  });
}

const WARM_UP_MS = 500;
/** Until sockets that were cut are gone from the hub. */
const SETTLE_MS = 300;

async function each(
  targets: readonly Target[],
  measure: (target: Target) => Promise<Findings>,
): Promise<FindingsByTarget> {
  const result: FindingsByTarget = {};
  for (const target of targets) result[target.name] = await measure(target);
  return result;
}

interface Crowd {
  screens: Screen[];
  /** Read at each event: a scenario puts its own in. */
  events: ScreenEvents;
  leave(): void;
}

/** So many screens, all current. */
async function gather(target: Target, size: number): Promise<Crowd> {
  const events: ScreenEvents = {};
  const screens: Screen[] = [];
  while (screens.length < size) {
    const few = Array.from({ length: Math.min(25, size - screens.length) }, () =>
      openScreen(target, null, {
        changed: (screen, payload) => events.changed?.(screen, payload),
        acknowledged: (screen, changes) => events.acknowledged?.(screen, changes),
      }),
    );
    screens.push(...(await Promise.all(few)).map(({ screen }) => screen));
  }
  // Past the frame that tells who has come.
  await sleep(1_200);
  return { screens, events, leave: () => screens.forEach((screen) => screen.cut()) };
}

/** A screen whose acknowledgements can be waited for. */
async function openEditor(target: Target): Promise<{ screen: Screen; acknowledged(changes: number): Promise<void> }> {
  let open = 0;
  let done = Promise.withResolvers<void>();
  const { screen } = await openScreen(target, null, {
    acknowledged: (_, changes) => {
      open -= changes;
      if (open <= 0) done.resolve();
    },
  });
  return {
    screen,
    acknowledged: async (changes) => {
      open += changes;
      done = Promise.withResolvers<void>();
      if (open <= 0) return;
      await done.promise;
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('waited 10 s in vain');
    await sleep(2);
  }
}
