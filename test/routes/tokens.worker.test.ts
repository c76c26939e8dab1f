import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES, type RouteName, type RouteRow, TOKEN_ROUTES } from '../../worker/protocol/access.ts';
import type { Cars, History, Token, TokenMade, Tokens } from '../../worker/protocol/api.ts';
import { TOKENS_PAST_MAX, TOKENS_PER_SITE_MAX } from '../../worker/protocol/limits.ts';
import type { SyncResponse } from '../../worker/protocol/messages.ts';
import { hasRole, TOKEN_ROLES } from '../../worker/protocol/site.ts';
import { takeD1Down } from '../support/d1-outage.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { openDevice } from '../support/raw-device.ts';
import { addPerson, makeSite, type TestPerson, type TestSite } from '../support/site.ts';
import { makeToken, type TestToken } from '../support/token.ts';
import { handshake, problemIn } from './http.ts';

const DAY_MS = 24 * 3_600_000;
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

const url = (path: string, where = site.id): string => `${hub.origin}/api/sites/${where}/${path}`;

/** A request of a script. */
function ask(
  headers: Record<string, string>,
  method = 'GET',
  path = 'cars',
  body?: unknown,
): Promise<Response> {
  const json = body !== undefined && { 'Content-Type': 'application/json' };
  return fetch(url(path), {
    method,
    headers: { ...headers, ...json },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function listed(lead: TestPerson = site.lead): Promise<Token[]> {
  const answer: Tokens = await (await lead.get('tokens')).json();
  return answer.tokens;
}

async function eventsOf(subject: string): Promise<unknown[]> {
  const { results } = await hub.db
    .prepare('SELECT type, site, actor, details FROM security_events WHERE subject = ? ORDER BY id')
    .bind(subject)
    .all<{ details: string }>();
  return results.map((row) => ({ ...row, details: JSON.parse(row.details) }));
}

describe('making a token', () => {
  test('tells its secret once, and stores nothing that opens', async () => {
    const response = await site.lead.request('POST', 'tokens', { name: 'Gate', role: 'worker', days: 90 });
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual([]);
    const { token, secret }: TokenMade = await response.json();
    const madeBy = { id: site.lead.id, name: 'Lee', isHere: true };
    expect(token).toMatchObject({ name: 'Gate', role: 'worker', usedAt: null, madeBy });
    expect(token.expiresAt - token.madeAt).toBe(90 * DAY_MS);
    expect(await listed()).toContainEqual(token);
    expect(await (await site.lead.get('tokens')).text()).not.toContain(secret.slice(10, 53));
    for (const table of ['people', 'sessions', 'tokens', 'security_events']) {
      const { results } = await hub.db.prepare(`SELECT * FROM ${table}`).all();
      expect(JSON.stringify(results)).not.toContain(secret.slice(10, 53));
    }
    expect(hub.logs.map(({ message }) => message).join('\n')).not.toContain(secret.slice(10, 53));
    expect(await eventsOf(token.id)).toEqual([
      {
        type: 'token-made',
        site: site.id,
        actor: site.lead.id,
        details: { name: 'Gate', role: 'worker', days: 90 },
      },
    ]);
  });

  test.each<[string, object, string]>([
    ['an administrator’s', { role: 'admin' }, 'role'],
    ['of no known role', { role: 'owner' }, 'role'],
    ['without a role', { role: undefined }, 'role'],
    ['for no days', { days: 0 }, 'days'],
    ['for more than a year', { days: 366 }, 'days'],
    ['for half a day', { days: 0.5 }, 'days'],
    ['for days in letters', { days: '30' }, 'days'],
    ['without an end', { days: undefined }, 'days'],
    ['without a name', { name: '' }, 'name'],
    ['with a name that is no clean line', { name: 'Gate\n3' }, 'name'],
    ['with a name that hides a direction', { name: 'Gate \u202e3' }, 'name'],
    ['with a name over its cap', { name: 'x'.repeat(61) }, 'name'],
    ['with an unknown field', { site: 'elsewhere' }, 'site'],
    ['named as a person of the site', { name: 'wes' }, 'name'],
  ])('%s is refused, and makes nothing', async (_, changes, field) => {
    const before = await listed();
    const body = { name: 'Refused', role: 'worker', days: 30, ...changes };
    const response = await site.lead.request('POST', 'tokens', body);
    expect(await problemIn(response)).toMatchObject({ status: 422, code: 'invalid', field });
    expect(await listed()).toEqual(before);
  });

  test('a name is given once among those that are good, in any case', async () => {
    const first = await makeToken(site.lead, { name: 'Dock door' });
    const body = { name: 'DOCK DOOR', role: 'viewer', days: 1 };
    const again = await site.lead.request('POST', 'tokens', body);
    expect(await problemIn(again)).toMatchObject({ status: 422, field: 'name' });
    // On another site it is another's.
    await makeToken(other.lead, { name: 'Dock door' });
    await site.lead.request('DELETE', `tokens/${first.id}`);
    await makeToken(site.lead, body as { name: string; role: 'viewer'; days: number });
  });

  test('R11 who was a lead when they signed in, and is no more, makes none', async () => {
    const gone = await addPerson(hub, site.id, { role: 'lead', name: 'Del' });
    await hub.db.prepare(`UPDATE memberships SET role = 'worker' WHERE person = ?`).bind(gone.id).run();
    const response = await gone.request('POST', 'tokens', { name: 'Late', role: 'worker', days: 1 });
    expect(await problemIn(response)).toMatchObject({ status: 403, code: 'forbidden' });
    expect((await gone.get('tokens')).status).toBe(403);
  });

  test('B1 a site has so many that are good, however many are asked for at once; past ones are forgotten', async () => {
    const full = await makeSite(hub);
    const make = (name: string) => full.lead.request('POST', 'tokens', { name, role: 'viewer', days: 1 });
    const asked = Array.from({ length: TOKENS_PER_SITE_MAX + 4 }, (_, i) => make(`Gate ${i}`));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(TOKENS_PER_SITE_MAX);
    expect(await problemIn(await make('More'))).toMatchObject({ status: 409, code: 'tokens-full' });
    expect(await listed(full.lead)).toHaveLength(TOKENS_PER_SITE_MAX);

    await hub.db.prepare(`UPDATE sessions SET expires_at = 1 WHERE via = 'token'`).run();
    for (const name of ['One', 'Two']) expect((await make(name)).status).toBe(201);
    expect(await listed(full.lead)).toHaveLength(TOKENS_PAST_MAX + 2);
    await hub.db.prepare(`UPDATE sessions SET expires_at = 2 WHERE via = 'token'`).run();
    for (const name of ['Three', 'Four']) expect((await make(name)).status).toBe(201);
    const names = (await listed(full.lead)).map(({ name }) => name);
    expect(names).toHaveLength(TOKENS_PAST_MAX + 2);
    expect(names.slice(0, 4).sort()).toEqual(['Four', 'One', 'Three', 'Two']);
  });
});

describe('a token', () => {
  test('reads and writes the board, without cookie and Origin, and is the author in the history', async () => {
    const gate = await makeToken(site.lead, { name: 'North gate', role: 'worker' });
    const board: Cars = await (await ask(gate.bearer)).json();
    expect(board.cars.map(({ id }) => id)).toContain('100');
    const set = await ask(gate.bearer, 'PATCH', 'cars/100', { arrived: true });
    expect(set.status).toBe(200);
    expect(set.headers.getSetCookie()).toEqual([]);
    const history: History = await (await ask(gate.bearer, 'GET', 'history?limit=1')).json();
    expect(history.entries[0]).toMatchObject({ by: gate.id, name: 'North gate', cars: [{ id: '100' }] });
  });

  test('speaks the protocol on a WebSocket, without an Origin', async () => {
    const gate = await makeToken(site.lead);
    const device = await openDevice(hub.origin, site.id, gate.bearer);
    const { you } = await device.hello();
    expect(you).toMatchObject({ person: gate.id, name: gate.name, role: 'worker' });
    expect(await device.push({ type: 'set', car: '100', fields: { late: true } })).toMatchObject([
      { outcome: 'applied' },
    ]);
    device.socket.close();
  });

  test('speaks the protocol over HTTP', async () => {
    const gate = await makeToken(site.lead);
    const edit = { type: 'note', car: '100', text: 'in at 04:10', id: 'gate-edit-1', seq: 1, base: 0, at: 0 };
    const exchange = { device: 'gate-device-1', epoch: null, version: 0, edits: [] };
    const { epoch }: SyncResponse = await (await ask(gate.bearer, 'POST', 'sync', exchange)).json();
    const answer = await ask(gate.bearer, 'POST', 'sync', { ...exchange, epoch, edits: [edit] });
    expect(await answer.json()).toMatchObject({
      outcomes: [{ seq: 1, outcome: 'applied' }],
      you: { person: gate.id },
    });
  });

  test('that the hub knows works while D1 is down', async () => {
    const gate = await makeToken(site.lead);
    expect((await ask(gate.bearer)).status).toBe(200);
    const heal = takeD1Down(hub.stateDir);
    try {
      expect((await ask(gate.bearer, 'PATCH', 'cars/100', { late: false })).status).toBe(200);
      expect(await handshake(url('live'), gate.bearer)).toBe(101);
    } finally {
      heal();
    }
  });

  test('says when it was used last, to the hour', async () => {
    const gate = await makeToken(site.lead);
    const used = async () => (await listed()).find(({ id }) => id === gate.id)?.usedAt ?? null;
    expect(await used()).toBeNull();
    await ask(gate.bearer);
    await expect.poll(used, { timeout: 5_000 }).toBeGreaterThan(gate.madeAt);
    const first = await used();
    await ask(gate.bearer);
    // Another Worker, that remembers nothing.
    await hub.restart();
    await ask(gate.bearer);
    expect(await used()).toBe(first);
  });

  test('outlives the membership of who made it, which the list tells', async () => {
    const maker = await addPerson(hub, site.id, { role: 'lead', name: 'Uma' });
    const gate = await makeToken(maker);
    await hub.db.prepare('DELETE FROM memberships WHERE person = ?').bind(maker.id).run();
    expect((await ask(gate.bearer)).status).toBe(200);
    const shown = (await listed()).find(({ id }) => id === gate.id);
    expect(shown?.madeBy).toEqual({ id: maker.id, name: 'Uma', isHere: false });
  });

  test('is nobody among the people who can sign in', async () => {
    const gate = await makeToken(site.lead, { role: 'lead' });
    const row = await hub.db.prepare('SELECT kind, email, password FROM people WHERE id = ?').bind(gate.id);
    expect(await row.first()).toEqual({ kind: 'token', email: null, password: null });
  });
});

describe('R11 what a token reaches', () => {
  const names = Object.keys(ROUTES) as RouteName[];
  const rowOf = (name: RouteName): RouteRow => ROUTES[name];
  const tokens = new Map<string, TestToken>();

  beforeAll(async () => {
    for (const role of TOKEN_ROLES) tokens.set(role, await makeToken(site.admin, { role }));
  });

  test.each(names.flatMap((name) => TOKEN_ROLES.map((role) => [name, role] as const)))(
    '%s as a token of role %s',
    async (name, role) => {
      const { method, path, gate } = rowOf(name);
      const headers = tokens.get(role)?.bearer ?? { Authorization: '' };
      const at = hub.origin + path.replace(':site', site.id).replace(/:\w+/, '404404');
      const status =
        name === 'live' ? await handshake(at, headers) : (await fetch(at, { method, headers })).status;
      const isOpen = gate === 'public' || gate === 'session' || hasRole(role, gate);
      if (!TOKEN_ROUTES.includes(name) || !isOpen) expect(status).toBe(403);
      else expect([101, 200, 202, 404, 415, 429]).toContain(status);
    },
  );

  test('I1 another site is as if there were none', async () => {
    const { bearer } = await makeToken(other.lead, { role: 'lead' });
    const answers = await Promise.all(
      [site.id, 'nowhere'].map(async (where) => {
        const response = await fetch(url('cars', where), { headers: bearer });
        return [response.status, await response.text(), [...response.headers.keys()].join()];
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.[0]).toBe(404);
    expect(await handshake(url('live'), bearer)).toBe(404);
    const sites = await (await fetch(`${hub.origin}/api/sites`, { headers: bearer })).json();
    expect(sites).toMatchObject({ sites: [{ id: other.id, role: 'lead' }] });
  });

  test('signing out with a token ends nothing, and signing in with one signs nobody in', async () => {
    const { bearer } = await makeToken(site.lead);
    for (const path of ['auth/logout', 'auth/login', 'setup']) {
      const response = await fetch(`${hub.origin}/api/${path}`, { method: 'POST', headers: bearer });
      expect(await problemIn(response)).toMatchObject({ status: 403, code: 'forbidden' });
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    expect((await ask(bearer)).status).toBe(200);
  });
});

describe('refused, and nothing done:', () => {
  let good: TestToken;
  let expired: TestToken;
  let ended: TestToken;
  let foreign: TestToken;

  beforeAll(async () => {
    [good, expired, ended, foreign] = await Promise.all([
      makeToken(site.lead),
      makeToken(site.lead),
      makeToken(site.lead),
      makeToken(other.lead),
    ]);
    await ask(ended.bearer);
    await site.lead.request('DELETE', `tokens/${ended.id}`);
    await hub.db.prepare('UPDATE sessions SET expires_at = 1 WHERE person = ?').bind(expired.id).run();
  });

  const forms: [string, number, () => Record<string, string>][] = [
    ['none', 401, () => ({})],
    ['an empty one', 401, () => ({ Authorization: 'Bearer ' })],
    ['garbage', 401, () => ({ Authorization: 'Bearer garbage' })],
    ['one cut short', 401, () => ({ Authorization: good.bearer.Authorization.slice(0, -1) })],
    ['one without its prefix', 401, () => ({ Authorization: `Bearer ${good.secret.slice(10)}` })],
    ['one with another’s hint', 401, () => ({ Authorization: `Bearer ${mixed(good, foreign)}` })],
    ['one of another scheme', 401, () => ({ Authorization: `Token ${good.secret}` })],
    ['one that has expired', 401, () => expired.bearer],
    ['one that has been ended', 401, () => ended.bearer],
    ['one of another site', 404, () => foreign.bearer],
    ['one in a cookie', 401, () => inCookie(good)],
    ['one beside a cookie', 401, () => ({ ...good.bearer, Cookie: site.lead.cookie, Origin: hub.origin })],
    ['one beside a bad cookie', 401, () => ({ ...good.bearer, Cookie: '__Host-yardboard=x' })],
    ['a bad one beside a good cookie', 401, () => ({ Authorization: 'Bearer x', Cookie: site.lead.cookie })],
  ];
  test.each(forms)('%s is %i, over HTTP, sync and at the handshake', async (_, status, headers) => {
    const set = await ask(headers(), 'PATCH', 'cars/100', { location: 'Shop' });
    expect(set.status).toBe(status);
    expect(set.headers.getSetCookie()).toEqual([]);
    expect((await ask(headers(), 'GET', 'cars')).status).toBe(status);
    const exchange = { device: 'refused-device', epoch: null, version: 0, edits: [] };
    expect((await ask(headers(), 'POST', 'sync', exchange)).status).toBe(status);
    // What the hub refuses it tells in a close code.
    const live = await liveEnd({ Origin: hub.origin, ...headers() });
    expect([status, 4401]).toContain(live);
    expect(await (await site.lead.get('cars/100')).json()).toMatchObject({ location: 'Yard' });
  });

  test('one in the address, whatever it is called', async () => {
    for (const name of ['token', 'access_token', 'bearer', 'authorization', 'api_key']) {
      const query = `?${name}=${encodeURIComponent(good.secret)}`;
      expect((await fetch(url(`cars${query}`))).status).toBe(401);
      expect(await handshake(url(`live${query}`), { Origin: hub.origin })).toBe(401);
    }
  });

  test('one sent twice', async () => {
    const status = await new Promise((resolve, reject) => {
      const { Authorization } = good.bearer;
      const headers = { Authorization: [Authorization, Authorization] };
      const request = httpRequest(url('cars'), { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('error', reject);
      request.end();
    });
    expect(status).toBe(401);
  });

  test('one that is no good is told so in the words of its scheme, on every path', async () => {
    for (const path of ['health', 'me', 'nothing', 'sites', `sites/${site.id}/cars`]) {
      const headers = { Authorization: 'Bearer garbage' };
      const response = await fetch(`${hub.origin}/api/${path}`, { headers });
      expect(await problemIn(response)).toMatchObject({ status: 401, code: 'unauthenticated' });
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer .*invalid_token/);
    }
  });

  /** The status of the handshake, or the code with which the hub ends what it has opened. */
  async function liveEnd(headers: Record<string, string>): Promise<number> {
    const status = await handshake(url('live'), headers);
    return status === 101 ? (await openDevice(hub.origin, site.id, headers)).closed : status;
  }

  function inCookie({ secret }: TestToken): Record<string, string> {
    return { Cookie: `__Host-yardboard=${secret.slice('yardboard_'.length)}`, Origin: hub.origin };
  }

  function mixed(one: TestToken, two: TestToken): string {
    return one.secret.slice(0, one.secret.indexOf('.')) + two.secret.slice(two.secret.indexOf('.'));
  }
});

describe('I3 ending a token', () => {
  test('R12 closes its sockets within a second, and nothing it sends after is applied', async () => {
    const gate = await makeToken(site.lead);
    const sockets = await Promise.all([1, 2].map(() => openDevice(hub.origin, site.id, gate.bearer)));
    await Promise.all(sockets.map((socket) => socket.hello()));
    const startedAt = performance.now();
    expect((await site.lead.request('DELETE', `tokens/${gate.id}`)).status).toBe(204);
    expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual([4401, 4401]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect((await ask(gate.bearer, 'PATCH', 'cars/100', { location: 'Shop' })).status).toBe(401);
    expect(await (await site.lead.get('cars/100')).json()).toMatchObject({ location: 'Yard' });
    expect((await listed()).map(({ id }) => id)).not.toContain(gate.id);
  });

  test('works for one no hub has met, and again, and is recorded once', async () => {
    const gate = await makeToken(site.admin);
    for (let i = 0; i < 2; i++) {
      expect((await site.lead.request('DELETE', `tokens/${gate.id}`)).status).toBe(204);
    }
    expect((await ask(gate.bearer)).status).toBe(401);
    expect(await eventsOf(gate.id)).toMatchObject([
      { type: 'token-made', actor: site.admin.id },
      { type: 'token-ended', site: site.id, actor: site.lead.id },
    ]);
  });

  test('I1 of another site, of nobody, or of a person is 404, and ends nothing', async () => {
    const foreign = await makeToken(other.lead);
    const answers = await Promise.all(
      [foreign.id, 'nobody', site.worker.id, site.lead.id].map(async (id) => {
        const response = await site.lead.request('DELETE', `tokens/${id}`);
        return `${response.status} ${await response.text()}`;
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^404 /);
    expect((await fetch(url('cars', other.id), { headers: foreign.bearer })).status).toBe(200);
    expect((await site.worker.get('cars')).status).toBe(200);
    expect(await eventsOf(foreign.id)).toHaveLength(1);
  });

  test('ends on its own when its time is over, with its socket open', async () => {
    const gate = await makeToken(site.lead);
    const device = await openDevice(hub.origin, site.id, gate.bearer);
    await device.hello();
    await hub.sql(site.id, 'UPDATE session SET expires_at = 1 WHERE person = ?', gate.id);
    await hub.evict(site.id);
    device.send({ type: 'where', car: null });
    expect(await device.closed).toBe(4401);
    expect((await ask(gate.bearer)).status).toBe(401);
  });
});
