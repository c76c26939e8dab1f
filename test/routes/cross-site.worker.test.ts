import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Hub, startHub } from '../support/hub.ts';
import { makeSite, PASSWORD, type TestSite } from '../support/site.ts';
import { handshake, problemIn } from './http.ts';

let hub: Hub;
let site: TestSite;
let live: string;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
  await site.lead.request('POST', 'cars', { id: '100' });
  live = `${hub.origin}/api/sites/${site.id}/live`;
});
afterAll(() => hub.stop());

/** Origins that are not ours, made from ours. */
const FOREIGN: [string, (own: string) => string | null][] = [
  ['no origin', () => null],
  ['the origin null', () => 'null'],
  ['an empty origin', () => ''],
  ['another host', () => 'https://elsewhere.example'],
  ['a look-alike that ends in ours', (own) => own.replace('localhost', 'evil-localhost')],
  ['a look-alike that begins with ours', (own) => own.replace('localhost', 'localhost.evil.example')],
  ['ours with more behind it', (own) => `${own}.evil.example`],
  ['ours with a path', (own) => `${own}/`],
  ['ours in capitals', (own) => own.toUpperCase()],
  ['the other scheme', (own) => own.replace('http:', 'https:')],
  ['another port', (own) => own.replace(/\d+$/, '1')],
  ['no port', (own) => own.replace(/:\d+$/, '')],
  ['ours twice', (own) => `${own}, ${own}`],
];

const headersOf = (origin: string | null): Record<string, string> => ({
  Cookie: site.worker.cookie,
  ...(origin !== null && { Origin: origin }),
});

describe('from another origin', () => {
  test.each(FOREIGN)('%s: the handshake is refused', async (_, origin) => {
    expect(await handshake(live, headersOf(origin(hub.origin)))).toBe(403);
  });

  test.each(FOREIGN)('%s: a write is refused and changes nothing', async (_, origin) => {
    const response = await fetch(`${hub.origin}/api/sites/${site.id}/cars/100`, {
      method: 'PATCH',
      headers: { ...headersOf(origin(hub.origin)), 'Content-Type': 'application/json' },
      body: '{"late":true}',
    });
    expect(await problemIn(response)).toMatchObject({ status: 403, code: 'bad-origin' });
    expect(await (await site.worker.get('cars/100')).json()).toMatchObject({ late: false });
  });

  test.each(['POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS'])(
    '%s is refused whatever the path',
    async (method) => {
      const headers = headersOf('https://elsewhere.example');
      for (const path of ['/api/auth/logout', '/api/nothing', `/api/sites/${site.id}/cars`]) {
        expect((await fetch(hub.origin + path, { method, headers })).status).toBe(403);
      }
      expect((await site.worker.get('cars')).status).toBe(200);
    },
  );
});

test('from our own origin the handshake opens', async () => {
  expect(await handshake(live, headersOf(hub.origin))).toBe(101);
});

test('a sign-in that another site sends is refused, cookie or not', async () => {
  const body = JSON.stringify({ email: site.worker.email, password: PASSWORD });
  const from = (headers: Record<string, string>) =>
    fetch(`${hub.origin}/api/auth/login`, { method: 'POST', headers, body });
  const json = { 'Content-Type': 'application/json' };
  expect((await from({ ...json, Origin: 'https://elsewhere.example' })).status).toBe(403);
  expect((await from({ 'Content-Type': 'text/plain', Origin: hub.origin })).status).toBe(415);
  const form = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: hub.origin };
  expect((await from(form)).status).toBe(415);
  // A script that is no browser has neither.
  expect((await from(json)).status).toBe(200);
});

test('no other origin is told that it may read', async () => {
  const headers = { Origin: 'https://elsewhere.example', Cookie: site.worker.cookie };
  for (const path of ['/api/health', '/api/me', `/api/sites/${site.id}/cars`]) {
    const response = await fetch(hub.origin + path, { headers });
    const cors = [...response.headers.keys()].filter((name) => name.startsWith('access-control-'));
    expect(cors).toEqual([]);
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  }
});

test('a GET changes nothing, whatever method it says it means', async () => {
  const headers = { ...headersOf(null), 'X-HTTP-Method-Override': 'DELETE', 'X-Method-Override': 'DELETE' };
  const response = await fetch(`${hub.origin}/api/sites/${site.id}/cars/100?_method=DELETE`, { headers });
  expect(response.status).toBe(200);
  expect((await site.worker.get('cars/100')).status).toBe(200);
});

describe('the handshake of somebody who is not signed in is refused', () => {
  const spoiled: [string, () => Record<string, string>][] = [
    ['no cookie', () => ({})],
    ['garbage', () => ({ Cookie: '__Host-yardboard=garbage' })],
    ['two cookies', () => ({ Cookie: `${site.worker.cookie}; ${site.lead.cookie}` })],
    ['the cookie under another name', () => ({ Cookie: site.worker.cookie.replace('__Host-', '') })],
    [
      'a secret with the hint of somebody else',
      () => ({ Cookie: mixed(site.worker.cookie, site.admin.cookie) }),
    ],
    ['the cookie as a bearer token', () => ({ Authorization: `Bearer ${site.worker.cookie.split('=')[1]}` })],
  ];
  test.each(spoiled)('%s', async (_, headers) => {
    expect(await handshake(live, { Origin: hub.origin, ...headers() })).toBe(401);
  });

  test('a token in the address', async () => {
    const token = encodeURIComponent(site.worker.cookie.split('=')[1] ?? '');
    expect(await handshake(`${live}?token=${token}&session=${token}`, { Origin: hub.origin })).toBe(401);
  });
});

/** The secret of one cookie with the hint of another. */
function mixed(one: string, two: string): string {
  return one.slice(0, one.indexOf('.')) + two.slice(two.indexOf('.'));
}

test('a path that is no handshake says so', async () => {
  const response = await fetch(live, { headers: headersOf(hub.origin) });
  expect(await problemIn(response)).toMatchObject({ status: 400, field: 'Upgrade' });
});
