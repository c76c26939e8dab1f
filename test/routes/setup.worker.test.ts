import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Hub, startHub } from '../support/hub.ts';
import { signIn } from '../support/site.ts';
import { problemIn } from './http.ts';

let hub: Hub;

beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.stop());
afterEach(async () => {
  const { db } = hub;
  await db.batch(
    ['sessions', 'memberships', 'people', 'sites'].map((table) => db.prepare(`DELETE FROM ${table}`)),
  );
});

const SITE = { name: 'Northside', timeZone: 'America/Chicago' };
const ADMIN = { name: 'Ada', email: 'Ada@Example.com', password: 'correct horse' };

const setup = (more: object = {}): Promise<Response> =>
  fetch(`${hub.origin}/api/setup`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: hub.origin },
    body: JSON.stringify({ token: hub.setupToken, site: SITE, admin: ADMIN, ...more }),
  });

const count = async (table: string): Promise<unknown> =>
  hub.db.prepare(`SELECT count(*) AS n FROM ${table}`).first('n');

test('setup makes a site and its administrator, who is signed in by it and can sign in again', async () => {
  const response = await setup();
  expect(response.status).toBe(201);
  expect(await response.json()).toEqual({ site: { id: 'northside' } });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const again = await signIn(hub.origin, 'ada@example.com', ADMIN.password);
  for (const Cookie of [cookie, again]) {
    const sites = await fetch(`${hub.origin}/api/sites`, { headers: { Cookie } });
    const locations = ['Yard', 'On Site', '100', '200', '300', '400', '500', '600', 'Shop'];
    expect(await sites.json()).toEqual({ sites: [{ id: 'northside', ...SITE, locations, role: 'admin' }] });
    const site = await fetch(`${hub.origin}/api/sites/northside`, { headers: { Cookie } });
    expect(await site.json()).toEqual({ id: 'northside', ...SITE, locations, role: 'admin' });
    const cars = await fetch(`${hub.origin}/api/sites/northside/cars`, { headers: { Cookie } });
    expect(await cars.json()).toMatchObject({ version: 0, cars: [] });
  }
});

test('setup gives the site the shifts it is told', async () => {
  const shifts = [{ name: 'Night', start: '22:00', end: '06:00' }];
  const response = await setup({ site: { ...SITE, shifts } });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const site = await fetch(`${hub.origin}/api/sites/northside`, { headers: { Cookie: cookie } });
  expect(await site.json()).toMatchObject({ id: 'northside', shifts });
});

test('setup is once: after the first administrator it is refused, with the right token too', async () => {
  await setup();
  const again = await setup({ admin: { ...ADMIN, email: 'eve@example.com' } });
  expect(await problemIn(again)).toMatchObject({ status: 409, code: 'setup-done' });
  expect(again.headers.getSetCookie()).toEqual([]);
  expect(await count('people')).toBe(1);
});

test('a hundred setups at once make exactly one administrator and one site', {
  timeout: 60_000,
}, async () => {
  const all = Array.from({ length: 100 }, (_, i) =>
    setup({
      site: { ...SITE, name: `Site ${i}` },
      admin: { ...ADMIN, email: `admin${i}@example.com` },
    }),
  );
  const statuses = (await Promise.all(all)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  expect(statuses.filter((status) => status === 409)).toHaveLength(99);
  for (const table of ['people', 'sites', 'memberships', 'sessions']) expect(await count(table)).toBe(1);
});

describe('a setup that is not right is refused and makes nothing', () => {
  const token = (): string => hub.setupToken;
  test.each<[string, () => object, string]>([
    ['a wrong token', () => ({ token: `${token().slice(0, -1)}x` }), 'token'],
    ['half a token', () => ({ token: token().slice(0, 5) }), 'token'],
    ['an empty token', () => ({ token: '' }), 'token'],
    ['a token that is no text', () => ({ token: 1 }), 'token'],
    ['a time zone nobody knows', () => ({ site: { ...SITE, timeZone: 'Mars/Base' } }), 'site.timeZone'],
    ['no locations at all', () => ({ site: { ...SITE, locations: [] } }), 'site.locations'],
    ['a location twice', () => ({ site: { ...SITE, locations: ['A', 'A'] } }), 'site.locations'],
    ['a site name that turns around', () => ({ site: { ...SITE, name: 'a\u202eb' } }), 'site.name'],
    ['a password of 7', () => ({ admin: { ...ADMIN, password: '1234567' } }), 'admin.password'],
    ['a password of 129', () => ({ admin: { ...ADMIN, password: 'x'.repeat(129) } }), 'admin.password'],
    ['no email', () => ({ admin: { ...ADMIN, email: 'ada' } }), 'admin.email'],
    ['a role', () => ({ admin: { ...ADMIN, role: 'owner' } }), 'admin.role'],
    ['an unknown field', () => ({ force: true }), 'force'],
  ])('%s', async (_, more, field) => {
    const problem = await problemIn(await setup(more()));
    expect([403, 422]).toContain(problem.status);
    expect(problem.field).toBe(field);
    expect(await count('people')).toBe(0);
  });

  test('any token, an empty one included, where none is configured', async () => {
    await using open = await startHub({ env: { SETUP_TOKEN: '' } });
    for (const guess of ['', hub.setupToken, 'undefined']) {
      const response = await fetch(`${open.origin}/api/setup`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ token: guess, site: SITE, admin: ADMIN }),
      });
      expect(response.status).toBe(403);
    }
  });
});

test('passwords of 8 and of 64 characters, spaces and all, sign in as they are', async () => {
  for (const password of ['12 45 78', ` ${'long password '.repeat(5)}`.slice(0, 64)]) {
    await setup({ admin: { ...ADMIN, password } });
    expect(await signIn(hub.origin, 'ada@example.com', password)).toContain('__Host-yardboard=');
    await expect(
      signIn(hub.origin, 'ada@example.com', password.trim() === password ? `${password} ` : password.trim()),
    ).rejects.toThrow('401');
    await hub.db.batch(
      ['sessions', 'memberships', 'people', 'sites'].map((table) => hub.db.prepare(`DELETE FROM ${table}`)),
    );
  }
});
