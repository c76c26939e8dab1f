import { describe, expect, test } from 'vitest';
import { loginBody, setupBody } from '../../worker/protocol/bodies.ts';
import { LOCATIONS_MAX } from '../../worker/protocol/limits.ts';
import { check } from '../../worker/protocol/parse-up.ts';
import { newCar, someCarFields } from '../../worker/protocol/schema.ts';

const SITE = { name: 'North', timeZone: 'Europe/Madrid' };
const ADMIN = { name: 'Nora', email: 'nora@example.org', password: 'eight or more' };
const DAY = { name: 'Day', start: '06:00', end: '14:00' };
const NIGHT = { name: 'Night', start: '22:00', end: '06:00' };
const SETUP = { token: 'secret', site: SITE, admin: ADMIN };

describe('setup', () => {
  test.each([
    ['as in the contract', SETUP],
    ['with locations', { ...SETUP, site: { ...SITE, locations: ['Yard', '100', 'Muelle 4'] } }],
    [
      'with shifts, one across midnight and two at once',
      { ...SETUP, site: { ...SITE, shifts: [DAY, { ...DAY, name: 'Late' }, NIGHT] } },
    ],
    ['with no shifts', { ...SETUP, site: { ...SITE, shifts: [] } }],
    ['in UTC', { ...SETUP, site: { ...SITE, timeZone: 'UTC' } }],
    ['with a long password', { ...SETUP, admin: { ...ADMIN, password: 'p'.repeat(128) } }],
    ['with a password of spaces and scripts', { ...SETUP, admin: { ...ADMIN, password: ' 箱 箱 箱 箱 ' } }],
  ])('%s', (_, body) => {
    expect(check(setupBody, body)).toEqual({ ok: true, value: body });
  });

  test('an email is taken without case and spaces round it', () => {
    const body = { ...SETUP, admin: { ...ADMIN, email: ' Nora@Example.org ' } };
    expect(check(setupBody, body)).toMatchObject({
      ok: true,
      value: { admin: { email: 'nora@example.org' } },
    });
  });

  const site = (changes: object) => ({ ...SETUP, site: { ...SITE, ...changes } });
  const admin = (changes: object) => ({ ...SETUP, admin: { ...ADMIN, ...changes } });
  test.each<[string, unknown, string | undefined]>([
    ['null', null, undefined],
    ['a text', 'setup', undefined],
    ['a list', [SETUP], 'token'],
    ['nothing', {}, 'token'],
    ['no site', { token: 't', admin: ADMIN }, 'site'],
    ['no admin', { token: 't', site: SITE }, 'admin'],
    ['another field', { ...SETUP, role: 'admin' }, 'role'],
    ['a role for the admin', admin({ role: 'admin' }), 'admin.role'],
    ['a number for a token', { ...SETUP, token: 1 }, 'token'],
    ['a token of 201 characters', { ...SETUP, token: 't'.repeat(201) }, 'token'],
    ['a site without a name', site({ name: '' }), 'site.name'],
    ['a name of spaces', site({ name: '  ' }), 'site.name'],
    ['a name over its cap', site({ name: 'n'.repeat(61) }), 'site.name'],
    ['a name of two lines', site({ name: 'a\nb' }), 'site.name'],
    ['a name turned round', site({ name: 'a\u202eb' }), 'site.name'],
    ['no such time zone', site({ timeZone: 'Europe/Nowhere' }), 'site.timeZone'],
    ['a blank time zone', site({ timeZone: '' }), 'site.timeZone'],
    ['a path for a time zone', site({ timeZone: '../../etc/passwd' }), 'site.timeZone'],
    ['a time zone without end', site({ timeZone: 'A/'.repeat(1_000) }), 'site.timeZone'],
    ['no locations', site({ locations: [] }), 'site.locations'],
    ['a location over its cap', site({ locations: ['L'.repeat(25)] }), 'site.locations.0'],
    ['a blank location', site({ locations: ['Yard', ''] }), 'site.locations.1'],
    ['a location twice', site({ locations: ['Yard', 'Yard'] }), 'site.locations'],
    ['a location twice but for its case', site({ locations: ['Yard', 'yard'] }), 'site.locations'],
    [
      'too many locations',
      site({ locations: Array.from({ length: LOCATIONS_MAX + 1 }, (_, i) => `${i}`) }),
      'site.locations',
    ],
    ['a text for locations', site({ locations: 'Yard' }), 'site.locations'],
    [
      'a ninth shift',
      site({ shifts: Array.from({ length: 9 }, (_, i) => ({ ...DAY, name: `${i}` })) }),
      'site.shifts',
    ],
    ['a shift twice but for its case', site({ shifts: [DAY, { ...NIGHT, name: 'dAY' }] }), 'site.shifts'],
    ['a shift without a name', site({ shifts: [{ ...DAY, name: ' ' }] }), 'site.shifts.0.name'],
    [
      'a shift whose name is over its cap',
      site({ shifts: [{ ...DAY, name: 'x'.repeat(31) }] }),
      'site.shifts.0.name',
    ],
    ['a shift that starts at no time', site({ shifts: [{ ...DAY, start: '24:00' }] }), 'site.shifts.0.start'],
    [
      'a shift that ends at half a time',
      site({ shifts: [DAY, { ...NIGHT, end: '6:00' }] }),
      'site.shifts.1.end',
    ],
    ['a shift whose start is a number', site({ shifts: [{ ...DAY, start: 360 }] }), 'site.shifts.0.start'],
    ['a shift that ends when it starts', site({ shifts: [{ ...DAY, end: DAY.start }] }), 'site.shifts.0'],
    ['a shift with an unknown field', site({ shifts: [{ ...DAY, days: 'Mo' }] }), 'site.shifts.0.days'],
    ['a text for shifts', site({ shifts: 'Day' }), 'site.shifts'],
    ['no email', admin({ email: '' }), 'admin.email'],
    ['an email without a sign', admin({ email: 'nora' }), 'admin.email'],
    ['an email with two signs', admin({ email: 'a@b@c' }), 'admin.email'],
    ['an email of two lines', admin({ email: 'a@b\nBcc: c@d' }), 'admin.email'],
    ['an email over its cap', admin({ email: `${'a'.repeat(250)}@b.cd` }), 'admin.email'],
    ['a list for an email', admin({ email: ['a@b'] }), 'admin.email'],
    ['a password of 7', admin({ password: 'seven77' }), 'admin.password'],
    ['a password of 129', admin({ password: 'p'.repeat(129) }), 'admin.password'],
    ['a number for a password', admin({ password: 12345678 }), 'admin.password'],
    ['a prototype', JSON.parse('{"__proto__":{"token":"t"}}'), 'token'],
  ])('not with %s', (_, body, field) => {
    const refused = check(setupBody, body);
    expect(refused).toMatchObject({ ok: false, code: 'invalid', detail: expect.any(String) });
    expect('field' in refused ? refused.field : undefined).toBe(field);
  });
});

