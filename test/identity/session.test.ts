import { describe, expect, test } from 'vitest';
import { callerOf, cookieOf } from '../../worker/identity/caller.ts';
import { type Hint, readHint, signHint } from '../../worker/identity/hint.ts';
import { hashSecret, isSecret, newSecret, sameSecret } from '../../worker/identity/secret.ts';
import {
  DEVICE_IDLE_MS_MAX,
  DEVICE_MS_MAX,
  SESSION_IDLE_MS_MAX,
  SESSION_MS_MAX,
  WALL_MS_MAX,
} from '../../worker/protocol/limits.ts';

const KEY = 'k'.repeat(32);
const NOW = 1_800_000_000_000;
const SECRET = newSecret();
const HINT: Hint = {
  person: { id: 'p7', name: 'Zoë', email: 'zoe@example.com' },
  sites: [{ id: 'north', name: 'North', role: 'lead' }],
  more: false,
  askedAt: NOW,
  expiresAt: NOW + SESSION_MS_MAX,
};

const withCookie = (cookie: string): Request =>
  new Request('http://localhost/api/me', { headers: { cookie } });
const cookie = cookieOf(HINT, SECRET, KEY, NOW).split(';')[0] ?? '';

describe('a session secret', () => {
  test('is 256 bits, each its own, and only its hash is kept', () => {
    const secrets = new Set(Array.from({ length: 100 }, newSecret));
    expect(secrets.size).toBe(100);
    for (const secret of secrets) expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(hashSecret(SECRET)).toMatch(/^[\w-]{43}$/);
    expect(hashSecret(SECRET)).not.toBe(SECRET);
  });

  test('is told from what is none', () => {
    expect(isSecret(SECRET)).toBe(true);
    for (const text of ['', SECRET.slice(1), `${SECRET}x`, `${SECRET.slice(1)}=`]) {
      expect(isSecret(text)).toBe(false);
    }
  });

  test('is compared in whole, whatever the lengths', () => {
    expect(sameSecret('abc', 'abc')).toBe(true);
    for (const other of ['', 'ab', 'abcd', 'abd']) expect(sameSecret(other, 'abc')).toBe(false);
  });
});

describe('the cookie', () => {
  test('is for this host alone, out of reach of scripts and of other sites, and ends when the session may', () => {
    const header = cookieOf(HINT, SECRET, KEY, NOW);
    expect(header).toMatch(/^__Host-yardboard=[\w.-]+; /);
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/']) {
      expect(header.split('; ')).toContain(attribute);
    }
    expect(header).toContain(`Max-Age=${SESSION_IDLE_MS_MAX / 1000};`);
    expect(header).not.toContain('Domain');
  });

  test('says who is calling', () => {
    expect(callerOf(withCookie(cookie), KEY, NOW)).toEqual({
      ...HINT,
      secret: SECRET,
      session: hashSecret(SECRET),
      kind: 'person',
      device: null,
    });
    expect(callerOf(withCookie(`a=b; ${cookie}; c=d`), KEY, NOW)?.person.id).toBe('p7');
  });

  const flipped = (at: number): string =>
    cookie.slice(0, at) + (cookie[at] === 'A' ? 'B' : 'A') + cookie.slice(at + 1);
  const hintStart = cookie.indexOf('.') + 1;
  test.each<[string, string]>([
    ['garbage', '__Host-yardboard=garbage'],
    ['empty', '__Host-yardboard='],
    ['only dots', '__Host-yardboard=...'],
    ['of another name', cookie.replace('__Host-', '')],
    ['twice', `${cookie}; ${cookie}`],
    ['with a planted one beside it', `__Host-yardboard=x; ${cookie}`],
    ['without its hint', cookie.slice(0, hintStart - 1)],
    ['without its signature', cookie.slice(0, cookie.lastIndexOf('.'))],
    ['with another secret', cookie.replace(SECRET, newSecret())],
    ['with a letter of the secret changed', flipped(20)],
    ['with a letter of the hint changed', flipped(hintStart + 5)],
    ['with a letter of the signature changed', flipped(cookie.lastIndexOf('.') + 5)],
    ['signed with another key', cookieOf(HINT, SECRET, 'x'.repeat(32), NOW).split(';')[0] ?? ''],
  ])('%s is nobody', (_, header) => {
    expect(callerOf(withCookie(header), KEY, NOW)).toBeNull();
  });

  test('of nobody is nobody', () => {
    expect(callerOf(new Request('http://localhost/api/me'), KEY, NOW)).toBeNull();
  });
});

