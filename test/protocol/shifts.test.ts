import { expect, test } from 'vitest';
import { isTimeOfDay, lengthOf, minutesOf, shiftAt } from '../../worker/protocol/shifts.ts';
import type { Shift } from '../../worker/protocol/site.ts';

const EARLY: Shift = { name: 'Early', start: '06:00', end: '14:00' };
const LATE: Shift = { name: 'Late', start: '13:45', end: '22:00' };
const NIGHT: Shift = { name: 'Night', start: '22:00', end: '05:30' };
const ALL = [EARLY, LATE, NIGHT];

test.each(['00:00', '06:05', '19:59', '20:00', '23:59'])('%s is a time of day', (text) => {
  expect(isTimeOfDay(text)).toBe(true);
});

test.each(['24:00', '6:00', '06:60', '06:0', '0600', '06:00:00', ' 06:00', '06:00\n', '٠٦:٠٠', '-6:00', ''])(
  '%j is none',
  (text) => {
    expect(isTimeOfDay(text)).toBe(false);
  },
);

test('a shift is as long as from its start to its end, across midnight too', () => {
  expect(ALL.map(lengthOf)).toEqual([8 * 60, 8 * 60 + 15, 7.5 * 60]);
  expect(minutesOf('23:59')).toBe(24 * 60 - 1);
});

test.each<[string, string | null]>([
  ['06:00', 'Early'],
  ['13:44', 'Early'],
  // Both are on: the one that has come, not the one that goes.
  ['13:45', 'Late'],
  ['21:59', 'Late'],
  ['22:00', 'Night'],
  ['23:59', 'Night'],
  ['00:00', 'Night'],
  ['05:29', 'Night'],
  ['05:30', null],
  ['05:59', null],
])('at %s the shift is %s', (time, name) => {
  expect(shiftAt(ALL, minutesOf(time))?.name ?? null).toBe(name);
});

test('a site without shifts is between them all day', () => {
  expect(shiftAt([], 0)).toBeNull();
});
