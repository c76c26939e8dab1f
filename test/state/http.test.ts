import { describe, expect, test } from 'vitest';
import { createHttp } from '../../app/http.ts';
import { rosterApi } from '../../app/state/roster-api.ts';

const me = { kind: 'person', person: { id: 'p1', name: 'Ana', email: null }, sites: [], device: null };

function http(respond: () => Response | Promise<Response>) {
  const asked: { path: string; init: RequestInit }[] = [];
  const api = createHttp(async (path, init) => {
    asked.push({ path, init });
    return respond();
  });
  return { api, asked };
}
const problem = (status: number, body: object, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

describe('what comes over HTTP', () => {
  test('is taken where it has the right shape', async () => {
    const { api } = http(() => Response.json(me));
    expect(await api.me()).toEqual({ ok: true, value: me });
  });

  test.each([
    ['a page of a captive portal', () => new Response('<html>Welcome</html>')],
    ['JSON of somebody else', () => Response.json({ hello: 'world' })],
    [
      'no answer',
      () => {
        throw new TypeError('Failed to fetch');
      },
    ],
  ])('%s is as good as no network', async (_, respond) => {
    const { api } = http(respond);
    expect(await api.me()).toEqual({ ok: false, code: 'offline' });
  });

  test('a refusal carries its code, its field and when to ask again', async () => {
    const { api } = http(() =>
      problem(429, { code: 'too-many-requests', field: 'email' }, { 'retry-after': '30' }),
    );
    expect(await api.login({ email: 'a@b', password: 'x' })).toEqual({
      ok: false,
      code: 'too-many-requests',
      field: 'email',
      retryAfterSeconds: 30,
    });
  });

  test('a refusal in words nobody knows is a fault on the far side, a 401 always the end of the session', async () => {
    expect(await http(() => problem(502, { code: 'toString' })).api.me()).toEqual({
      ok: false,
      code: 'internal',
    });
    expect(await http(() => problem(401, {})).api.me()).toEqual({ ok: false, code: 'unauthenticated' });
  });
});

describe('what is asked over HTTP', () => {
  test('anything else goes as it is, and comes back as what it has to be', async () => {
    const { api, asked } = http(() => Response.json({ n: 1 }));
    const isN = (value: unknown): value is { n: number } => JSON.stringify(value) === '{"n":1}';
    expect(await api.ask('/api/x', { method: 'DELETE' }, isN)).toEqual({ ok: true, value: { n: 1 } });
    expect(asked).toMatchObject([{ path: '/api/x', init: { method: 'DELETE', credentials: 'same-origin' } }]);
    const isNever = (_: unknown): _ is never => false;
    expect(await api.ask('/api/x', {}, isNever)).toEqual({ ok: false, code: 'offline' });
  });

  test('a roster says how it is meant and what it goes back to', async () => {
    const { api, asked } = http(() => problem(503, {}));
    await rosterApi(api).importRoster('north yard', 'id\n1', { mode: 'replace', dryRun: true });
    await rosterApi(api).importRoster('north', 'id\n1', { mode: 'merge', dryRun: false, base: 7 });
    expect(asked.map(({ path }) => path)).toEqual([
      '/api/sites/north%20yard/cars/import?mode=replace&dryRun=true',
      '/api/sites/north/cars/import?mode=merge&base=7',
    ]);
    expect(asked[0]?.init).toMatchObject({ method: 'POST', body: 'id\n1' });
  });

  test('what a screen of its own asks is sent as it says, and taken where it says that it is right', async () => {
    const isText = (value: unknown) => typeof value === 'string';
    const { api, asked } = http(() => Response.json('done'));
    const init = { method: 'POST', body: '{}' };
    expect(await api.ask('/api/things', init, isText)).toEqual({ ok: true, value: 'done' });
    expect(asked[0]).toMatchObject({ path: '/api/things', init: { ...init, credentials: 'same-origin' } });
    const other = http(() => Response.json(7)).api;
    expect(await other.ask('/api/things', {}, isText)).toEqual({ ok: false, code: 'offline' });
  });

  test('history asks for what is chosen and no more', async () => {
    const { api, asked } = http(() => problem(503, {}));
    await api.history('north', { car: '128414', before: 12 });
    expect(asked[0]?.path).toBe('/api/sites/north/history?car=128414&before=12');
  });
});
