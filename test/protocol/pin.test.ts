import { expect, test } from 'vitest';
import { acceptBody, pinBody, pinChangeBody } from '../../worker/protocol/bodies.ts';
import { check } from '../../worker/protocol/parse-up.ts';
import { isPin, isTrivialPin } from '../../worker/protocol/pin.ts';

test.each([
  ['one or two different digits', '0000 1111 1212 1221 112211 454545 9990'],
  ['a run, up or down, by ones or twos', '1234 4321 0123 7890 2468 9753 56789 123456 654321'],
  ['a half twice, or turned round', '123123 729729 123321 729927'],
  ['a year', '1984 2024'],
  ['a line or the corners of a keypad', '2580 1379 147258 789456'],
])('a PIN of %s is an easy one', (_, pins) => {
  for (const pin of pins.split(' ')) expect(isTrivialPin(pin), pin).toBe(true);
});

test.each(['7295', '0417', '83061', '204917'])('%s is not', (pin) => {
  expect(isTrivialPin(pin)).toBe(false);
});

test('most PINs are left to choose from', () => {
  const all = Array.from({ length: 10_000 }, (_, i) => String(i).padStart(4, '0'));
  expect(all.filter((pin) => !isTrivialPin(pin)).length).toBeGreaterThan(9_000);
});

test.each(['', '123', '1234567', '12a4', ' 7295', '7295\n', '７２９５', '٧٢٩٥', '-729', '72.5'])(
  '%j is no PIN',
  (text) => {
    expect(isPin(text)).toBe(false);
    expect(check(pinBody, { person: 'p1', pin: text })).toMatchObject({ code: 'invalid', field: 'pin' });
  },
);

test('an easy PIN can be said, for somebody may have it, and not be chosen', () => {
  expect(check(pinBody, { person: 'p1', pin: '1234' }).ok).toBe(true);
  const chosen = { code: 'invalid', detail: expect.stringContaining('an easy PIN') };
  expect(check(pinBody, { person: 'p1', pin: '7295', newPin: '1234' })).toMatchObject(chosen);
  expect(check(pinChangeBody, { pin: '1234', current: '7295' })).toMatchObject(chosen);
  expect(check(acceptBody, { token: 't', name: 'Wes', pin: '1234' })).toMatchObject(chosen);
});
