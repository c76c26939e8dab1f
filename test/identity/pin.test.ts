import { expect, test } from 'vitest';
import { hashPin, randomPin, verifyPin } from '../../worker/identity/pin.ts';
import { isPin, isTrivialPin } from '../../worker/protocol/pin.ts';

const KEY = 'k'.repeat(32);

test('a PIN is right for its person alone, and under its own key alone', async () => {
  const stored = await hashPin('7295', 'p1', KEY);
  expect(await verifyPin('7295', 'p1', stored, KEY)).toBe(true);
  expect(await verifyPin('7296', 'p1', stored, KEY)).toBe(false);
  expect(await verifyPin('7295', 'p2', stored, KEY)).toBe(false);
  expect(await verifyPin('7295', 'p1', stored, 'x'.repeat(32))).toBe(false);
  expect(await verifyPin('7295', 'p1', null, KEY)).toBe(false);
});

test('no PIN starts with another: 7295 is not right for 72951, and two hashes of one differ', async () => {
  const [long, again] = await Promise.all([hashPin('72951', 'p', KEY), hashPin('72951', 'p', KEY)]);
  expect(long).not.toBe(again);
  expect(await verifyPin('7295', 'p', long, KEY)).toBe(false);
});

test('a PIN that nobody chose has six digits and is no easy one', () => {
  const pins = Array.from({ length: 500 }, randomPin);
  for (const pin of pins) expect(isPin(pin) && pin.length === 6 && !isTrivialPin(pin), pin).toBe(true);
  expect(new Set(pins).size).toBeGreaterThan(490);
});