describe('login', () => {
  test.each([[{ email: 'nora@example.org', password: 'p' }], [{ email: 'nora@example.org', password: '' }]])(
    '%j',
    (body) => {
      expect(check(loginBody, body)).toEqual({ ok: true, value: body });
    },
  );

  test.each<[string, unknown, string | undefined]>([
    ['null', null, undefined],
    ['no password', { email: 'a@b' }, 'password'],
    ['no email', { password: 'p' }, 'email'],
    ['a pattern for an email', { email: { $ne: '' }, password: 'p' }, 'email'],
    ['a pattern for a password', { email: 'a@b', password: { $ne: '' } }, 'password'],
    ['a password without end', { email: 'a@b', password: 'p'.repeat(10_000) }, 'password'],
    ['another field', { email: 'a@b', password: 'p', remember: true }, 'remember'],
  ])('not with %s', (_, body, field) => {
    const refused = check(loginBody, body);
    expect(refused).toMatchObject({ ok: false, code: 'invalid', detail: expect.any(String) });
    expect('field' in refused ? refused.field : undefined).toBe(field);
  });
});

describe('a new car', () => {
  test.each<[unknown, unknown]>([
    [{ id: '414' }, { id: '414' }],
    [
      { id: ' p1 ', late: true },
      { id: 'P1', late: true },
    ],
    [
      { id: '414', location: '300', notes: 'a\nb', arrived: true, empty: true },
      { id: '414', location: '300', notes: 'a\nb', arrived: true, empty: true },
    ],
    [
      { id: '414', empty: true },
      { id: '414', empty: true },
    ],
    [
      { id: '414', arrived: false, empty: false },
      { id: '414', arrived: false, empty: false },
    ],
  ])('%j', (body, value) => {
    expect(check(newCar, body)).toEqual({ ok: true, value });
  });

  test.each<[string, unknown, string | undefined]>([
    ['no number', { late: true }, 'id'],
    ['a number for a number', { id: 414 }, 'id'],
    ['a path for a number', { id: '../414' }, 'id'],
    ['a stamp', { id: '414', version: 3 }, 'version'],
    ['a time of its own', { id: '414', arrived: true, arrivedAt: 0 }, 'arrivedAt'],
    ['a removed flag', { id: '414', removed: false }, 'removed'],
    ['an empty car that has not arrived', { id: '414', arrived: false, empty: true }, undefined],
    ['a text for a flag', { id: '414', late: 'yes' }, 'late'],
    ['null for a flag', { id: '414', late: null }, 'late'],
    ['a list', ['414'], 'id'],
  ])('not with %s', (_, body, field) => {
    const refused = check(newCar, body);
    expect(refused).toMatchObject({ ok: false, code: 'invalid', detail: expect.any(String) });
    expect('field' in refused ? refused.field : undefined).toBe(field);
  });
});

describe('a change of a car', () => {
  test('sets at least one field', () => {
    expect(check(someCarFields, { late: false })).toEqual({ ok: true, value: { late: false } });
    expect(check(someCarFields, {})).toMatchObject({ ok: false, code: 'invalid' });
    expect(check(someCarFields, [])).toMatchObject({ ok: false, code: 'invalid' });
    expect(check(someCarFields, { id: '414', late: true })).toMatchObject({ ok: false, field: 'id' });
  });
});

describe('a refusal', () => {
  test('does not send back all that was sent', () => {
    const refused = check(newCar, { id: '414', ['k'.repeat(60_000)]: 1 });
    expect(JSON.stringify(refused).length).toBeLessThan(600);
    expect(
      JSON.stringify(check(setupBody, { ...SETUP, token: 5, ['t'.repeat(60_000)]: 1 })).length,
    ).toBeLessThan(600);
  });

  test('says the path of the first fault', () => {
    expect(check(setupBody, { ...SETUP, site: { ...SITE, locations: ['Yard', 7] } })).toMatchObject({
      ok: false,
      code: 'invalid',
      field: 'site.locations.1',
    });
  });
});
