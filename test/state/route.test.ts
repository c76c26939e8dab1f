import { describe, expect, test } from 'vitest';
import { parseRoute, pathOf } from '../../app/state/route.ts';

const parse = (path: string) => parseRoute(new URL(path, 'https://yard.example'));

describe('addresses', () => {
  test.each([
    '/',
    '/sites',
    '/setup',
    '/s/north',
    '/s/north/board',
    '/s/north/board?show=late&at=On+Site',
    '/s/north?car=128414',
    '/s/north?car=128414&part=move',
    '/s/north/board?q=mirror&car=P15360',
    '/s/north/more?sheet=undo',
    '/s/north?sheet=add&car=128999',
    '/s/north/import',
    '/s/north/security',
    '/s/north/person?person=p7',
    '/s/north/people',
    '/join',
    '/enrol',
    '/tablet',
    '/s/north/devices',
  ])('%s means a route whose address it is', (path) => {
    expect(pathOf(parse(path))).toBe(path);
  });

  test('that mean nothing lead to the start', () => {
    expect(parse('/elsewhere')).toEqual({ at: 'start' });
    expect(parse('/s/north/board/deeper')).toEqual({ at: 'start' });
  });

  test('keep what is known of them', () => {
    expect(parse('/s/north/unknown?car=not%20a%20car&sheet=none')).toMatchObject({
      at: 'site',
      screen: 'home',
      overlay: null,
    });
  });

  test('survive a site that is not well encoded', () => {
    expect(parse('/s/%E0%A4%A')).toMatchObject({ at: 'site', site: '%E0%A4%A' });
  });

  test('a setup token is read from the fragment, and never written back', () => {
    expect(parse('/#token=s3cret')).toEqual({ at: 'setup', token: 's3cret' });
    expect(pathOf({ at: 'setup', token: 's3cret' })).toBe('/setup');
  });

  test('so is that of a link for a new password', () => {
    expect(parse('/reset#s3-cr_et')).toEqual({ at: 'reset', token: 's3-cr_et' });
    expect(parse('/reset')).toEqual({ at: 'reset', token: '' });
    expect(pathOf({ at: 'reset', token: 's3cret' })).toBe('/reset');
  });

  test('so are the digits of a new tablet, on their own page alone', () => {
    expect(parse('/enrol#code=417293')).toEqual({ at: 'enrol', token: '417293' });
    expect(pathOf({ at: 'enrol', token: '417293' })).toBe('/enrol');
    expect(parse('/tablet#code=417293')).toEqual({ at: 'tablet' });
  });

  test('so is the token of an invitation, on its own page alone', () => {
    expect(parse('/join#invite=s3cret')).toEqual({ at: 'join', token: 's3cret' });
    expect(pathOf({ at: 'join', token: 's3cret' })).toBe('/join');
    expect(parse('/join?invite=s3cret')).toEqual({ at: 'join', token: '' });
    expect(parse('/s/north#invite=s3cret')).toMatchObject({ at: 'site' });
  });

  test('the link of a wall keeps its token: the browser of the wall starts with it each time', () => {
    expect(parse('/wall#display=s3cret')).toEqual({ at: 'wall', token: 's3cret' });
    expect(pathOf({ at: 'wall', token: 's3cret' })).toBe('/wall#display=s3cret');
    expect(parse('/wall?display=s3cret')).toEqual({ at: 'wall', token: '' });
  });
});
