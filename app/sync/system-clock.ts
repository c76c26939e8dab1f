import type { Clock } from './clock.ts';

/** What is used of a page, a worker or Node: `globalThis` is one. */
interface Host {
  Date: { now(): number };
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: number): void;
}

/** The time of the device itself. */
export function systemClock(host: Host): Clock {
  return {
    now: () => host.Date.now(),
    // Node's timers are objects that stand for a number.
    setTimer: (run, ms) => Number(host.setTimeout(run, ms)),
    clearTimer: (timer) => host.clearTimeout(timer),
  };
}
