import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SIGN_IN_TRIES_PER_EMAIL_MAX } from '../../worker/protocol/limits.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { openDevice } from '../support/raw-device.ts';
import { addPerson, makeSite, PASSWORD, signIn, type TestPerson, type TestSite } from '../support/site.ts';
import { Account, cookieIn } from './account.ts';
import { problemIn } from './http.ts';

const NEW = 'rain on the belt';
let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
});
afterAll(() => hub.stop());

const newcomer = (role: 'worker' | 'lead' | 'admin' = 'worker', name = 'Kim'): Promise<TestPerson> =>
  addPerson(hub, site.id, { role, name });
const change = (cookie: string, current: string, password: string) =>
  new Account(hub, cookie).send('POST', 'auth/password', { current, password });
const siteCars = (cookie: string) =>
  fetch(`${hub.origin}/api/sites/${site.id}/cars`, { headers: { Cookie: cookie } });
const signsIn = (email: string, password: string): Promise<boolean> =>
  signIn(hub.origin, email, password).then(
    () => true,
    () => false,
  );

describe('a password that is changed', () => {
  test('is the one to sign in with from then on, and the session that changed it goes on', async () => {
    const { email, cookie } = await newcomer();
    expect((await change(cookie, PASSWORD, NEW)).status).toBe(204);
    expect(await signsIn(email, PASSWORD)).toBe(false);
    expect(await signsIn(email, NEW)).toBe(true);
    expect((await siteCars(cookie)).status).toBe(200);
  });

  test('I3 ends every other session everywhere: directory, hubs and open sockets', async () => {
    const { email, cookie } = await newcomer();
    const others = [await signIn(hub.origin, email), await signIn(hub.origin, email)];
    const devices = await Promise.all(others.map((other) => openDevice(hub.origin, site.id, other)));
    await Promise.all(devices.map((device) => device.hello()));
    const own = await openDevice(hub.origin, site.id, cookie);
    await own.hello();
    expect((await change(cookie, PASSWORD, NEW)).status).toBe(204);
    // Two hashes are made before: what counts is that it is over once it is answered.
    const answeredAt = performance.now();
    expect(await Promise.all(devices.map((device) => device.closed))).toEqual([4401, 4401]);
    expect(performance.now() - answeredAt).toBeLessThan(1_000);
    for (const other of others) {
      expect((await siteCars(other)).status).toBe(401);
      expect((await new Account(hub, other).send('GET', 'sites')).status).toBe(401);
    }
    expect(await new Account(hub, cookie).sessions()).toMatchObject([{ current: true }]);
    own.send({ type: 'where', car: null });
    await own.next('people');
  });

  test.each([
    ['a common one', 'Password123!'],
    ['one of 7 characters', 'seven77'],
    ['one of 129 characters', 'x'.repeat(129)],
  ])('is not %s', async (_, password) => {
    const { cookie } = await newcomer();
    const problem = await problemIn(await change(cookie, PASSWORD, password));
    expect(problem).toMatchObject({ status: 422, code: 'invalid', field: 'password' });
  });

  test('needs the present one; guessing it is stopped exactly, and locks nobody’s sign-in', async () => {
    const { email, cookie } = await newcomer();
    const guesses = Array.from({ length: SIGN_IN_TRIES_PER_EMAIL_MAX + 20 }, () =>
      change(cookie, 'guess', NEW),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(SIGN_IN_TRIES_PER_EMAIL_MAX);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
    expect((await change(cookie, PASSWORD, NEW)).status).toBe(429);
    expect(await signsIn(email, PASSWORD)).toBe(true);
  });

  test('is not changed by a session that has ended', async () => {
    const { id, email, cookie } = await newcomer();
    await hub.db.prepare('UPDATE sessions SET revoked_at = 1 WHERE person = ?').bind(id).run();
    expect(await problemIn(await change(cookie, PASSWORD, NEW))).toMatchObject({ code: 'unauthenticated' });
    expect(await signsIn(email, PASSWORD)).toBe(true);
  });

  test('of two changes at once one is made', async () => {
    const { cookie } = await newcomer();
    const both = await Promise.all([change(cookie, PASSWORD, NEW), change(cookie, PASSWORD, `${NEW}!`)]);
    expect(both.map(({ status }) => status).sort()).toEqual([204, 401]);
  });
});

const makeLink = (by: TestPerson, person: TestPerson) => by.request('POST', `people/${person.id}/reset`);
async function linkFor(person: TestPerson, by = site.lead): Promise<string> {
  const response = await makeLink(by, person);
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  const made: { token: string; expiresAt: number } = await response.json();
  expect(made.token).toMatch(/^[\w-]{43}$/);
  expect(made.expiresAt - Date.now()).toBeGreaterThan(3_500_000);
  expect(made.expiresAt - Date.now()).toBeLessThanOrEqual(3_600_000);
  return made.token;
}
const reset = (token: string, password = NEW, cookie = '') =>
  new Account(hub, cookie).send('POST', 'auth/reset', { token, password });

describe('a link that a lead makes', () => {
  test('lets somebody choose a password and signs them in anew; all they were signed in with ends', async () => {
    const person = await newcomer();
    const device = await openDevice(hub.origin, site.id, person.cookie);
    await device.hello();
    const response = await reset(await linkFor(person));
    expect(await response.json()).toMatchObject({ person: { id: person.id }, sites: [{ id: site.id }] });
    expect(await device.closed).toBe(4401);
    expect((await siteCars(person.cookie)).status).toBe(401);
    expect((await siteCars(cookieIn(response))).status).toBe(200);
    expect(await signsIn(person.email, PASSWORD)).toBe(false);
    expect(await signsIn(person.email, NEW)).toBe(true);
  });

  test('works once, however many try at the same time', async () => {
    const person = await newcomer();
    const token = await linkFor(person);
    const tries = await Promise.all(Array.from({ length: 5 }, (_, i) => reset(token, `${NEW} ${i}`)));
    const cookie = tries.map(cookieIn).find((one) => one !== '') ?? '';
    expect(tries.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
    expect((await reset(token)).status).toBe(404);
    // Those who came too late neither begin a session nor end the one that began.
    expect(await new Account(hub, cookie).sessions()).toMatchObject([{ current: true }]);
    expect((await siteCars(cookie)).status).toBe(200);
  });

  test('is answered like an unknown one once it is used, too old, or there is a newer one', async () => {
    const person = await newcomer();
    const used = await linkFor(person);
    await reset(used);
    const older = await linkFor(person);
    const newer = await linkFor(person);
    const answers = [await reset('x'.repeat(43)), await reset(used), await reset(older)];
    await hub.db
      .prepare('UPDATE password_resets SET expires_at = ? WHERE person = ?')
      .bind(Date.now(), person.id)
      .run();
    answers.push(await reset(newer));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('"status":404');
  });

  test('stands nowhere: a stolen copy of the directory opens nothing with it', async () => {
    const token = await linkFor(await newcomer());
    const { results } = await hub.db.prepare('SELECT * FROM password_resets').all();
    expect(results.length).toBeGreaterThan(0);
    expect(JSON.stringify(results)).not.toContain(token);
  });

  test('takes no common password, and is still good after that', async () => {
    const token = await linkFor(await newcomer());
    expect(await problemIn(await reset(token, 'letmein123'))).toMatchObject({ field: 'password' });
    expect((await reset(token)).status).toBe(200);
  });

  test('lets in whoever had locked themself out', async () => {
    const person = await newcomer();
    for (let i = 0; i <= SIGN_IN_TRIES_PER_EMAIL_MAX; i++) await signsIn(person.email, 'forgotten');
    expect(await signsIn(person.email, PASSWORD)).toBe(false);
    await reset(await linkFor(person));
    expect(await signsIn(person.email, NEW)).toBe(true);
  });

  test('ends the session of whoever else was signed in where it is opened', async () => {
    const [person, before] = [await newcomer(), await newcomer()];
    expect((await reset(await linkFor(person), NEW, before.cookie)).status).toBe(200);
    await expect.poll(async () => (await siteCars(before.cookie)).status, { timeout: 5_000 }).toBe(401);
  });
});

describe('R11 who may make a link for whom', () => {
  test('a lead for a viewer, a worker and another lead; for an admin only an admin', async () => {
    const [lead, admin] = [await newcomer('lead'), await newcomer('admin')];
    for (const person of [site.viewer, site.worker, lead]) {
      expect((await makeLink(site.lead, person)).status).toBe(201);
    }
    expect((await makeLink(site.lead, admin)).status).toBe(403);
    expect((await makeLink(site.admin, admin)).status).toBe(201);
    expect((await makeLink(site.worker, site.viewer)).status).toBe(403);
  });

  test('nobody for themself: whoever has only the session does not get the account', async () => {
    expect((await makeLink(site.admin, site.admin)).status).toBe(403);
  });

  test('I1 nobody for somebody who has rights on a site that is not theirs to lead', async () => {
    const [other, person] = [await makeSite(hub), await newcomer()];
    await hub.db
      .prepare("INSERT INTO memberships (person, site, role, created_at) VALUES (?, ?, 'worker', 0)")
      .bind(person.id, other.id)
      .run();
    expect((await makeLink(site.admin, person)).status).toBe(403);
    // A lead of both sites may.
    const both = await newcomer('lead');
    await hub.db
      .prepare("INSERT INTO memberships (person, site, role, created_at) VALUES (?, ?, 'lead', 0)")
      .bind(both.id, other.id)
      .run();
    expect((await makeLink(both, person)).status).toBe(201);
  });

  test('I1 a stranger, somebody of another site, a script and somebody who has left are one answer', async () => {
    const other = await makeSite(hub);
    const [script, left] = [await newcomer(), await newcomer()];
    await hub.db.prepare("UPDATE people SET kind = 'token' WHERE id = ?").bind(script.id).run();
    await hub.db.prepare('UPDATE people SET deactivated_at = 1 WHERE id = ?').bind(left.id).run();
    const answers = await Promise.all(
      ['p-nobody', other.worker.id, script.id, left.id].map(async (id) => {
        const response = await site.lead.request('POST', `people/${id}/reset`);
        return `${response.status} ${await response.text()}`;
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^404 /);
  });

  test('somebody who signs in without an email has no password to choose', async () => {
    const person = await newcomer();
    await hub.db.prepare('UPDATE people SET email = NULL WHERE id = ?').bind(person.id).run();
    expect(await problemIn(await makeLink(site.lead, person))).toMatchObject({
      status: 422,
      field: 'person',
    });
  });

  test('a link is no good any more once its maker may not do that, or its person may more', async () => {
    const lead = await newcomer('lead');
    const [demoted, promoted] = [await newcomer(), await newcomer()];
    const [one, two] = [await linkFor(demoted, lead), await linkFor(promoted)];
    const setRole = (id: string, role: string) =>
      hub.db.prepare('UPDATE memberships SET role = ? WHERE person = ?').bind(role, id).run();
    await setRole(lead.id, 'worker');
    await setRole(promoted.id, 'admin');
    expect([(await reset(one)).status, (await reset(two)).status]).toEqual([404, 404]);
  });

  test('the role is that of now, not that of an hour ago', async () => {
    const lead = await newcomer('lead');
    await hub.db.prepare("UPDATE memberships SET role = 'worker' WHERE person = ?").bind(lead.id).run();
    expect((await makeLink(lead, site.viewer)).status).toBe(403);
  });
});
