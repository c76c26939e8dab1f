import { describe, expect, test } from 'vitest';
import { bearerOf, readToken, tokenOf } from '../../worker/identity/bearer.ts';
import { callerOf, cookieOf } from '../../worker/identity/caller.ts';
import { type Hint, signHint } from '../../worker/identity/hint.ts';
import { hashSecret, newSecret } from '../../worker/identity/secret.ts';
import { SESSION_IDLE_MS_MAX } from '../../worker/protocol/limits.ts';

const KEY = 'k'.repeat(32);
const NOW = 1_800_000_000_000;
const YEAR_MS = 365 * 24 * 3_600_000;
const SECRET = newSecret();
const HINT: Hint = {
  person: { id: 't7', name: 'Gate 3', email: null },
  sites: [{ id: 'north', name: 'North', role: 'worker' }],
  more: false,
  askedAt: NOW,
  expiresAt: NOW + YEAR_MS,
};
const TOKEN = tokenOf(HINT, SECRET, KEY);
const cookie = cookieOf(HINT, SECRET, KEY, NOW).split(';')[0] ?? '';

const calling = (headers: Record<string, string>, now = NOW) =>
  callerOf(new Request('http://localhost/api/sites/north/cars', { headers }), KEY, now);

test('a token says what it is, and fits a header and a line of a file', () => {
  expect(TOKEN).toMatch(/^yardboard_[\w-]{43}\.[\w-]+\.[\w-]{43}$/);
  expect(TOKEN.length).toBeLessThan(400);
});

test('a token in the header is a caller of its one site, told from a person', () => {
  const caller = { ...HINT, secret: SECRET, session: hashSecret(SECRET), kind: 'token', device: null };
  for (const scheme of ['Bearer', 'bearer', 'BEARER ', 'Bearer  ']) {
    expect(calling({ Authorization: `${scheme} ${TOKEN}` })).toEqual(caller);
  }
  // A proxy's cookie is nobody's session.
  expect(calling({ Authorization: `Bearer ${TOKEN}`, Cookie: '__cf_bm=x; theme=dark' })).toEqual(caller);
});

test('a token that rests for longer than a session may is good until its end, and not after', () => {
  const at = (now: number) => readToken(TOKEN, KEY, now);
  expect(at(NOW + SESSION_IDLE_MS_MAX + 1)).not.toBeNull();
  expect(at(NOW + YEAR_MS - 1)).not.toBeNull();
  expect(at(NOW + YEAR_MS)).toBeNull();
});

describe('nobody is calling with a token that is', () => {
  const [secret = '', payload = '', mac = ''] = TOKEN.split('.');
  const flip = (text: string, at: number) =>
    text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
  const other = tokenOf({ ...HINT, sites: [{ id: 'south', name: 'South', role: 'lead' }] }, newSecret(), KEY);
  test.each<[string, string]>([
    ['nothing', ''],
    ['garbage', 'garbage'],
    ['its prefix', 'yardboard_'],
    ['only dots', 'yardboard_...'],
    ['without its prefix', TOKEN.replace('yardboard_', '')],
    ['with its prefix in capitals', TOKEN.replace('yardboard_', 'YARDBOARD_')],
    ['its secret alone', secret],
    ['without its signature', `${secret}.${payload}`],
    ['without its hint', `${secret}.${mac}`],
    ['cut by a character', TOKEN.slice(0, -1)],
    ['longer by a character', `${TOKEN}A`],
    ['longer by a part', `${TOKEN}.${mac}`],
    ['followed by another', `${TOKEN} ${TOKEN}`],
    ['sent twice', `${TOKEN}, Bearer ${TOKEN}`],
    ['in quotes', `"${TOKEN}"`],
    ['with another character in its secret', flip(TOKEN, 20)],
    ['with another character in its hint', flip(TOKEN, secret.length + 10)],
    ['with another character in its signature', flip(TOKEN, TOKEN.length - 20)],
    ['of the secret of one and the hint of another', `${secret}${other.slice(other.indexOf('.'))}`],
    ['signed with another key', tokenOf(HINT, SECRET, 'K'.repeat(32))],
    ['signed as a cookie is', `yardboard_${SECRET}.${signHint(HINT, SECRET, KEY)}`],
    ['a cookie', cookie.slice(cookie.indexOf('=') + 1)],
  ])('%s', (_, text) => {
    expect(calling({ Authorization: `Bearer ${text}` })).toBeNull();
  });

  test('in a cookie', () => {
    const value = TOKEN.replace('yardboard_', '');
    expect(calling({ Cookie: cookie })).not.toBeNull();
    expect(calling({ Cookie: `__Host-yardboard=${value}` })).toBeNull();
    expect(calling({ Cookie: `__Host-yardboard=${TOKEN}` })).toBeNull();
  });

  test.each(['Basic', 'Token', 'Session', 'Bearerx', 'Bearer,'])('of the scheme %s', (scheme) => {
    expect(calling({ Authorization: `${scheme} ${TOKEN}` })).toBeNull();
  });

  test('beside a session’s cookie, good or bad', () => {
    for (const beside of [cookie, '__Host-yardboard=garbage', `${cookie}; ${cookie}`]) {
      expect(calling({ Authorization: `Bearer ${TOKEN}`, Cookie: beside })).toBeNull();
    }
  });
});

test('a header of another scheme is a proxy’s, and the cookie counts', () => {
  expect(bearerOf(new Headers({ Authorization: 'Basic dXNlcjpwYXNz' }))).toBeNull();
  expect(calling({ Authorization: 'Basic dXNlcjpwYXNz', Cookie: cookie })?.kind).toBe('person');
});

test('a bad token is not passed over for the cookie beside it', () => {
  expect(calling({ Authorization: 'Bearer', Cookie: cookie })).toBeNull();
  expect(calling({ Authorization: 'Bearer garbage', Cookie: cookie })).toBeNull();
});
