import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sessions } from '../../worker/protocol/api.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { openDevice } from '../support/raw-device.ts';
import { addPerson, makeSite, PASSWORD, signIn, type TestPerson, type TestSite } from '../support/site.ts';
import { Account, cookieIn } from './account.ts';

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
});
afterAll(() => hub.stop());

const PHONE =
  'Mozilla/5.0 (Linux; Android 14; TC57) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36';

const newcomer = (role: 'worker' | 'lead' | 'admin' = 'worker'): Promise<TestPerson> =>
  addPerson(hub, site.id, { role, name: 'Kim' });
const siteCars = (cookie: string) =>
  fetch(`${hub.origin}/api/sites/${site.id}/cars`, { headers: { Cookie: cookie } });

/** The session of the cookie, as its own person sees it. */
const idOf = async (cookie: string): Promise<string> => (await new Account(hub, cookie).own()).id;

async function signInWith(email: string, userAgent: string): Promise<string> {
  const response = await fetch(`${hub.origin}/api/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: hub.origin, 'User-Agent': userAgent },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  return cookieIn(response);
}

describe('one’s own sessions', () => {
  test('are listed with what they are known by, and the one that asks is marked', async () => {
    const { email, cookie } = await newcomer();
    const phone = await signInWith(email, PHONE);
    const sessions = await new Account(hub, phone).sessions();
    expect(sessions).toEqual([
      {
        id: await idOf(phone),
        via: 'password',
        device: null,
        agent: 'Chrome on Android',
        place: null,
        createdAt: expect.any(Number),
        lastUsedAt: expect.any(Number),
        current: true,
      },
      expect.objectContaining({ id: await idOf(cookie), agent: null, current: false }),
    ]);
  });

  test('have ids that are neither their hashes nor their secrets', async () => {
    const { id, cookie } = await newcomer();
    const text = JSON.stringify(await new Account(hub, cookie).sessions());
    const { results } = await hub.db
      .prepare('SELECT hash FROM sessions WHERE person = ?')
      .bind(id)
      .all<{ hash: string }>();
    for (const { hash } of results) expect(text).not.toContain(hash.slice(0, 16));
    expect(text).not.toContain(cookie.split('=')[1]?.slice(0, 16));
  });

  test('I3 one is ended at will: it is gone everywhere within a second, the others are not', async () => {
    const { email, cookie } = await newcomer();
    const [lost, kept] = [await signIn(hub.origin, email), await signIn(hub.origin, email)];
    const device = await openDevice(hub.origin, site.id, lost);
    await device.hello();
    const startedAt = performance.now();
    const response = await new Account(hub, cookie).send('DELETE', `sessions/${await idOf(lost)}`);
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await device.closed).toBe(4401);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    const statuses = await Promise.all([lost, kept, cookie].map(async (one) => (await siteCars(one)).status));
    expect(statuses).toEqual([401, 200, 200]);
    expect(await new Account(hub, cookie).sessions()).toHaveLength(2);
  });

  test('the one that asks may end itself, and the browser forgets it', async () => {
    const { cookie } = await newcomer();
    const response = await new Account(hub, cookie).send('DELETE', `sessions/${await idOf(cookie)}`);
    expect(response.headers.getSetCookie()[0]).toMatch(/^__Host-yardboard=; Max-Age=0;/);
    expect((await siteCars(cookie)).status).toBe(401);
    expect((await new Account(hub, cookie).send('GET', 'sessions')).status).toBe(401);
  });

  test('I3 all others are ended at once', async () => {
    const { email, cookie } = await newcomer();
    const others = await Promise.all([1, 2, 3].map(() => signIn(hub.origin, email)));
    expect((await new Account(hub, cookie).send('DELETE', 'sessions')).status).toBe(204);
    for (const other of others) expect((await siteCars(other)).status).toBe(401);
    expect(await new Account(hub, cookie).sessions()).toMatchObject([{ current: true }]);
    // Again does no harm.
    expect((await new Account(hub, cookie).send('DELETE', 'sessions')).status).toBe(204);
  });

  test('another’s is not there, whether it is or not', async () => {
    const other = await newcomer();
    const answers = await Promise.all(
      [await idOf(other.cookie), 'nothing'].map(async (id) => {
        const response = await new Account(hub, site.admin.cookie).send('DELETE', `sessions/${id}`);
        return `${response.status} ${await response.text()}`;
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^404 /);
    expect((await siteCars(other.cookie)).status).toBe(200);
  });

  test('I3 a hub that sleeps is told too', async () => {
    const { email, cookie } = await newcomer();
    const other = await signIn(hub.origin, email);
    expect((await siteCars(other)).status).toBe(200);
    await hub.evict(site.id);
    await new Account(hub, cookie).send('DELETE', 'sessions');
    expect((await siteCars(other)).status).toBe(401);
  });
});

describe('R11 sessions of the people of a site', () => {
  const listOf = (by: TestPerson, person: TestPerson) => by.get(`people/${person.id}/sessions`);
  const end = async (by: TestPerson, person: TestPerson, cookie = person.cookie) =>
    by.request('DELETE', `people/${person.id}/sessions/${await idOf(cookie)}`);

  test('a lead sees and ends those of somebody with no more rights than their own', async () => {
    for (const role of ['worker', 'lead'] as const) {
      const person = await newcomer(role);
      const listed: Sessions = await (await listOf(site.lead, person)).json();
      expect(listed.sessions).toMatchObject([{ id: await idOf(person.cookie), current: false }]);
      expect((await end(site.lead, person)).status).toBe(204);
      expect((await siteCars(person.cookie)).status).toBe(401);
    }
  });

  test('not those of an admin, which an admin may', async () => {
    const admin = await newcomer('admin');
    expect((await listOf(site.lead, admin)).status).toBe(403);
    expect((await end(site.lead, admin)).status).toBe(403);
    expect((await siteCars(admin.cookie)).status).toBe(200);
    expect((await end(site.admin, admin)).status).toBe(204);
  });

  test('I1 not those of another site’s people, which are as if they were nobody’s', async () => {
    const other = await makeSite(hub);
    expect((await listOf(site.admin, other.worker)).status).toBe(404);
    expect((await end(site.admin, other.worker)).status).toBe(404);
    expect((await siteCars(other.worker.cookie)).status).toBe(404);
  });

  test('I1 nor of somebody who is more on another site, but what began on devices of this one', async () => {
    const [other, person] = [await makeSite(hub), await newcomer()];
    await hub.db
      .prepare("INSERT INTO memberships (person, site, role, created_at) VALUES (?, ?, 'admin', 0)")
      .bind(person.id, other.id)
      .run();
    expect(await (await listOf(site.lead, person)).json()).toMatchObject({ sessions: [] });
    expect((await end(site.lead, person)).status).toBe(404);
    expect((await siteCars(person.cookie)).status).toBe(200);
    expect(await (await listOf(other.admin, person)).json()).toMatchObject({ sessions: [] });
  });

  test('nor another person’s by the name of one they may end', async () => {
    const [one, admin] = [await newcomer(), await newcomer('admin')];
    expect((await end(site.lead, one, admin.cookie)).status).toBe(404);
    expect((await siteCars(admin.cookie)).status).toBe(200);
  });
});