describe('the hint', () => {
  test('is good until the idle limit, and never past the absolute end', () => {
    const signed = signHint(HINT, SECRET, KEY);
    const at = (now: number) => readHint(signed, SECRET, KEY, now);
    expect(at(NOW + SESSION_IDLE_MS_MAX - 1)).not.toBeNull();
    expect(at(NOW + SESSION_IDLE_MS_MAX)).toBeNull();
    const ending = signHint({ ...HINT, expiresAt: NOW + 5 }, SECRET, KEY);
    expect(readHint(ending, SECRET, KEY, NOW + 4)).not.toBeNull();
    expect(readHint(ending, SECRET, KEY, NOW + 5)).toBeNull();
  });

  test('B1 fits a cookie however many sites there are, and says that there are more', () => {
    const sites = Array.from({ length: 200 }, (_, i) => ({
      id: `site-${i}`.padEnd(40, 'x'),
      name: `Ñandú ${i}`.padEnd(60, '🚚'),
      role: 'viewer' as const,
    }));
    const signed = signHint({ ...HINT, sites }, SECRET, KEY);
    expect(cookieOf({ ...HINT, sites }, SECRET, KEY, NOW).length).toBeLessThan(4_096);
    const hint = readHint(signed, SECRET, KEY, NOW);
    expect(hint?.more).toBe(true);
    expect(hint?.sites).toEqual(sites.slice(0, hint?.sites.length));
    expect(hint?.sites.length).toBeGreaterThan(3);
  });

  test('is not made with a key that could be guessed', () => {
    expect(() => signHint(HINT, SECRET, 'short')).toThrow('SESSION_KEY');
  });
});

describe('an enrolled device', () => {
  const DEVICE: Hint = {
    person: { id: 'd7', name: 'Belt 300', email: null },
    sites: [{ id: 'north', name: 'North', role: 'viewer' }],
    more: false,
    askedAt: NOW,
    expiresAt: NOW + DEVICE_MS_MAX,
    enrolled: { kind: 'device', owner: null },
  };
  const DEVICE_SECRET = newSecret();
  const deviceCookie = cookieOf(DEVICE, DEVICE_SECRET, KEY, NOW).split(';')[0] ?? '';
  const proof = { ...DEVICE, secret: DEVICE_SECRET, session: hashSecret(DEVICE_SECRET) };

  test('has a cookie of its own, and is the caller while nobody is signed in', () => {
    expect(deviceCookie).toMatch(/^__Host-yardboard-device=/);
    expect(callerOf(withCookie(deviceCookie), KEY, NOW)).toEqual({ ...proof, kind: 'device', device: proof });
  });

  test('is where a person is who signs in on it', () => {
    const caller = callerOf(withCookie(`${deviceCookie}; ${cookie}`), KEY, NOW);
    expect(caller).toMatchObject({ kind: 'person', person: { id: 'p7' }, device: proof });
  });

  test('is nothing in the cookie of a person, nor a person in its', () => {
    const swapped = deviceCookie.replace('-device=', '=');
    expect(callerOf(withCookie(swapped), KEY, NOW)).toBeNull();
    expect(callerOf(withCookie(cookie.replace('yardboard=', 'yardboard-device=')), KEY, NOW)).toBeNull();
  });

  test('and a token are two: neither is asked who is meant', () => {
    const headers = { cookie: deviceCookie, authorization: 'Bearer x' };
    expect(callerOf(new Request('http://localhost/api/me', { headers }), KEY, NOW)).toBeNull();
  });

  test('may rest for longer than a person, and a wall until its end', () => {
    const at = (hint: Hint, now: number) =>
      readHint(signHint(hint, SECRET, KEY, 'device'), SECRET, KEY, now, 'device');
    expect(at(DEVICE, NOW + DEVICE_IDLE_MS_MAX - 1)).toEqual(DEVICE);
    expect(at(DEVICE, NOW + DEVICE_IDLE_MS_MAX)).toBeNull();
    const wall: Hint = { ...DEVICE, enrolled: { kind: 'wall', owner: null }, expiresAt: NOW + WALL_MS_MAX };
    expect(at(wall, NOW + WALL_MS_MAX - 1)).toEqual(wall);
    expect(at(wall, NOW + WALL_MS_MAX)).toBeNull();
  });
});
