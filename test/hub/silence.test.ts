import { expect, test } from 'vitest';
import { isSilent, type LastHeard, SWEEP_MS_MIN } from '../../worker/hub/silence.ts';

const T = 1_790_000_000_000;
const last = (known: Partial<LastHeard>): LastHeard => ({
  heardAt: null,
  pingedAt: null,
  isListener: true,
  ...known,
});
/** News of people are gathered for so long. */
const GATHER_MS = 1_000;

test('R9 one that pinged and fell silent is gone for the others within 45 s, however the hub looks', () => {
  let ms = 0;
  while (!isSilent(last({ pingedAt: T, heardAt: T }), T + ms)) ms += 10;
  expect(ms + SWEEP_MS_MIN + GATHER_MS).toBeLessThanOrEqual(45_000);
  // A device that nobody looks at pings every 25 s and waits 5 s for an answer.
  expect(ms).toBeGreaterThan(30_000);
});

test('H1 what the runtime remembers of pings is enough after a sleep', () => {
  expect(isSilent(last({ pingedAt: T }), T + 40_000)).toBe(true);
  expect(isSilent(last({ pingedAt: T }), T + 20_000)).toBe(false);
});

test('a frame counts as a ping does', () => {
  expect(isSilent(last({ pingedAt: T, heardAt: T + 30_000 }), T + 40_000)).toBe(false);
});

test('one that never pings may be silent for ever, once it has said hello', () => {
  expect(isSilent(last({ heardAt: T }), T + 86_400_000)).toBe(false);
  expect(isSilent(last({ heardAt: T, isListener: false }), T + 20_000)).toBe(false);
  expect(isSilent(last({ heardAt: T, isListener: false }), T + 40_000)).toBe(true);
});
