import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Hub, startHub } from '../support/hub.ts';
import { REPLAY_SESSION_KEY, replay } from './replay.ts';

/** 200 in the long form, whatever their length. */
const RUNS = Number(process.env.REPLAYS ?? 8);
const LIMITS =
  process.env.REPLAYS === undefined
    ? { eventsMax: 300, crashesMax: 1 }
    : { eventsMax: Infinity, crashesMax: Infinity };
const LIMIT_MS = 60_000 + RUNS * 20_000;

let hub: Hub;

beforeAll(async () => {
  hub = await startHub({ env: { SESSION_KEY: REPLAY_SESSION_KEY } });
});
afterAll(() => hub.stop());

test(
  'E1 E2 V1 what reached the simulated hub brings a real one to the same board and the same log',
  async () => {
    const different: string[] = [];
    let events = 0;
    let crashes = 0;
    let runs = 0;
    for (let seed = 1; runs < RUNS; seed++) {
      const replayed = await replay(hub, seed, LIMITS);
      if (replayed.was === 'left out') continue;
      runs++;
      events += replayed.events;
      crashes += replayed.crashes;
      for (const difference of replayed.differences) different.push(`seed ${seed}: ${difference}`);
    }
    expect(different).toEqual([]);
    expect(events).toBeGreaterThan(RUNS * 30);
    expect(crashes).toBeGreaterThan(0);
  },
  LIMIT_MS,
);
