import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SIGN_IN_TRIES_PER_EMAIL_MAX } from '../../worker/protocol/limits.ts';
import { takeD1Down } from '../support/d1-outage.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { openDevice } from '../support/raw-device.ts';
import { addPerson, makeSite, PASSWORD, signIn, type TestSite } from '../support/site.ts';
import { handshake, problemIn } from './http.ts';

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
});
afterAll(() => hub.stop());

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${hub.origin}/api/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: hub.origin, ...headers },
    body: JSON.stringify(body),
  });
const login = (email: string, password = PASSWORD) => post('auth/login', { email, password });
const me = (cookie: string) => fetch(`${hub.origin}/api/me`, { headers: { Cookie: cookie } });

test('whoever signs in is told who they are and where they belong, and holds an opaque session', async () => {
  const response = await login(` ${site.lead.email.toUpperCase()} `);
  expect(response.status).toBe(200);
  const { id, name, email } = site.lead;
  const answer = {
    kind: 'person',
    person: { id, name, email },
    sites: [{ id: site.id, name: expect.any(String), role: 'lead' }],
    device: null,
  };
  expect(await response.json()).toEqual(answer);
  const [cookie = ''] = response.headers.getSetCookie();
  expect(cookie).toMatch(/^__Host-yardboard=[\w.-]+; .*HttpOnly; Secure; SameSite=Strict$/);
  expect(await (await me(cookie.split(';')[0] ?? '')).json()).toEqual(answer);
});

test('every sign-in is a session of its own', async () => {
  const secrets = await Promise.all([1, 2, 3].map(() => signIn(hub.origin, site.lead.email)));
  expect(new Set(secrets.map((cookie) => cookie.split('.')[0])).size).toBe(3);
});

test('a sign-in over another ends it: no session is handed from one person to the next', async () => {
  const first = await signIn(hub.origin, site.worker.email);
  const response = await post(
    'auth/login',
    { email: site.lead.email, password: PASSWORD },
    { Cookie: first },
  );
  expect(response.headers.getSetCookie()[0]).not.toContain(first.split('.')[0]);
  await expect.poll(async () => (await siteCars(first)).status, { timeout: 5_000 }).toBe(401);
});

const siteCars = (cookie: string) =>
  fetch(`${hub.origin}/api/sites/${site.id}/cars`, { headers: { Cookie: cookie } });

describe('an unknown person, one without a password, one who has left, and a wrong password', () => {
  const emails = async (): Promise<string[]> => {
    const [plain, left, right] = await Promise.all(
      ['Pat', 'Lou', 'Rae'].map((name) => addPerson(hub, site.id, { role: 'worker', name })),
    );
    await hub.db.prepare('UPDATE people SET password = NULL WHERE id = ?').bind(plain?.id).run();
    await hub.db.prepare('UPDATE people SET deactivated_at = 1 WHERE id = ?').bind(left?.id).run();
    return [
      `nobody-${crypto.randomUUID()}@example.com`,
      plain?.email ?? '',
      left?.email ?? '',
      right?.email ?? '',
    ];
  };

  test('are refused in the same words', async () => {
    const answers = [];
    for (const email of await emails()) {
      const response = await login(email, 'wrong password');
      expect(response.headers.getSetCookie()).toEqual([]);
      answers.push([response.status, [...response.headers.keys()].join(), await response.text()]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.[0]).toBe(401);
    expect(answers[0]?.[2]).toContain('wrong-credentials');
  });

  test('are refused after the same time', async () => {
    const people = await emails();
    const times = people.map((): number[] => []);
    await login(people[0] ?? '', 'warm up');
    for (let round = 0; round < 8; round++) {
      for (const [i, email] of people.entries()) {
        const startedAt = performance.now();
        await login(email, 'wrong password');
        times[i]?.push(performance.now() - startedAt);
      }
    }
    // The hash alone takes tens of milliseconds: without it an answer would come in a tenth of the time.
    const fastest = times.map((list) => Math.min(...list));
    expect(Math.min(...fastest)).toBeGreaterThan(Math.max(...fastest) / 4);
  });
});

describe('guessing', () => {
  test('B1 is stopped for one email, in parallel too, and the right password does not help', async () => {
    const person = await addPerson(hub, site.id, { role: 'worker', name: 'Gus' });
    const guesses = Array.from({ length: SIGN_IN_TRIES_PER_EMAIL_MAX + 5 }, (_, i) =>
      login(person.email, `guess number ${i}`),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(SIGN_IN_TRIES_PER_EMAIL_MAX);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    const refused = await login(person.email);
    expect(await problemIn(refused)).toMatchObject({ status: 429, code: 'too-many-requests' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
    // Nobody else is locked with them, and a session that stands goes on.
    expect((await login(site.lead.email)).status).toBe(200);
    expect((await siteCars(person.cookie)).status).toBe(200);
  });

  test('of an email nobody has is stopped alike', async () => {
    const email = `nobody-${crypto.randomUUID()}@example.com`;
    for (let i = 0; i < SIGN_IN_TRIES_PER_EMAIL_MAX; i++) expect((await login(email, 'x')).status).toBe(401);
    expect((await login(email, 'x')).status).toBe(429);
  });

  test('is forgiven to whoever gets it right', async () => {
    const { email } = await addPerson(hub, site.id, { role: 'worker', name: 'Ivy' });
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < SIGN_IN_TRIES_PER_EMAIL_MAX - 1; i++) await login(email, 'wrong');
      expect((await login(email)).status).toBe(200);
    }
  });

  test('leaves no email and no address behind', async () => {
    await login('curious@example.com', 'x');
    const folder = join(hub.stateDir, 'v3');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true });
    const stored = files
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'));
    expect(stored.some((text) => text.includes('isLocked'))).toBe(true);
    expect(stored.filter((text) => /curious|127\.0\.0\.1/.test(text))).toEqual([]);
  });
});

