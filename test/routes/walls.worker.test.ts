import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEVICE_ROUTES, ROUTES, type RouteName, type RouteRow } from '../../worker/protocol/access.ts';
import type { Cars, Me, WallMade } from '../../worker/protocol/api.ts';
import { WALL_MS_MAX, WALLS_PER_SITE_MAX } from '../../worker/protocol/limits.ts';
import { takeD1Down } from '../support/d1-outage.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { openDevice } from '../support/raw-device.ts';
import { addPerson, makeSite, type TestSite } from '../support/site.ts';
import { makeToken } from '../support/token.ts';
import { makeWall, startWall, wallCookie } from '../support/wall.ts';
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

const ask = (path: string, cookie: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${hub.origin}/api/${path}`, { ...init, headers: { Cookie: cookie, Origin: hub.origin } });

const deactivate = (id: string) =>
  hub.db.prepare('UPDATE people SET deactivated_at = 1 WHERE id = ?').bind(id).run();

async function sessionsOf(person: string): Promise<Record<string, unknown>[]> {
  const { results } = await hub.db
    .prepare('SELECT hash, via, created_at, expires_at, revoked_at FROM sessions WHERE person = ?')
    .bind(person)
    .all<Record<string, unknown>>();
  return results;
}

describe('making a wall', () => {
  test('tells its token once, of which a hash is stored, and is recorded', async () => {
    const response = await site.lead.request('POST', 'walls', { name: 'North dock' });
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual([]);
    const { wall, token }: WallMade = await response.json();
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    for (const table of ['people', 'sessions', 'devices', 'security_events']) {
      const { results } = await hub.db.prepare(`SELECT * FROM ${table}`).all();
      expect(JSON.stringify(results)).not.toContain(token);
    }
    const row = hub.db.prepare('SELECT kind, email, password, name FROM people WHERE id = ?').bind(wall.id);
    expect(await row.first()).toEqual({ kind: 'wall', email: null, password: null, name: 'North dock' });
    const device = hub.db.prepare('SELECT made_by, owner FROM devices WHERE person = ?').bind(wall.id);
    expect(await device.first()).toEqual({ made_by: site.lead.id, owner: null });
    const event = hub.db
      .prepare('SELECT type, site, actor, details FROM security_events WHERE subject = ?')
      .bind(wall.id);
    const details = JSON.stringify({ name: 'North dock', kind: 'wall', agent: null, place: null });
    expect(await event.all()).toMatchObject({
      results: [{ type: 'device-enrolled', site: site.id, actor: site.lead.id, details }],
    });
    await startWall(hub, token);
    expect(hub.logs.map(({ message }) => message).join('\n')).not.toContain(token);
  });

  test.each<[string, object, string]>([
    ['without a name', {}, 'name'],
    ['with an empty name', { name: ' ' }, 'name'],
    ['with a name that hides a direction', { name: 'Dock \u202e3' }, 'name'],
    ['with a name over its cap', { name: 'x'.repeat(61) }, 'name'],
    ['with a role', { name: 'Refused', role: 'lead' }, 'role'],
    ['named as a person of the site', { name: 'wes' }, 'name'],
  ])('%s is refused, and makes nothing', async (_, body, field) => {
    const walls = () => hub.db.prepare(`SELECT count(*) FROM people WHERE kind = 'wall'`).first();
    const before = await walls();
    const response = await site.lead.request('POST', 'walls', body);
    expect(await problemIn(response)).toMatchObject({ status: 422, code: 'invalid', field });
    expect(await walls()).toEqual(before);
  });

  test('R11 is for leads: a worker, and who is a lead no more, make none', async () => {
    expect(await problemIn(await site.worker.request('POST', 'walls', { name: 'Mine' }))).toMatchObject({
      code: 'forbidden',
    });
    const gone = await addPerson(hub, site.id, { role: 'lead', name: 'Del' });
    await hub.db.prepare(`UPDATE memberships SET role = 'worker' WHERE person = ?`).bind(gone.id).run();
    const late = await gone.request('POST', 'walls', { name: 'Late' });
    expect(await problemIn(late)).toMatchObject({ status: 403, code: 'forbidden' });
  });

  test('B1 a site has so many, however many are asked for at once; ended ones make room', async () => {
    const full = await makeSite(hub);
    const make = (name: string) => full.lead.request('POST', 'walls', { name });
    const asked = Array.from({ length: WALLS_PER_SITE_MAX + 3 }, (_, i) => make(`Wall ${i}`));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(WALLS_PER_SITE_MAX);
    expect(await problemIn(await make('More'))).toMatchObject({ status: 409, code: 'walls-full' });

    const end = `UPDATE people SET deactivated_at = 1 WHERE kind = 'wall' AND id IN
      (SELECT person FROM memberships WHERE site = '${full.id}')`;
    await hub.db.prepare(end).run();
    expect((await make('Another')).status).toBe(201);
  });
});

describe('a wall', () => {
  let shown: { cookie: string };
  beforeAll(async () => {
    shown = await wallCookie(hub, (await makeWall(site.lead)).token);
  });

  test('starts by its token as often as it likes, and has one session all the while, for ten years more', async () => {
    const { wall, token } = await makeWall(site.lead);
    const me: Me = {
      kind: 'wall',
      person: { id: wall.id, name: wall.name, email: null },
      sites: [{ id: site.id, name: expect.any(String), role: 'viewer' }],
      device: { id: wall.id, name: wall.name, shared: true },
    };
    for (let start = 0; start < 3; start++) {
      const started = await wallCookie(hub, token);
      expect(started.me).toEqual(me);
      expect(await (await ask('me', started.cookie)).json()).toEqual(me);
    }
    const [session, ...others] = await sessionsOf(wall.id);
    expect(others).toEqual([]);
    expect(session).toMatchObject({ via: 'enrolment', revoked_at: null });
    const age = Number(session?.expires_at) - Number(session?.created_at);
    expect(age).toBeGreaterThanOrEqual(WALL_MS_MAX);
    expect(age).toBeLessThan(WALL_MS_MAX + 60_000);
  });

  test('its cookie is the device’s own, which no script reads', async () => {
    const { token } = await makeWall(site.lead);
    const [cookie, ...others] = (await startWall(hub, token)).headers.getSetCookie();
    expect(others).toEqual([]);
    expect(cookie).toMatch(/^__Host-yardboard-device=.*; HttpOnly; Secure; SameSite=Strict$/);
  });

  test('whoever was signed in where it starts is so no more, at once', async () => {
    const { wall, token } = await makeWall(site.lead);
    const passer = await addPerson(hub, site.id, { role: 'lead', name: 'Pat' });
    const device = await openDevice(hub.origin, site.id, passer.cookie);
    await device.hello();
    const response = await startWall(hub, token, passer.cookie);
    expect(await response.json()).toMatchObject({ kind: 'wall', person: { id: wall.id } });
    expect(response.headers.getSetCookie().at(-1)).toMatch(/^__Host-yardboard=; Max-Age=0;/);
    expect(await device.closed).toBe(4401);
  });

  test('sees the board and what happens on it, is told apart from people, and changes nothing', async () => {
    const { wall, token } = await makeWall(site.lead);
    const { cookie } = await wallCookie(hub, token);
    const board: Cars = await (await ask(`sites/${site.id}/cars`, cookie)).json();
    expect(board.cars.map(({ id }) => id)).toContain('100');
    const screen = await openDevice(hub.origin, site.id, cookie);
    expect((await screen.hello()).you).toEqual({ person: wall.id, name: wall.name, role: 'viewer' });
    expect(await screen.push({ type: 'set', car: '100', fields: { late: true } })).toMatchObject([
      { outcome: 'rejected', code: 'forbidden' },
    ]);
    await site.worker.request('PATCH', 'cars/100', { arrived: true });
    await screen.next('changes');
    screen.socket.close();
  });

  test('I3 R12 is closed within a second when a lead ends it, and its token opens nothing any more', async () => {
    const { wall, token } = await makeWall(site.lead);
    const { cookie } = await wallCookie(hub, token);
    const screen = await openDevice(hub.origin, site.id, cookie);
    await screen.hello();
    const startedAt = performance.now();
    expect((await site.lead.request('DELETE', `devices/${wall.id}`)).status).toBe(204);
    expect(await screen.closed).toBe(4401);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect((await ask(`sites/${site.id}/cars`, cookie)).status).toBe(401);
    expect(await problemIn(await startWall(hub, token))).toMatchObject({ status: 404 });
  });

  test('goes on while D1 is down, and after it has rested for longer than a person may', async () => {
    const { wall, token } = await makeWall(site.lead);
    await hub.db.prepare('UPDATE sessions SET last_used_at = 1 WHERE person = ?').bind(wall.id).run();
    const { cookie } = await wallCookie(hub, token);
    expect((await ask(`sites/${site.id}/cars`, cookie)).status).toBe(200);
    const heal = takeD1Down(hub.stateDir);
    try {
      expect((await ask('me', cookie)).status).toBe(200);
      expect(
        await handshake(`${hub.origin}/api/sites/${site.id}/live`, { Cookie: cookie, Origin: hub.origin }),
      ).toBe(101);
      expect(await problemIn(await startWall(hub, token))).toMatchObject({ status: 503 });
    } finally {
      heal();
    }
  });

  test.each((Object.keys(ROUTES) as RouteName[]).filter((name) => !DEVICE_ROUTES.includes(name)))(
    'R11 does not reach %s',
    async (name) => {
      const { method, path, gate }: RouteRow = ROUTES[name];
      if (gate === 'public') return;
      const { cookie } = shown;
      const at = path.replace('/api/', '').replace(':site', site.id).replace(/:\w+/g, 'none');
      expect(await problemIn(await ask(at, cookie, { method }))).toMatchObject({
        status: 403,
        code: 'forbidden',
      });
    },
  );

  test('I1 another site is as if there were none', async () => {
    const { token } = await makeWall(other.lead);
    const { cookie } = await wallCookie(hub, token);
    const answers = await Promise.all(
      [site.id, 'nowhere'].map(async (where) => {
        const response = await ask(`sites/${where}/cars`, cookie);
        return `${response.status} ${await response.text()}`;
      }),
    );
    expect(answers[0]).toBe(answers[1]);
    expect(answers[0]).toMatch(/^404 /);
  });
});

describe('nothing starts by', () => {
  const answers: string[] = [];
  const forms: [string, () => Promise<unknown>][] = [
    ['a token that nobody has', async () => 'x'.repeat(43)],
    ['no token', async () => ''],
    ['garbage', async () => "' OR 1=1 --"],
    ['the token of a wall that has been ended', async () => ended()],
    ['the id of a wall', async () => (await makeWall(site.lead)).wall.id],
    ['the hash of a token', async () => (await sessionsOf((await makeWall(site.lead)).wall.id))[0]?.hash],
    ['the secret of a person’s session', async () => /=([^.]+)\./.exec(site.admin.cookie)?.[1]],
    ['a script’s token', async () => (await makeToken(site.lead)).secret.slice(10, 53)],
  ];
  test.each(forms)('%s, which is answered as any other', async (_, token) => {
    const response = await startWall(hub, await token());
    expect(response.headers.getSetCookie()).toEqual([]);
    answers.push(`${response.status} ${await response.text()}`);
    expect(answers.at(-1)).toBe(answers[0]);
    expect(answers[0]).toMatch(/^404 /);
  });

  test.each<[string, unknown]>([
    ['a number', 1],
    ['a list', ['x']],
    ['more than a token can be', 'x'.repeat(201)],
  ])('%s', async (_, token) => {
    expect(await problemIn(await startWall(hub, token))).toMatchObject({ status: 422, field: 'token' });
  });

  test('a page of another origin', async () => {
    const { token } = await makeWall(site.lead);
    const response = await fetch(`${hub.origin}/api/auth/display`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: 'https://elsewhere.example', Cookie: 'a=b' },
      body: JSON.stringify({ token }),
    });
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(response.status).toBe(403);
  });

  async function ended(): Promise<string> {
    const { wall, token } = await makeWall(site.lead);
    await deactivate(wall.id);
    return token;
  }
});

describe('I3 a wall that has been ended', () => {
  test('has no session left that any of its browsers could go on with', async () => {
    const { wall, token } = await makeWall(site.lead);
    const browsers = await Promise.all([1, 2].map(() => wallCookie(hub, token)));
    await deactivate(wall.id);
    expect((await startWall(hub, token)).status).toBe(404);
    for (const { cookie } of browsers) {
      expect((await ask('sites', cookie)).status).toBe(401);
      expect(await (await openDevice(hub.origin, site.id, cookie)).closed).toBe(4401);
    }
  });
});
