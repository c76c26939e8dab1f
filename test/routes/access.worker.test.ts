import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEVICE_ROUTES, ROUTES, type RouteName, type RouteRow } from '../../worker/protocol/access.ts';
import { hasRole, type Role } from '../../worker/protocol/site.ts';
import { enrolDevice, type TestDevice } from '../support/device.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { makeSite, type TestPerson, type TestSite } from '../support/site.ts';
import { handshake, problemIn } from './http.ts';

let hub: Hub;
let site: TestSite;
let other: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
  other = await makeSite(hub);
  await site.lead.request('POST', 'cars', { id: '100' });
});
afterAll(() => hub.stop());

/** A request that the route takes, so that only the gate can refuse it. */
const BODIES: { [R in RouteName]?: unknown } = {
  'cars.add': { id: '200' },
  'cars.import': 'id,location\n300,Yard',
  'cars.set': { late: true },
  // No two have one name.
  get 'tokens.make'() {
    return { name: `Gate ${crypto.randomUUID()}`, role: 'viewer', days: 1 };
  },
  get 'walls.make'() {
    return { name: `Wall ${crypto.randomUUID()}` };
  },
  'sites.set': { timeZone: 'America/Chicago' },
  'people.set': { role: 'viewer' },
  'invitations.make': { role: 'viewer' },
  sync: { device: 'device-1234', epoch: null, version: 0, edits: [] },
  'documents.merge': { changes: [] },
  'documents.put': { value: 1 },
  'devices.enrol': { code: '000000', name: 'Tablet' },
  'devices.set': { name: 'Tablet' },
};

const names = Object.keys(ROUTES) as RouteName[];
const rowOf = (name: RouteName): RouteRow => ROUTES[name];
const siteRoutes = names.filter((name) => rowOf(name).path.includes(':site'));

async function call(
  name: RouteName,
  who: Pick<TestPerson, 'cookie'> | null,
  where = site.id,
): Promise<Response> {
  const { method, path } = rowOf(name);
  const named = path
    .replace(':car', '100')
    .replace(':person', 'nobody')
    .replace(':invitation', 'none')
    .replace(':session', 'none')
    .replace(':device', 'none');
  const url = hub.origin + named.replace(':site', where);
  const body = BODIES[name];
  const headers: Record<string, string> = { Origin: hub.origin, ...(who && { Cookie: who.cookie }) };
  if (name === 'live') return new Response(null, { status: await liveStatus(url, headers) });
  if (body !== undefined)
    headers['Content-Type'] = typeof body === 'string' ? 'text/csv' : 'application/json';
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(url, { method, headers, ...(body !== undefined && { body: text }) });
}

/** A response cannot be made with 101; what matters here is that it opened. */
async function liveStatus(url: string, headers: Record<string, string>): Promise<number> {
  const status = await handshake(url, headers);
  return status === 101 ? 200 : status;
}

describe('R11 every route under a site against every principal', () => {
  const roles: Role[] = ['viewer', 'worker', 'lead', 'admin'];
  test.each(siteRoutes.flatMap((name) => roles.map((role) => [name, role] as const)))(
    '%s as %s',
    async (name, role) => {
      const { gate } = rowOf(name);
      const response = await call(name, site[role]);
      if (gate !== 'public' && gate !== 'session' && hasRole(role, gate)) {
        // The gate is open: what comes after it may find the car gone, or the roll called just now.
        expect([200, 201, 202, 204, 404, 409, 429]).toContain(response.status);
      } else {
        expect(await problemIn(response)).toMatchObject({ status: 403, code: 'forbidden' });
      }
    },
  );

  test.each(siteRoutes)('%s as nobody is 401', async (name) => {
    expect((await call(name, null)).status).toBe(401);
    expect((await call(name, null, 'nowhere')).status).toBe(401);
  });

  test.each(siteRoutes)('I1 %s of another site is as if there were none', async (name) => {
    const [foreign, unknown] = [await call(name, other.admin), await call(name, other.admin, 'nowhere')];
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect(await foreign.text()).toBe(await unknown.text());
    expect([...foreign.headers.keys()]).toEqual([...unknown.headers.keys()]);
  });

  test.each(['me', 'sites', 'sessions'] as const)('%s as nobody is 401', async (name) => {
    expect(await problemIn(await call(name, null))).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect((await call(name, site.viewer)).status).toBe(200);
  });
});

