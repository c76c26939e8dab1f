import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinAnew, joinAs } from '../../worker/directory/join.ts';
import { reseat } from '../../worker/directory/people.ts';
import type { Env } from '../../worker/env.ts';
import { hashSecret } from '../../worker/identity/secret.ts';
import type { Invited, Joined, Me, People } from '../../worker/protocol/api.ts';
import { CLOSE } from '../../worker/protocol/errors.ts';
import { INVITATION_MS_MAX, INVITATION_TRIES_MAX, INVITATIONS_MAX } from '../../worker/protocol/limits.ts';
import { handle } from '../../worker/routes/handle.ts';
import { quicker } from '../directory/quicker.ts';
import { enrolDevice } from '../support/device.ts';
import { type Hub, SESSION_KEY, startHub } from '../support/hub.ts';
import { enterPin, givePin, personCookie } from '../support/pin.ts';
import { openDevice } from '../support/raw-device.ts';
import { addPerson, makeSite, PASSWORD, signIn, type TestPerson, type TestSite } from '../support/site.ts';
import { problemIn } from './http.ts';

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
});
afterAll(() => hub.stop());

async function invite(by: TestPerson, role = 'worker', name?: string): Promise<Invited> {
  const response = await by.request('POST', 'invitations', { role, ...(name && { name }) });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

const post = (path: string, body: unknown, cookie?: string): Promise<Response> =>
  fetch(`${hub.origin}/api/invitations/${path}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Origin: hub.origin,
      ...(cookie !== undefined && { Cookie: cookie }),
    },
    body: JSON.stringify(body),
  });
const look = (token: string) => post('look', { token });
const newcomer = (email = `${crypto.randomUUID()}@example.com`) => ({
  name: 'New',
  email,
  password: 'a new password',
});
const accept = (token: string, who: object = newcomer(), cookie?: string) =>
  post('accept', { token, ...who }, cookie);

const cookieIn = (response: Response): string => response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
const countOf = (table: 'people' | 'memberships' | 'sessions') =>
  hub.db.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n');

test('an invitation says what it is for, and makes a member of whoever brings a name, email and password', async () => {
  const { token, expiresAt } = await invite(site.lead, 'lead', 'Nia');
  expect(await (await look(token)).json()).toEqual({
    site: { name: expect.stringMatching(/^Site \d+$/) },
    role: 'lead',
    name: 'Nia',
    by: { name: 'Lee' },
    expiresAt,
  });
  const response = await accept(token, { ...newcomer(), name: 'Nia', email: 'Nia@Example.com' });
  expect(response.status).toBe(201);
  const joined: Joined = await response.json();
  expect(joined).toMatchObject({
    site: { id: site.id },
    person: { name: 'Nia', email: 'nia@example.com' },
    sites: [{ id: site.id, role: 'lead' }],
  });
  const [cookie = ''] = response.headers.getSetCookie();
  expect(cookie).toMatch(/^__Host-yardboard=[\w.-]+; .*HttpOnly; Secure; SameSite=Strict$/);
  // Signed in, on the live board too, and again by the password.
  const device = await openDevice(hub.origin, site.id, cookieIn(response));
  expect((await device.hello()).you).toMatchObject({ name: 'Nia', role: 'lead' });
  expect(await signIn(hub.origin, 'nia@example.com', 'a new password')).not.toBe('');
  const via = await hub.db
    .prepare('SELECT via FROM sessions WHERE person = ? ORDER BY created_at')
    .bind(joined.person.id)
    .first('via');
  expect(via).toBe('invitation');
});

test('the token is 256 random bits, its hash alone is stored, and it is good for 72 hours', async () => {
  const before = Date.now();
  const { id, token, expiresAt } = await invite(site.lead);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(expiresAt - before).toBeGreaterThanOrEqual(INVITATION_MS_MAX);
  expect(expiresAt - before).toBeLessThan(INVITATION_MS_MAX + 60_000);
  const row = await hub.db.prepare('SELECT * FROM invitations WHERE id = ?').bind(id).first();
  expect(row).toMatchObject({ hash: hashSecret(token), role: 'worker', site: site.id });
  expect(JSON.stringify(row)).not.toContain(token);
  const { invitations }: People = await (await site.lead.get('people')).json();
  expect(invitations.find((one) => one.id === id)).toEqual({
    ...{ id, role: 'worker', name: null, by: site.lead.id },
    ...{ createdAt: expect.any(Number), expiresAt },
  });
  expect(JSON.stringify(invitations)).not.toContain(hashSecret(token));
});

describe('R11 what an invitation cannot be', () => {
  test.each([
    ['an administrator, by a lead', { role: 'admin' }, 'role'],
    ['an administrator’s name twice', { role: 'owner' }, 'role'],
    ['without a role', {}, 'role'],
    ['for another site', { role: 'worker', site: 'x' }, 'site'],
    ['with a token of one’s own', { role: 'worker', token: 'x' }, 'token'],
    ['of a name that hides', { role: 'worker', name: 'a\u202eb' }, 'name'],
  ])('%s', async (_, body, field) => {
    for (const by of [site.lead, site.admin]) {
      const response = await by.request('POST', 'invitations', body);
      expect(await problemIn(response)).toMatchObject({ status: 422, code: 'invalid', field });
    }
  });

  test('of somebody below a lead, nor of a lead who is none any more though the cookie says so', async () => {
    const demoted = await addPerson(hub, site.id, { role: 'lead', name: 'Dee' });
    await hub.db.prepare("UPDATE memberships SET role = 'worker' WHERE person = ?").bind(demoted.id).run();
    for (const by of [site.viewer, site.worker, demoted]) {
      const response = await by.request('POST', 'invitations', { role: 'viewer' });
      expect(await problemIn(response)).toMatchObject({ status: 403, code: 'forbidden' });
    }
  });
});

describe('a token that opens nothing', () => {
  const WAYS: [string, (made: Invited) => Promise<unknown>][] = [
    ['used', ({ token }) => accept(token)],
    ['withdrawn', ({ id }) => site.lead.request('DELETE', `invitations/${id}`)],
    [
      'expired',
      ({ id }) =>
        hub.db.prepare('UPDATE invitations SET expires_at = ? WHERE id = ?').bind(Date.now(), id).run(),
    ],
    [
      'unknown',
      ({ token }) => hub.db.prepare('DELETE FROM invitations WHERE hash = ?').bind(hashSecret(token)).run(),
    ],
  ];
  test('is answered alike, whatever has become of it, and changes nothing', async () => {
    const answers: string[] = [];
    for (const [, spend] of WAYS) {
      const made = await invite(site.admin);
      await spend(made);
      const before = [await countOf('people'), await countOf('memberships'), await countOf('sessions')];
      const asked = [
        await look(made.token),
        await accept(made.token),
        await accept(made.token, {}, site.viewer.cookie),
        // No telling from it whether somebody has an email.
        await accept(made.token, newcomer(site.worker.email)),
      ];
      for (const response of asked) {
        expect(response.headers.getSetCookie()).toEqual([]);
        answers.push(`${response.status} ${[...response.headers.keys()]} ${await response.text()}`);
      }
      expect([await countOf('people'), await countOf('memberships'), await countOf('sessions')]).toEqual(
        before,
      );
    }
    answers.push(
      ...(await Promise.all(
        ['', 'x', 'é'.repeat(100)].map(async (token) => {
          const response = await look(token);
          return `${response.status} ${[...response.headers.keys()]} ${await response.text()}`;
        }),
      )),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^404 /);
  });

  test('is that of somebody who may not invite any more', async () => {
    const lead = await addPerson(hub, site.id, { role: 'lead', name: 'Lou' });
    const { token } = await invite(lead);
    expect((await look(token)).status).toBe(200);
    expect((await site.admin.request('PATCH', `people/${lead.id}`, { role: 'worker' })).status).toBe(204);
    expect([(await look(token)).status, (await accept(token)).status]).toEqual([404, 404]);
    const { invitations }: People = await (await site.admin.get('people')).json();
    expect(invitations.some(({ by }) => by === lead.id)).toBe(false);
  });
});

const ORIGIN = { via: 'invitation', agent: null, place: null } as const;

describe('of many who use one invitation at once', () => {
  test('one gets it', async () => {
    const { token } = await invite(site.lead);
    const people = await countOf('people');
    const joined = await Promise.all(
      Array.from({ length: 8 }, () => joinAnew(hub.db, token, newcomer(), ORIGIN, Date.now(), Math.random)),
    );
    expect(joined.filter(({ ok }) => ok).length).toBe(1);
    expect(joined.filter((one) => !one.ok && one.code === 'not-found').length).toBe(7);
    expect(await countOf('people')).toBe((people ?? 0) + 1);
  });

  test('one of those with an account gets it', async () => {
    const other = await makeSite(hub);
    const { token } = await invite(site.lead);
    const cookies = [other.admin, other.lead, other.worker, other.viewer].map(({ cookie }) => cookie);
    const answers = await Promise.all(cookies.map((cookie) => accept(token, {}, cookie)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 404, 404, 404]);
  });

  test('two of one email make one account, though each has an invitation', async () => {
    const [one, two] = [await invite(site.lead), await invite(site.lead)];
    const who = newcomer();
    const answers = await Promise.all([one, two].map(({ token }) => accept(token, who)));
    expect(answers.filter(({ status }) => status === 201).length).toBe(1);
    expect(answers.filter(({ status }) => [404, 409].includes(status)).length).toBe(1);
  });
});

describe('an email that somebody has', () => {
  test('is refused without a word of them, and the invitation stays for them to use signed in', async () => {
    const other = await makeSite(hub);
    const { token } = await invite(site.lead);
    const response = await accept(token, newcomer(other.worker.email.toUpperCase()));
    const text = await response.clone().text();
    expect(await problemIn(response)).toMatchObject({ status: 409, code: 'email-taken', field: 'email' });
    expect(text).not.toContain(other.worker.name);
    expect(text).not.toContain(other.worker.id);
    expect(response.headers.getSetCookie()).toEqual([]);
    // The password that was sent is not theirs now.
    expect(await signIn(hub.origin, other.worker.email, PASSWORD)).not.toBe('');
    expect((await accept(token, {}, other.worker.cookie)).status).toBe(201);
  });

  test('B1 cannot be asked for again and again: the invitation is over, also for a hundred at once', async () => {
    const { token } = await invite(site.lead);
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => accept(token, newcomer(site.viewer.email))),
    );
    const told = answers.filter(({ status }) => status === 409).length;
    expect(told).toBeLessThanOrEqual(INVITATION_TRIES_MAX);
    expect(told).toBeGreaterThan(0);
    expect((await look(token)).status).toBe(404);
  });
});

/** Somebody of another site who is signed in, and an invitation to this one. */
async function outsider(): Promise<{ id: string; session: string; token: string }> {
  const other = await makeSite(hub);
  const { token } = await invite(site.lead);
  const { id } = await addPerson(hub, other.id, { role: 'lead', name: 'Out' });
  const session = await hub.db
    .prepare('SELECT hash FROM sessions WHERE person = ?')
    .bind(id)
    .first<string>('hash');
  return { id, session: session ?? '', token };
}

const joinedEvents = (person: string): Promise<number | null> =>
  hub.db
    .prepare(`SELECT count(*) AS n FROM security_events WHERE type = 'joined' AND subject = ?`)
    .bind(person)
    .first<number>('n');

describe('whoever is signed in', () => {
  test('joins by the token alone, keeps their other sites, and has a new session; the one before ends', async () => {
    const other = await makeSite(hub);
    const { token } = await invite(other.lead, 'viewer');
    const before = site.viewer.cookie;
    const person = await addPerson(hub, site.id, { role: 'lead', name: 'Two' });
    const response = await accept(token, {}, person.cookie);
    expect(response.status).toBe(201);
    const joined: Joined = await response.json();
    expect(joined.person.id).toBe(person.id);
    expect(joined.site).toEqual({ id: other.id });
    expect(joined.sites.map(({ id, role }) => [id, role]).sort()).toEqual(
      [
        [site.id, 'lead'],
        [other.id, 'viewer'],
      ].sort(),
    );
    const fresh = cookieIn(response);
    expect(fresh.split('.')[0]).not.toBe(person.cookie.split('.')[0]);
    const carsWith = (cookie: string) =>
      fetch(`${hub.origin}/api/sites/${site.id}/cars`, { headers: { Cookie: cookie } });
    await expect.poll(async () => (await carsWith(person.cookie)).status, { timeout: 5_000 }).toBe(401);
    expect((await carsWith(fresh)).status).toBe(200);
    expect((await carsWith(before)).status).toBe(200);
  });

  test('without a session is told to sign in; a session that has ended is none', async () => {
    const { token } = await invite(site.lead);
    expect(await problemIn(await accept(token, {}))).toMatchObject({ status: 401, code: 'unauthenticated' });
    const ended = await addPerson(hub, site.id, { role: 'viewer', name: 'Eve' });
    await hub.db.prepare('UPDATE sessions SET revoked_at = 1 WHERE person = ?').bind(ended.id).run();
    expect(await problemIn(await accept(token, {}, ended.cookie))).toMatchObject({ code: 'unauthenticated' });
    expect((await look(token)).status).toBe(200);
  });

  test('and belongs to the site keeps their role, and leaves the invitation to whom it is for', async () => {
    const { token } = await invite(site.lead, 'lead');
    const viewer = await addPerson(hub, site.id, { role: 'viewer', name: 'Una' });
    const joined: Me = await (await accept(token, {}, viewer.cookie)).json();
    expect(joined.sites).toMatchObject([{ id: site.id, role: 'viewer' }]);
    expect((await look(token)).status).toBe(200);
  });

  test('I3 by a PIN has a session that ends with the device and the shift, as the one it comes from', async () => {
    const other = await makeSite(hub);
    const { token } = await invite(other.lead);
    const person = await addPerson(hub, site.id, { role: 'worker', name: 'Pia' });
    const tablet = await enrolDevice(hub, site.lead);
    await givePin(hub, person.id, '4827');
    const byPin = personCookie(await enterPin(hub, tablet.cookie, person.id, '4827'));
    const last = async () =>
      hub.db
        .prepare('SELECT device, expires_at FROM sessions WHERE person = ? ORDER BY created_at DESC LIMIT 1')
        .bind(person.id)
        .first();
    const before = await last();
    const response = await accept(token, {}, `${tablet.cookie}; ${byPin}`);
    expect(response.status).toBe(201);
    expect(await last()).toEqual(before);
    expect(before).toMatchObject({ device: tablet.id });
    const fresh = personCookie(response);
    const boardOf = (where: TestSite) =>
      fetch(`${hub.origin}/api/sites/${where.id}/cars`, { headers: { Cookie: fresh } });
    expect((await boardOf(other)).status).toBe(200);
    expect((await site.lead.request('DELETE', `devices/${tablet.id}`)).status).toBe(204);
    expect((await boardOf(other)).status).toBe(401);
  });

  test('and asks twice at once is let in once, and answered well both times', async () => {
    const { id, session, token } = await outsider();
    const asked = [1, 2].map(() => joinAs(hub.db, token, session, ORIGIN, Date.now()));
    expect((await Promise.all(asked)).map(({ ok }) => ok)).toEqual([true, true]);
    expect(await joinedEvents(id)).toBe(1);
    expect((await look(token)).status).toBe(404);
  });

  test('and is removed while asking a second time is not let in by it', async () => {
    const { id, session, token } = await outsider();
    const joinNow = () => joinAs(hub.db, token, session, ORIGIN, Date.now());
    const slow = quicker(hub.db, 2, async () => {
      expect((await joinNow()).ok).toBe(true);
      const removal = { site: site.id, actor: site.admin.id, person: id, role: null };
      expect(await reseat(hub.db, removal, Date.now())).toMatchObject({ ok: true });
    });
    expect(await joinAs(slow, token, session, ORIGIN, Date.now())).toMatchObject({ code: 'not-found' });
    expect(await joinedEvents(id)).toBe(1);
  });

  test('I3 and is demoted while asking again is to the hub what the directory says', async () => {
    const { token } = await invite(site.lead);
    const person = await addPerson(hub, site.id, { role: 'lead', name: 'Ida' });
    const told: unknown[] = [];
    const seat = async (_: string, role: unknown) => {
      if (told.push(role) > 1) return;
      const demotion = { site: site.id, actor: site.admin.id, person: person.id, role: 'viewer' } as const;
      await reseat(hub.db, demotion, Date.now());
    };
    const work: Promise<unknown>[] = [];
    const request = new Request(`${hub.origin}/api/invitations/accept`, {
      method: 'POST',
      headers: { Cookie: person.cookie, Origin: hub.origin, 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    const env = { HUBS: { getByName: () => ({ seat, revoke: async () => {} }) }, DB: hub.db, SESSION_KEY };
    const answer = await handle(request, env as unknown as Env, Date.now(), (later) => work.push(later));
    expect(answer.status).toBe(201);
    await Promise.all(work);
    expect(told).toEqual(['lead', 'viewer']);
  });

  test('and was removed before is let in again, by the hub too', async () => {
    const person = await addPerson(hub, site.id, { role: 'worker', name: 'Rex' });
    const device = await openDevice(hub.origin, site.id, person.cookie);
    await device.hello();
    expect((await site.lead.request('DELETE', `people/${person.id}`)).status).toBe(204);
    expect(await device.closed).toBe(CLOSE.unauthenticated);
    const { token } = await invite(site.lead);
    const response = await accept(token, {}, person.cookie);
    expect(response.status).toBe(201);
    const again = await openDevice(hub.origin, site.id, cookieIn(response));
    expect((await again.hello()).you).toMatchObject({ person: person.id, role: 'worker' });
  });
});

test.each([
  ['name', { email: 'a@example.com', password: 'long enough' }],
  ['email', { name: 'A', password: 'long enough' }],
  ['password', { name: 'A', email: 'a@example.com' }],
  ['password', { name: 'A', email: 'a@example.com', password: 'short' }],
  ['role', { ...newcomer('a@example.com'), role: 'admin' }],
])('a wrong or missing %s is named, and the invitation stays', async (field, who) => {
  const { token } = await invite(site.lead);
  expect(await problemIn(await accept(token, who))).toMatchObject({ status: 422, code: 'invalid', field });
  expect((await look(token)).status).toBe(200);
});

test('I1 an invitation of another site is not withdrawn, and answered as if there were none', async () => {
  const other = await makeSite(hub);
  const { id, token } = await invite(other.lead);
  const [foreign, unknown] = [
    await site.admin.request('DELETE', `invitations/${id}`),
    await site.admin.request('DELETE', 'invitations/i0000000'),
  ];
  expect([foreign.status, unknown.status]).toEqual([404, 404]);
  expect(await foreign.text()).toBe(await unknown.text());
  expect((await look(token)).status).toBe(200);
});

test('B1 a site has so many open invitations and no more; withdrawn, used and expired ones make room', async () => {
  const full = await makeSite(hub);
  const [first, second] = [await invite(full.lead), await invite(full.lead)];
  const insert = `INSERT INTO invitations (id, site, role, hash, created_by, created_at, expires_at) VALUES (?, ?, 'viewer', ?, ?, ?, ?)`;
  await hub.db.batch(
    Array.from({ length: INVITATIONS_MAX - 2 }, (_, i) =>
      hub.db
        .prepare(insert)
        .bind(
          `${full.id}-${i}`,
          full.id,
          hashSecret(`${full.id}-${i}`),
          full.lead.id,
          1,
          Date.now() + 60_000,
        ),
    ),
  );
  const asked = () => full.lead.request('POST', 'invitations', { role: 'viewer' });
  expect(await problemIn(await asked())).toMatchObject({ status: 409, code: 'people-full' });
  expect((await full.lead.request('DELETE', `invitations/${first.id}`)).status).toBe(204);
  expect((await asked()).status).toBe(201);
  expect((await asked()).status).toBe(409);
  expect((await accept(second.token)).status).toBe(201);
  expect((await asked()).status).toBe(201);
  await hub.db.prepare('UPDATE invitations SET expires_at = 2 WHERE id = ?').bind(`${full.id}-0`).run();
  expect((await asked()).status).toBe(201);
  expect((await asked()).status).toBe(409);
});

test('what was done with an invitation is recorded, and names no token, email or name', async () => {
  const quiet = await makeSite(hub);
  const [used, withdrawn] = [await invite(quiet.lead, 'viewer', 'Secret name'), await invite(quiet.lead)];
  await quiet.admin.request('DELETE', `invitations/${withdrawn.id}`);
  await quiet.admin.request('DELETE', `invitations/${withdrawn.id}`);
  const joined: Joined = await (await accept(used.token)).json();
  await accept(used.token);
  const { results } = await hub.db
    .prepare('SELECT type, actor, subject, details FROM security_events WHERE site = ? ORDER BY id')
    .bind(quiet.id)
    .all<{ details: string }>();
  const { person } = joined;
  expect(results.map((row) => ({ ...row, details: JSON.parse(row.details) }))).toEqual([
    { type: 'invited', actor: quiet.lead.id, subject: used.id, details: { role: 'viewer' } },
    { type: 'invited', actor: quiet.lead.id, subject: withdrawn.id, details: { role: 'worker' } },
    { type: 'invitation-withdrawn', actor: quiet.admin.id, subject: withdrawn.id, details: {} },
    {
      type: 'joined',
      actor: person.id,
      subject: person.id,
      details: { role: 'viewer', invitation: used.id },
    },
  ]);
});
