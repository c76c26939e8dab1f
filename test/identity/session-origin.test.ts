import { expect, test } from 'vitest';
import { agentOf, originOf, placeOf } from '../../worker/identity/session-origin.ts';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test.each<[string, string | null]>([
  [
    `Mozilla/5.0 (Linux; Android 14; TC57) ${WEBKIT} Chrome/141.0.0.0 Mobile Safari/537.36`,
    'Chrome on Android',
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`,
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1',
    'Safari on iPhone',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 CriOS/141.0 Safari/604.1',
    'Chrome on iPhone',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15',
    'Safari on Mac',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox on Linux'],
  ['curl/8.11.0', 'curl'],
  ['node', null],
  ['', null],
])('%j is %j', (userAgent, words) => {
  expect(agentOf(userAgent)).toBe(words);
});

test('nothing of what somebody writes into a User-Agent gets into the words', () => {
  const words = agentOf('<script>alert(1)</script> Chrome/1 Android '.repeat(2_000));
  expect(words).toBe('Chrome on Android');
});

test('a place is town and country, as far as the network says; nothing else of it is kept', () => {
  expect(placeOf({ city: 'Chicago', country: 'US' })).toBe('Chicago, US');
  expect(placeOf({ country: 'US' })).toBe('US');
  for (const network of [
    null,
    undefined,
    {},
    { city: 7, country: null },
    { city: 'a\u202eb' },
    { city: '' },
  ]) {
    expect(placeOf(network)).toBeNull();
  }
  expect(placeOf({ city: 'x'.repeat(500), country: 'US' })?.length).toBe(80);
});

test('a session says how it began', () => {
  const cf = { city: 'Łódź', country: 'PL', latitude: '51.7' };
  const request = { headers: new Headers({ 'user-agent': 'curl/8' }), cf };
  expect(originOf(request, 'password')).toEqual({ via: 'password', agent: 'curl', place: 'Łódź, PL' });
  expect(originOf({ headers: new Headers() }, 'setup')).toEqual({ via: 'setup', agent: null, place: null });
});