test.each<[string, unknown, string | undefined]>([
  ['no body', undefined, undefined],
  ['no password', { email: 'a@b.c' }, 'password'],
  ['a password over its cap', { email: 'a@b.c', password: 'x'.repeat(129) }, 'password'],
  ['an email over its cap', { email: `${'a'.repeat(260)}@b.c`, password: 'x' }, 'email'],
  ['no email', { email: 'someone', password: 'x' }, 'email'],
  ['an email that is a list', { email: ['a@b.c'], password: 'x' }, 'email'],
  ['an unknown field', { email: 'a@b.c', password: 'x', role: 'admin' }, 'role'],
])('a sign-in with %s is refused before anything is hashed', async (_, body, field) => {
  const problem = await problemIn(await post('auth/login', body));
  expect([400, 422]).toContain(problem.status);
  expect(problem.field).toBe(field);
});

describe('I3 signing out', () => {
  test('ends the session everywhere: the cookie, the directory, the hub and its open sockets', async () => {
    const cookie = await signIn(hub.origin, site.worker.email);
    const tabs = await Promise.all([1, 2].map(() => openDevice(hub.origin, site.id, cookie)));
    await Promise.all(tabs.map((tab) => tab.hello()));
    const startedAt = performance.now();
    const response = await post('auth/logout', {}, { Cookie: cookie });
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()[0]).toMatch(/^__Host-yardboard=; Max-Age=0;/);
    expect(await Promise.all(tabs.map((tab) => tab.closed))).toEqual([4401, 4401]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect((await siteCars(cookie)).status).toBe(401);
    const sites = await fetch(`${hub.origin}/api/sites`, { headers: { Cookie: cookie } });
    expect(sites.status).toBe(401);
    // The session's other holders are not touched.
    expect((await siteCars(site.worker.cookie)).status).toBe(200);
  });

  test('without a session is done already', async () => {
    expect((await post('auth/logout', {})).status).toBe(204);
  });

  test('while D1 is down ends it on the hubs, and says that it stands', async () => {
    const cookie = await signIn(hub.origin, site.worker.email);
    expect((await siteCars(cookie)).status).toBe(200);
    const heal = takeD1Down(hub.stateDir);
    try {
      const problem = await problemIn(await post('auth/logout', {}, { Cookie: cookie }));
      expect(problem).toMatchObject({ status: 503, code: 'unavailable' });
    } finally {
      heal();
    }
    expect((await siteCars(cookie)).status).toBe(401);
  });
});

test('a session that the directory has ended is refused where the hub has not met it', async () => {
  const cookie = await signIn(hub.origin, site.viewer.email);
  await hub.db
    .prepare(
      'UPDATE sessions SET revoked_at = 1 WHERE person = ? AND last_used_at = (SELECT max(last_used_at) FROM sessions WHERE person = ?)',
    )
    .bind(site.viewer.id, site.viewer.id)
    .run();
  expect((await siteCars(cookie)).status).toBe(401);
  expect((await fetch(`${hub.origin}/api/sites`, { headers: { Cookie: cookie } })).status).toBe(401);
});

describe('while D1 is down', () => {
  test('health and me answer, a known device gets in, and a sign-in says that it cannot be now', async () => {
    const { cookie, name } = site.lead;
    expect((await siteCars(cookie)).status).toBe(200);
    const heal = takeD1Down(hub.stateDir);
    try {
      expect((await fetch(`${hub.origin}/api/health`)).status).toBe(200);
      expect(await (await me(cookie)).json()).toMatchObject({ person: { name }, sites: [{ id: site.id }] });
      expect((await siteCars(cookie)).status).toBe(200);
      const live = `${hub.origin}/api/sites/${site.id}/live`;
      expect(await handshake(live, { Cookie: cookie, Origin: hub.origin })).toBe(101);
      const refused = await login(site.lead.email);
      expect(await problemIn(refused)).toMatchObject({ status: 503, code: 'unavailable' });
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    } finally {
      heal();
    }
  });
});
