import { describe, expect, test } from 'vitest';
import '../../app/messages/add-sites.ts';
import {
  carsByLocation,
  changeOf,
  emptyForm,
  formOf,
  moved,
  newSiteOf,
  withLocation,
  withName,
} from '../../app/state/site-form.ts';
import { newSiteBody, siteChangeBody } from '../../worker/protocol/bodies.ts';
import { blankCar } from '../../worker/protocol/car.ts';
import { LOCATION_CHARS_MAX, LOCATIONS_MAX } from '../../worker/protocol/limits.ts';
import { check } from '../../worker/protocol/parse-up.ts';

const base = formOf({ id: 'north', name: 'North', timeZone: 'UTC', locations: ['Yard', '100', 'Shop'] });

describe('the settings of a site', () => {
  test('only what differs is sent, and the hub takes it', () => {
    expect(changeOf(base, base)).toBeNull();
    expect(changeOf({ ...base, name: ' North ' }, base)).toBeNull();
    const change = changeOf({ ...base, name: 'South ', locations: ['100', 'Yard', 'Shop'] }, base);
    expect(change).toEqual({ name: 'South', locations: ['100', 'Yard', 'Shop'] });
    expect(check(siteChangeBody, change)).toMatchObject({ ok: true });
    expect(changeOf({ ...base, timeZone: 'Asia/Tokyo' }, base)).toEqual({ timeZone: 'Asia/Tokyo' });
  });

  test('shifts are sent where one differs, trimmed, and as none where the last one is taken away', () => {
    const night = { name: 'Night', start: '22:00', end: '06:00' };
    const change = changeOf({ ...base, shifts: [{ ...night, name: ' Night' }] }, base);
    expect(change).toEqual({ shifts: [night] });
    expect(check(siteChangeBody, change)).toMatchObject({ ok: true });
    const had = { ...base, shifts: [night] };
    expect(changeOf({ ...had, shifts: [{ ...night, name: 'Night ' }] }, had)).toBeNull();
    expect(changeOf({ ...had, shifts: [{ ...night, end: '05:30' }] }, had)).toEqual({
      shifts: [{ ...night, end: '05:30' }],
    });
    expect(changeOf(base, had)).toEqual({ shifts: [] });
  });

  test('a new site begins with the usual locations, and is a body the hub takes', () => {
    const body = newSiteOf({ ...emptyForm('America/Denver'), name: ' South ' });
    expect(body).toMatchObject({ name: 'South', timeZone: 'America/Denver' });
    expect(check(newSiteBody, body)).toMatchObject({ ok: true });
  });

  test('a location moves a place at a time and stays at the ends', () => {
    expect(moved(base.locations, '100', -1)).toEqual(['100', 'Yard', 'Shop']);
    expect(moved(base.locations, '100', 1)).toEqual(['Yard', 'Shop', '100']);
    expect(moved(base.locations, 'Yard', -1)).toEqual(base.locations);
    expect(moved(base.locations, 'Shop', 1)).toEqual(base.locations);
  });

  test('another location is trimmed and goes to the end', () => {
    expect(withLocation(base.locations, ' Dock 9 ')).toEqual({ locations: [...base.locations, 'Dock 9'] });
  });

  test.each([
    ['nothing', '  ', 'Fill this in.'],
    ['one that is there in another case', 'YARD', 'Yard stands there twice.'],
    ['one that is too long', 'x'.repeat(LOCATION_CHARS_MAX + 1), 'This is longer than 24 characters.'],
  ])('%s is not added', (_, text, problem) => {
    expect(withLocation(base.locations, text)).toEqual({ problem });
  });

  test('B1 one more location than a site can have is not added', () => {
    const full = Array.from({ length: LOCATIONS_MAX }, (_, i) => `${i}`);
    expect(withLocation(full, 'Dock')).toEqual({ problem: 'A site has 60 locations at most.' });
  });

  test('cars are counted where they stand', () => {
    const cars = [blankCar('1', 'Yard'), blankCar('2', '100'), blankCar('3', 'Yard')];
    expect([...carsByLocation(cars)]).toEqual([
      ['Yard', 2],
      ['100', 1],
    ]);
  });

  describe('another name for a location', () => {
    const named = (form: typeof base, name: string, text: string) => {
      const made = withName(form, name, text, base);
      if ('problem' in made) throw new Error(made.problem);
      return { ...form, ...made };
    };

    test('is sent with the one before, however often it is changed, and the hub takes it', () => {
      const change = changeOf(named(named(base, '100', ' Dock '), 'Dock', 'Pier'), base);
      expect(change).toEqual({ locations: ['Yard', 'Pier', 'Shop'], renames: [{ from: '100', to: 'Pier' }] });
      expect(check(siteChangeBody, change)).toMatchObject({ ok: true });
      expect(changeOf(named(named(base, '100', 'Dock'), 'Dock', '100'), base)).toBeNull();
      expect(changeOf(named(base, 'Yard', 'YARD'), base)).toMatchObject({
        renames: [{ from: 'Yard', to: 'YARD' }],
      });
    });

    test('of one that is new is the name it is new under, and one that has been taken away since is none', () => {
      const added = { ...base, locations: [...base.locations, 'Dock'] };
      expect(changeOf(named(added, 'Dock', 'Pier'), base)).toEqual({
        locations: ['Yard', '100', 'Shop', 'Pier'],
      });
      const gone = { ...named(base, '100', 'Dock'), locations: ['Yard', 'Shop'] };
      expect(changeOf(gone, base)).toEqual({ locations: ['Yard', 'Shop'] });
    });

    test.each([
      ['one that there is', '100', 'yard', 'Yard stands there twice.'],
      ['none', '100', ' ', 'Fill this in.'],
      ['one that goes with the same change', '100', 'Shop', /^Shop is a location until you save/],
    ])('is not %s', (_, name, text, problem) => {
      const form = { ...base, locations: ['Yard', '100'] };
      expect(withName(form, name, text, base)).toEqual({
        problem: typeof problem === 'string' ? problem : expect.stringMatching(problem),
      });
    });

    test('has the cars that stand there', () => {
      const cars = [blankCar('1', '100'), blankCar('2', 'Yard')];
      expect(carsByLocation(cars, [{ from: '100', to: 'Dock' }]).get('Dock')).toBe(1);
    });
  });
});
