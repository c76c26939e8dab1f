import { describe, expect, test } from 'vitest';
import '../../app/messages/add-later.ts';
import { emptySetup, setupBodyOf, setupFieldOf, setupProblems } from '../../app/state/setup-form.ts';
import { setupBody } from '../../worker/protocol/bodies.ts';
import { check } from '../../worker/protocol/parse-up.ts';
import { DEFAULT_LOCATIONS } from '../../worker/protocol/site.ts';

const form = {
  ...emptySetup('s3cret', 'America/Chicago'),
  site: ' North Hub ',
  name: 'Ana',
  email: 'ana@example.com',
  password: 'long enough',
};

describe('setting up a site', () => {
  test('a filled form has no problems and is a body the hub takes', () => {
    expect(setupProblems(form)).toEqual({});
    expect(
      check(setupBody, setupBodyOf(form, [{ name: ' Night ', start: '22:00', end: '06:00' }])),
    ).toMatchObject({
      ok: true,
      value: {
        site: {
          name: 'North Hub',
          locations: [...DEFAULT_LOCATIONS],
          shifts: [{ name: 'Night', start: '22:00', end: '06:00' }],
        },
      },
    });
  });

  test('an empty one says what is missing', () => {
    expect(Object.keys(setupProblems(emptySetup('', 'UTC')))).toEqual([
      'token',
      'site',
      'name',
      'email',
      'password',
    ]);
  });

  test('says what cannot be right', () => {
    expect(setupProblems({ ...form, email: 'ana', password: 'short' })).toMatchObject({
      email: 'This is not an email address.',
      password: 'This is shorter than 8 characters.',
    });
    expect(setupProblems({ ...form, locations: 'Yard\n\n100\nYard' }).locations).toBe(
      'Yard stands there twice.',
    );
  });

  test('puts the hub’s complaint where it belongs', () => {
    expect(setupFieldOf('admin.password')).toBe('password');
    expect(setupFieldOf('site.locations.3')).toBe('locations');
    expect(setupFieldOf('elsewhere')).toBeNull();
  });
});
