import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SecurityLog } from '../../worker/protocol/api.ts';
import { SIGN_IN_TRIES_PER_EMAIL_MAX } from '../../worker/protocol/limits.ts';
import type { SecurityEntry, SecurityEventType } from '../../worker/protocol/security.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { addPerson, makeSite, PASSWORD, signIn, type TestPerson, type TestSite } from '../support/site.ts';
import { Account } from './account.ts';
import { problemIn } from './http.ts';

const NEW = 'rain on the belt';
let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
});
afterAll(() => hub.stop());

const newcomer = (where = site): Promise<TestPerson> =>
  addPerson(hub, where.id, { role: 'worker', name: 'Kim' });

async function logOf(by: TestPerson, query = ''): Promise<SecurityLog> {
  const response = await by.get(`security${query}`);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

/** What is said of a person, oldest first. */
async function told(person: TestPerson, by = site.admin): Promise<SecurityEntry[]> {
  return (await logOf(by, `?person=${person.id}&limit=200`)).entries.toReversed();
}

const typesOf = async (person: TestPerson): Promise<SecurityEventType[]> =>
  (await told(person)).map(({ type }) => type);

/** What is recorded after the answer is there soon. */
const soon = (person: TestPerson) => expect.poll(() => typesOf(person), { timeout: 5_000 });

describe('what is recorded', () => {
  test('signing in and out, with who it was and what they used, and no address', async () => {
    const person = await newcomer();
    await new Account(hub, await signIn(hub.origin, person.email)).send('POST', 'auth/logout', {});
    const named = { id: person.id, name: 'Kim' };
    const [, ...news] = await told(person);
    expect(news).toEqual([
      {
        id: expect.any(Number),
        at: expect.any(Number),
        type: 'signed-in',
        ofSite: false,
        actor: named,
        subject: named,
        details: { via: 'password', agent: null, place: null },
      },
      expect.objectContaining({ type: 'signed-out', actor: named, subject: named, details: {} }),
    ]);
  });

  test('a sign-in that fails, each time, and the lock, once', async () => {
    const person = await newcomer();
    for (let i = 0; i < SIGN_IN_TRIES_PER_EMAIL_MAX + 5; i++) {
      await signIn(hub.origin, person.email, `guess ${i}`).catch(() => {});
    }
    const failed = Array.from({ length: SIGN_IN_TRIES_PER_EMAIL_MAX }, () => 'sign-in-failed');
    await soon(person).toEqual(['signed-in', ...failed, 'sign-in-locked']);
    expect(await told(person)).toContainEqual(
      expect.objectContaining({
        type: 'sign-in-locked',
        actor: null,
        subject: { id: person.id, name: 'Kim' },
      }),
    );
  });

  test('nothing of what was tried with an email that nobody has', async () => {
    const count = () =>
      hub.db.prepare("SELECT count(*) AS n FROM security_events WHERE type LIKE 'sign-in-%'").first('n');
    const person = await newcomer();
    const before = Number(await count());
    await signIn(hub.origin, 'nobody@example.com', 'x').catch(() => {});
    // One that is recorded comes after it.
    await signIn(hub.origin, person.email, 'x').catch(() => {});
    await soon(person).toEqual(['signed-in', 'sign-in-failed']);
    expect(Number(await count())).toBe(before + 1);
    const { results } = await hub.db.prepare('SELECT * FROM security_events').all();
    expect(JSON.stringify(results)).not.toMatch(/nobody@example|127\.0\.0\.1/);
  });

  test('a password changed; a link made, by whom, and used', async () => {
    const person = await newcomer();
    await new Account(hub, person.cookie).send('POST', 'auth/password', { current: PASSWORD, password: NEW });
    const made = await site.lead.request('POST', `people/${person.id}/reset`);
    const { token }: { token: string } = await made.json();
    await new Account(hub, '').send('POST', 'auth/reset', { token, password: `${NEW}!` });
    expect(await typesOf(person)).toEqual([
      ...['signed-in', 'password-changed', 'password-link-made', 'password-reset', 'signed-in'],
    ]);
    expect((await told(person))[2]).toMatchObject({
      ofSite: true,
      actor: { id: site.lead.id, name: 'Lee' },
      subject: { id: person.id, name: 'Kim' },
    });
    const { results } = await hub.db.prepare('SELECT * FROM security_events').all();
    expect(JSON.stringify(results)).not.toContain(token);
  });

  test('not what did not happen: a wrong password, a link that is no good, a session that is none', async () => {
    const person = await newcomer();
    const own = new Account(hub, person.cookie);
    await own.send('POST', 'auth/password', { current: 'wrong', password: NEW });
    await own.send('POST', 'auth/reset', { token: 'x'.repeat(43), password: NEW });
    await own.send('DELETE', 'sessions/none');
    await own.send('DELETE', 'sessions');
    await site.worker.request('POST', `people/${person.id}/reset`);
    expect(await typesOf(person)).toEqual(['signed-in']);
  });

  test('a session ended, by its owner and by a lead', async () => {
    const person = await newcomer();
    await signIn(hub.origin, person.email);
    await new Account(hub, person.cookie).send('DELETE', 'sessions');
    const { id } = await new Account(hub, person.cookie).own();
    await site.lead.request('DELETE', `people/${person.id}/sessions/${id}`);
    const ended = (await told(person)).filter(({ type }) => type === 'session-ended');
    expect(ended).toMatchObject([
      { ofSite: false, actor: { id: person.id }, details: { count: 1 } },
      { ofSite: true, actor: { id: site.lead.id }, subject: { id: person.id }, details: { count: 1 } },
    ]);
  });

  test('an export of the roster, and how many cars it had', async () => {
    await site.lead.request('POST', 'cars', { id: '128489' });
    await (await site.viewer.get('cars.csv')).text();
    await expect
      .poll(async () => (await logOf(site.admin, '?kind=export')).entries, { timeout: 5_000 })
      .toMatchObject([{ ofSite: true, actor: { id: site.viewer.id }, subject: null, details: { cars: 1 } }]);
  });
});

describe('who is told', () => {
  test('I1 an admin of what concerns their site and its people, and of nobody else', async () => {
    const other = await makeSite(hub);
    const [here, there] = [await newcomer(), await newcomer(other)];
    await other.lead.request('POST', `people/${there.id}/reset`);
    const names = (log: SecurityLog): string[] =>
      log.entries.flatMap(({ actor, subject }) => [actor?.id ?? '', subject?.id ?? '']);
    const [ours, theirs] = [await logOf(site.admin, '?limit=200'), await logOf(other.admin, '?limit=200')];
    expect(names(ours)).toContain(here.id);
    expect(names(ours)).not.toContain(there.id);
    expect(names(theirs)).toContain(there.id);
    expect(names(theirs)).not.toContain(here.id);
    expect((await logOf(site.admin, `?person=${there.id}`)).entries).toEqual([]);
  });

  test('I1 of a person of two sites, not of what was done in the name of the other', async () => {
    const [other, person] = [await makeSite(hub), await newcomer()];
    await hub.db
      .prepare("INSERT INTO memberships (person, site, role, created_at) VALUES (?, ?, 'worker', 0)")
      .bind(person.id, other.id)
      .run();
    await other.lead.request('PATCH', `people/${person.id}`, { role: 'viewer' });
    expect(await typesOf(person)).toEqual(['signed-in']);
    expect((await told(person, other.admin)).map(({ type }) => type)).toEqual(['signed-in', 'role-changed']);
  });
});

describe('the pages', () => {
  test('go from the newest to the oldest without a gap, and end', async () => {
    const person = await newcomer();
    for (let i = 0; i < 4; i++) await signIn(hub.origin, person.email);
    const ids: number[] = [];
    let next: number | null = null;
    do {
      const page: SecurityLog = await logOf(
        site.admin,
        `?person=${person.id}&limit=2${next === null ? '' : `&before=${next}`}`,
      );
      ids.push(...page.entries.map(({ id }) => id));
      next = page.next;
    } while (next !== null);
    expect(ids).toHaveLength(5);
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
  });

  test('have only what was asked for', async () => {
    const person = await newcomer();
    await new Account(hub, person.cookie).send('POST', 'auth/password', { current: PASSWORD, password: NEW });
    const { entries } = await logOf(site.admin, `?person=${person.id}&kind=password`);
    expect(entries.map(({ type }) => type)).toEqual(['password-changed']);
  });

  test.each([
    'limit=0',
    'limit=201',
    'before=-1',
    'kind=none',
    'person=%27',
    'page=2',
    'kind=export&kind=export',
  ])('B1 %s is refused', async (query) => {
    expect(await problemIn(await site.admin.get(`security?${query}`))).toMatchObject({ status: 422 });
  });
});
