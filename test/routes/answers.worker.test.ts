import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROTOCOL } from '../../worker/protocol/messages.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { makeSite, type TestSite } from '../support/site.ts';
import { handshake, problemIn } from './http.ts';

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
});
afterAll(() => hub.stop());

const get = (path: string, init: RequestInit = {}): Promise<Response> => fetch(hub.origin + path, init);

test('health is that of the build', async () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  expect(await (await get('/api/health')).json()).toEqual({ status: 'ok', version, protocol: PROTOCOL });
});

test.each(['/api', '/api/', '/api/nothing', '/api/health/', '/api//health', '/api/%', '/api/auth'])(
  '%s is nothing',
  async (path) => {
    expect(await problemIn(await get(path))).toMatchObject({
      status: 404,
      code: 'not-found',
      type: 'about:blank',
    });
  },
);

test.each([
  ['DELETE', '/api/health', 'GET, HEAD'],
  ['GET', '/api/auth/login', 'POST'],
  ['PUT', '/api/me', 'GET, HEAD'],
])('%s %s is refused with what the path takes: %s', async (method, path, allow) => {
  const response = await get(path, { method });
  expect(await problemIn(response)).toMatchObject({ status: 405, code: 'method-not-allowed' });
  expect(response.headers.get('allow')).toBe(allow);
});

test('a method that a path of a site does not take is refused, under a member’s site too', async () => {
  const response = await site.admin.request('PUT', 'cars/100', {});
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('DELETE, GET, HEAD, PATCH');
});

test('HEAD is GET without the body', async () => {
  const [whole, head] = [await get('/api/health'), await get('/api/health', { method: 'HEAD' })];
  expect(head.status).toBe(200);
  expect(head.headers.get('content-type')).toBe(whole.headers.get('content-type'));
  expect(await head.text()).toBe('');
});

test.each(['/', '/any/page', '/api/health', '/api/nothing', '/sw.js', '/missing.js'])(
  '%s carries the security headers',
  async (path) => {
    const { headers } = await get(path);
    const policy = headers.get('content-security-policy') ?? '';
    for (const part of [
      `default-src 'none'`,
      `script-src 'self'`,
      `frame-ancestors 'none'`,
      `base-uri 'none'`,
      `require-trusted-types-for 'script'`,
    ]) {
      expect(policy.split('; ')).toContain(part);
    }
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{7,}/);
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  },
);

test('nothing of the API is kept by a cache; the page is asked for again each time', async () => {
  const cached = async (path: string, headers = {}) =>
    (await get(path, { headers })).headers.get('cache-control');
  expect(await cached('/api/health')).toBe('no-store');
  expect(await cached('/api/nothing')).toBe('no-store');
  expect(await cached(`/api/sites/${site.id}/cars.csv`, { Cookie: site.viewer.cookie })).toBe('no-store');
  expect(await cached('/')).toBe('no-cache');
  expect(await cached('/sw.js')).toBe('no-cache');
});

test('a path without a file extension is the page; a missing file is a 404 and never the page', async () => {
  const page = await (await get('/')).text();
  expect(page).toContain('<!doctype html>');
  for (const path of ['/cars', '/any/deep/page', '/car/128489?x=1']) {
    const response = await get(path);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(await response.text()).toBe(page);
  }
  for (const path of ['/missing.js', '/assets/missing.js', '/a/b.css', '/.env', '/wrangler.json']) {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('<!doctype html>');
  }
  expect((await get('/', { method: 'POST' })).status).toBe(405);
});

test('the parts of the Worker that are not routes cannot be reached', async () => {
  for (const path of ['/live', '/hub/live', '/api/live', '/api/sites/../../live']) {
    expect(await handshake(hub.origin + path, { 'x-yardboard-session': 'x' })).not.toBe(101);
  }
});

test('no log names anybody or tells a secret', async () => {
  await site.worker.request('PATCH', 'cars/404', { location: 'nowhere\nat all' });
  await site.worker.request('POST', 'cars', { id: '1', notes: 'private words' });
  await get('/api/me', { headers: { Cookie: '__Host-yardboard=planted' } });
  const text = hub.logs.map(({ message }) => message).join('\n');
  expect(text).toContain('"event":"refused"');
  const { name, email, cookie } = site.worker;
  for (const word of [name, email, cookie, 'private words', 'planted', hub.setupToken]) {
    expect(text).not.toContain(word);
  }
  for (const line of text.split('\n')) expect(() => JSON.parse(line)).not.toThrow();
});
