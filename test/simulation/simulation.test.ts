import { beforeAll, expect, test } from 'vitest';
import { type CampaignResult, runCampaign } from './campaign.ts';
import { PINNED } from './pinned.ts';

/** Bar R1: so many edits and events, on two cores, within two minutes. */
const HAPPENINGS_MIN = 1_000_000;
const SEEDS = 260;
/** Far more than it takes, for a machine that has other things to do. */
const LIMIT_MS = 600_000;

let result: CampaignResult;

beforeAll(async () => {
  result = await runCampaign({ first: 1, last: SEEDS, pinned: PINNED });
}, LIMIT_MS);

test('V1 V2 E1 E2 E3 E4 C1 O1 O2 A1 A2 H1 B1 hold, and no queue is stuck (R15), whatever befalls whom', () => {
  expect(result.failures).toEqual([]);
});

test('R1 a million edits and events have been looked at', () => {
  console.log(`${result.runs} runs, ${result.edits} edits and ${result.events} events`);
  expect(result.edits + result.events).toBeGreaterThanOrEqual(HAPPENINGS_MIN);
});

test('R1 a seed that is run again goes the same way', () => {
  expect(result.unlike).toEqual([]);
});

test('every interesting situation has come about', () => {
  expect(result.missed).toEqual([]);
});

test('a campaign without a last seed goes on until its time is over', async () => {
  let left = 4;
  const options = { first: 1, last: Number.MAX_SAFE_INTEGER, isOver: () => left-- <= 0 };
  const { runs, failures, unlike } = await runCampaign(options);
  // The first seed twice on each kind of site.
  expect(runs).toBe(6);
  expect([...failures, ...unlike]).toEqual([]);
});
