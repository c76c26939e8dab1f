import { describe, expect, test } from 'vitest';
import '../../app/messages/add-sites.ts';
import { shiftLength, shiftProblems, withShift } from '../../app/state/shift-form.ts';
import { newSiteBody } from '../../worker/protocol/bodies.ts';
import { SHIFTS_MAX } from '../../worker/protocol/limits.ts';
import { check } from '../../worker/protocol/parse-up.ts';
import type { Shift } from '../../worker/protocol/site.ts';

const NIGHT: Shift = { name: 'Night', start: '22:00', end: '06:00' };

describe('the shifts of a site', () => {
  test('another one begins where the last one ends, round the day, with a name of its own', () => {
    const three = withShift(withShift(withShift([])));
    expect(three).toEqual([
      { name: 'Shift 1', start: '06:00', end: '14:00' },
      { name: 'Shift 2', start: '14:00', end: '22:00' },
      { name: 'Shift 3', start: '22:00', end: '06:00' },
    ]);
    expect(withShift([{ ...NIGHT, name: 'shift 1', end: '05:30' }])[1]).toEqual({
      ...{ name: 'Shift 2', start: '05:30', end: '13:30' },
    });
    // Its end has been cleared and not been said anew.
    expect(withShift([{ ...NIGHT, end: '' }])[1]).toMatchObject({ start: '06:00' });
  });

  test('B1 there are as many as a site can have, without a problem, and the hub takes them', () => {
    let shifts: readonly Shift[] = [];
    for (let i = 0; i < SHIFTS_MAX + 2; i++) shifts = withShift(shifts);
    expect(shifts).toHaveLength(SHIFTS_MAX);
    expect(shiftProblems(shifts).filter((problem) => problem !== null)).toEqual([]);
    expect(check(newSiteBody, { name: 'North', timeZone: 'UTC', shifts })).toMatchObject({ ok: true });
  });

  test.each<[Partial<Shift>, string | null]>([
    [{}, null],
    [{ name: '  ' }, 'Give it a name.'],
    [{ name: ' NIGHT' }, 'There is a shift called NIGHT already.'],
    [{ start: '' }, 'Say when it starts and when it ends.'],
    [{ end: '' }, 'Say when it starts and when it ends.'],
    [{ end: '06:00' }, 'It ends when it starts.'],
  ])('one with %j says %s', (part, problem) => {
    const day = { name: 'Day', start: '06:00', end: '14:00', ...part };
    expect(shiftProblems([NIGHT, day])).toEqual([null, problem]);
    const body = { name: 'North', timeZone: 'UTC', shifts: [NIGHT, day] };
    expect(check(newSiteBody, body).ok).toBe(problem === null);
  });

  test('its length is told in hours and minutes', () => {
    expect(shiftLength(NIGHT)).toBe('8 h');
    expect(shiftLength({ ...NIGHT, end: '05:30' })).toBe('7 h 30 min');
  });
});