describe('R11 what a device nobody has signed in on reaches', () => {
  let tablet: TestDevice;
  beforeAll(async () => {
    tablet = await enrolDevice(hub, site.lead);
  });

  test.each(names.filter((name) => rowOf(name).gate !== 'public'))('%s', async (name) => {
    const response = await call(name, tablet);
    // It may find the car gone.
    if (DEVICE_ROUTES.includes(name)) expect([200, 404]).toContain(response.status);
    else expect(await problemIn(response)).toMatchObject({ status: 403, detail: 'not for devices' });
  });

  test.each(DEVICE_ROUTES.filter((name) => rowOf(name).path.includes(':site')))(
    'I1 %s of another site is as if there were none',
    async (name) => {
      const [foreign, unknown] = [await call(name, tablet, other.id), await call(name, tablet, 'nowhere')];
      expect([foreign.status, unknown.status]).toEqual([404, 404]);
      expect(await foreign.text()).toBe(await unknown.text());
    },
  );
});

test('without a session all paths under sites are one closed door, known or not', async () => {
  const paths = [
    '',
    '/',
    '/nowhere',
    `/${site.id}`,
    `/${site.id}/cars`,
    `/${site.id}/nothing`,
    '/%',
    '/a/b/c/d/e',
  ];
  const answers = await Promise.all(
    paths.flatMap((path) =>
      ['GET', 'POST', 'DELETE', 'PUT'].map(async (method) => {
        const response = await fetch(`${hub.origin}/api/sites${path}`, { method });
        return `${response.status} ${await response.text()}`;
      }),
    ),
  );
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toMatch(/^401 /);
});

test('asking for a site that is not there, or not one’s own, creates no object', async () => {
  // One that rests has its file alone.
  const objects = (): string[] =>
    readdirSync(join(hub.stateDir, 'v3', 'do'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.sqlite'),
    );
  const before = objects();
  for (const name of siteRoutes) {
    await call(name, site.admin, other.id);
    await call(name, site.admin, 'nowhere');
    await call(name, null, other.id);
  }
  expect(objects()).toEqual(before);
});

test.each([
  ['another site in the body', { site: 'x' }],
  ['a role in the body', { role: 'admin' }],
  ['a version in the body', { version: 9 }],
  ['who did it in the body', { updatedBy: 'p1' }],
])('%s is refused, not passed over', async (_, extra) => {
  const [field] = Object.keys(extra);
  const response = await site.worker.request('PATCH', 'cars/100', { late: true, ...extra });
  expect(await problemIn(response)).toMatchObject({ status: 422, code: 'invalid', field });
});

test('a header that names a session from outside is passed over', async () => {
  const session = await hub.db
    .prepare('SELECT hash FROM sessions WHERE person = ?')
    .bind(site.admin.id)
    .first('hash');
  const headers = { 'x-yardboard-session': String(session) };
  expect((await fetch(`${hub.origin}/api/sites/${site.id}/cars`, { headers })).status).toBe(401);
  const response = await site.worker.request('DELETE', 'cars/100', undefined, headers);
  expect(await problemIn(response)).toMatchObject({ code: 'forbidden' });
});

test('a worker does not rewrite notes; a lead does', async () => {
  await site.lead.request('POST', 'cars', { id: '700' });
  const refused = await site.worker.request('PATCH', 'cars/700', { notes: 'mine' });
  expect(await problemIn(refused)).toMatchObject({ status: 403, code: 'forbidden' });
  expect((await site.lead.request('PATCH', 'cars/700', { notes: 'ours' })).status).toBe(200);
});

test('another’s id as author is not taken', async () => {
  const edit = { type: 'set', car: '100', fields: { late: true }, id: 'edit-0001', seq: 1, base: 0, at: 0 };
  const body = {
    device: 'device-author',
    epoch: null,
    version: 0,
    edits: [{ ...edit, author: site.admin.id }],
  };
  const response = await site.worker.request('POST', 'sync', body);
  const text = await response.text();
  expect(text).not.toContain('"outcome":"applied"');
});
