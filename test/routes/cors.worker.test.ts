import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES, type RouteName, type RouteRow, TOKEN_ROUTES } from '../../worker/protocol/access.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { makeSite, type TestSite } from '../support/site.ts';
import { makeToken, type TestToken } from '../support/token.ts';

const ELSEWHERE = 'https://elsewhere.example';
let hub: Hub;
let site: TestSite;
let gate: TestToken;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
  gate = await makeToken(site.lead);
  await site.lead.request('POST', 'cars', { id: '100' });
});
afterAll(() => hub.stop());

/** What a response says to a page of another origin. */
function corsOf({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));
}

function preflight(path: string, method: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(hub.origin + path, {
    method: 'OPTIONS',
    headers: {
      Origin: ELSEWHERE,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': 'authorization,content-type',
      ...headers,
    },
  });
}

const SHARED = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Content-Disposition, ETag, Location, Retry-After',
};

describe('a browser that asks whether a page of another origin may send a request', () => {
  const names = Object.keys(ROUTES) as RouteName[];
  test.each(names)('%s: with a token, where tokens reach it', async (name) => {
    const { method, path }: RouteRow = ROUTES[name];
    const answer = await preflight(path.replace(':site', site.id).replace(/:\w+/, '100'), method);
    if (TOKEN_ROUTES.includes(name)) {
      expect(answer.status).toBe(204);
      expect(corsOf(answer)).toEqual({
        'access-control-allow-origin': '*',
        'access-control-allow-methods': method,
        'access-control-allow-headers': 'Authorization, Content-Type, If-Match, Idempotency-Key',
        'access-control-max-age': '600',
      });
    } else {
      expect(answer.status).toBe(403);
      expect(corsOf(answer)).toEqual({});
    }
  });

  test('I1 is told the same of a site that there is and of one that there is not', async () => {
    const [there, nowhere] = await Promise.all(
      [site.id, 'nowhere'].map((id) => preflight(`/api/sites/${id}/cars`, 'GET')),
    );
    expect([there?.status, corsOf(there ?? new Response())]).toEqual([
      204,
      corsOf(nowhere ?? new Response()),
    ]);
    expect(nowhere?.status).toBe(204);
  });

  test.each<[string, string, string, Record<string, string>]>([
    ['without a token', 'cars/100', 'PATCH', { 'Access-Control-Request-Headers': 'content-type' }],
    ['without any header', 'cars', 'GET', { 'Access-Control-Request-Headers': '' }],
    ['with one that is called alike', 'cars', 'GET', { 'Access-Control-Request-Headers': 'x-authorization' }],
    ['by a method the path does not take', 'cars/100', 'PUT', {}],
    ['by a method there is not', 'cars/100', 'BREW', {}],
    ['of a path there is not', 'nothing', 'GET', {}],
    ['by asking once more', 'cars', 'OPTIONS', {}],
  ])('%s is told nothing', async (_, path, method, headers) => {
    const answer = await preflight(`/api/sites/${site.id}/${path}`, method, headers);
    expect([401, 403]).toContain(answer.status);
    expect(corsOf(answer)).toEqual({});
  });

  test('is told nothing where it sends a session’s cookie, or says no origin', async () => {
    const path = `/api/sites/${site.id}/cars`;
    const withCookie = await preflight(path, 'GET', { Cookie: site.lead.cookie });
    expect([withCookie.status, corsOf(withCookie)]).toEqual([403, {}]);
    const answer = await fetch(hub.origin + path, {
      method: 'OPTIONS',
      headers: { 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'authorization' },
    });
    expect([answer.status, corsOf(answer)]).toEqual([401, {}]);
  });

  test('finds no page there, but the API alone', async () => {
    const answer = await preflight('/index.html', 'GET');
    expect([answer.status, corsOf(answer)]).toEqual([405, {}]);
  });
});

describe('a page of another origin', () => {
  const bearer = (): Record<string, string> => gate.bearer;
  const cookie = (): Record<string, string> => ({ Cookie: site.lead.cookie });
  test.each<[string, string, string, () => Record<string, string>, number, boolean]>([
    ['reads with a token', 'GET', 'cars', bearer, 200, true],
    ['writes with a token', 'PATCH', 'cars/100', bearer, 200, true],
    ['reads what a token is refused', 'DELETE', 'cars/100', bearer, 403, true],
    ['reads of a site that is not the token’s', 'GET', '../nowhere/cars', bearer, 404, true],
    ['reads that its token is no good', 'GET', 'cars', () => ({ Authorization: 'Bearer x' }), 401, true],
    ['does not read with a cookie', 'GET', 'cars', cookie, 200, false],
    ['does not write with a cookie', 'PATCH', 'cars/100', cookie, 403, false],
    ['does neither with both', 'PATCH', 'cars/100', () => ({ ...bearer(), ...cookie() }), 401, false],
    ['reads nothing with neither', 'GET', 'cars', () => ({}), 401, false],
    [
      'reads nothing with another scheme',
      'GET',
      'cars',
      () => ({ Authorization: `Basic ${gate.secret}` }),
      401,
      false,
    ],
  ])('%s', async (_, method, path, headers, status, isShared) => {
    const answer = await fetch(`${hub.origin}/api/sites/${site.id}/${path}`, {
      method,
      headers: { Origin: ELSEWHERE, 'Content-Type': 'application/json', ...headers() },
      ...(method === 'PATCH' && { body: '{"late":true}' }),
    });
    expect(answer.status).toBe(status);
    expect(corsOf(answer)).toEqual(isShared ? SHARED : {});
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test('is never told that it may send cookies', async () => {
    for (const headers of [bearer(), cookie(), { ...bearer(), ...cookie() }]) {
      const answer = await fetch(`${hub.origin}/api/sites/${site.id}/cars`, {
        headers: { Origin: ELSEWHERE, ...headers },
      });
      expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
    }
  });
});
