import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DevicePeople, PinChanged, PinMade, PinSignedIn } from '../../worker/protocol/api.ts';
import {
  PIN_MS_MAX,
  PIN_SESSION_MS_MAX,
  PIN_TEMPORARY_MS_MAX,
  PIN_TRIES_MAX,
  SESSIONS_PER_PERSON_MAX,
} from '../../worker/protocol/limits.ts';
import { takeD1Down } from '../support/d1-outage.ts';
import { enrolDevice, type TestDevice } from '../support/device.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { addPinWorker, ask, enterPin, givePin, personCookie } from '../support/pin.ts';
import { openDevice } from '../support/raw-device.ts';
import { addPerson, makeSite, PASSWORD, signIn, type TestPerson, type TestSite } from '../support/site.ts';
import { problemIn } from './http.ts';

const PIN = '7295';
let hub: Hub;
let site: TestSite;
let other: TestSite;
let tablet: TestDevice;
let second: TestDevice;

beforeAll(async () => {
  hub = await startHub();
  [site, other] = [await makeSite(hub), await makeSite(hub)];
  tablet = await enrolDevice(hub, site.lead);
  second = await enrolDevice(hub, site.lead);
});
afterAll(() => hub.stop());

async function worker(name: string, pin: string | null = PIN): Promise<TestPerson> {
  const person = await addPerson(hub, site.id, { role: 'worker', name });
  if (pin !== null) await givePin(hub, person.id, pin);
  return person;
}

/** Who has a PIN and no password. */
const crew = (name: string, pin = PIN) => addPinWorker(hub, site.id, name, pin);

/** Signed in by PIN: what they have been told, and their cookies. */
async function entered(
  person: string,
  pin = PIN,
  at = tablet.cookie,
): Promise<{ answer: PinSignedIn; cookies: string; own: string }> {
  const response = await enterPin(hub, at, person, pin);
  if (response.status !== 200) throw new Error(`PIN: ${response.status} ${await response.text()}`);
  const own = personCookie(response);
  return { answer: await response.json(), cookies: `${own}; ${at}`, own };
}

const cars = (cookie: string) => ask(hub, cookie, 'GET', `sites/${site.id}/cars`);
const later = (device: string, person: string, grant: string) =>
  ask(hub, device, 'POST', 'auth/pin/offline', { person, grant });
const change = (cookie: string, body: object) => ask(hub, cookie, 'POST', 'auth/pin/change', body);

async function eventsOf(subject: string): Promise<object[]> {
  const { results } = await hub.db
    .prepare(
      'SELECT type, site, actor, details FROM security_events WHERE subject = ? AND type <> ? ORDER BY id',
    )
    .bind(subject, 'signed-out')
    .all<{ details: string }>();
  return results.map((row) => ({ ...row, details: JSON.parse(row.details) }));
}

describe('on an enrolled device', () => {
  test('those of its site who have a PIN are shown, with how long it is, and nobody else', async () => {
    const [four, six] = [await crew('Dot'), await crew('Cleo', '204917')];
    await worker('Nan', null);
    const stranger = await addPerson(hub, other.id, { role: 'worker', name: 'Sam' });
    await givePin(hub, stranger.id, PIN);
    const { people }: DevicePeople = await (await ask(hub, tablet.cookie, 'GET', 'device/people')).json();
    expect(people).toEqual([
      { id: six.id, name: 'Cleo', digits: 6 },
      { id: four.id, name: 'Dot', digits: 4 },
    ]);
  });

  test('the right PIN begins a session of a shift, and says who is here, and where', async () => {
    const { id, name, email } = await worker('Eve');
    const response = await enterPin(hub, tablet.cookie, id, PIN);
    expect(response.status).toBe(200);
    const answer: PinSignedIn = await response.json();
    expect(answer).toEqual({
      kind: 'person',
      person: { id, name, email },
      sites: [{ id: site.id, name: expect.any(String), role: 'worker' }],
      device: { id: tablet.id, name: tablet.name, shared: true },
      grant: expect.stringMatching(/^[\w-]{43}$/),
    });
    const [set = ''] = response.headers.getSetCookie();
    expect(Number(/Max-Age=(\d+)/.exec(set)?.[1])).toBeLessThanOrEqual(PIN_SESSION_MS_MAX / 1_000);
    const cookies = `${personCookie(response)}; ${tablet.cookie}`;
    const { grant: _, ...me } = answer;
    expect(await (await ask(hub, cookies, 'GET', 'me')).json()).toEqual(me);
    expect((await cars(cookies)).status).toBe(200);
    const row = await hub.db
      .prepare('SELECT via, device, expires_at - created_at AS ms FROM sessions WHERE person = ? AND via = ?')
      .bind(id, 'pin')
      .first();
    expect(row).toEqual({ via: 'pin', device: tablet.id, ms: PIN_SESSION_MS_MAX });
    expect((await eventsOf(id)).at(-1)).toMatchObject({
      type: 'signed-in',
      actor: id,
      details: { via: 'pin', device: tablet.name },
    });
  });

  test('I3 the next person’s PIN ends the session of the one before, whose sockets close', async () => {
    const [ada, bo] = [await crew('Ada 2'), await crew('Bo')];
    const first = await entered(ada.id);
    const tab = await openDevice(hub.origin, site.id, first.cookies);
    await tab.hello();
    await entered(bo.id, PIN, first.cookies);
    expect(await tab.closed).toBe(4401);
    await expect.poll(async () => (await cars(first.cookies)).status).toBe(401);
  });

  test('a wrong PIN, and one of somebody else, is wrong', async () => {
    const [one, two] = [await crew('Fay'), await crew('Gil', '830614')];
    for (const pin of ['7296', '830614']) {
      expect(await problemIn(await enterPin(hub, tablet.cookie, one.id, pin))).toMatchObject({
        status: 401,
        code: 'wrong-pin',
      });
    }
    expect((await enterPin(hub, tablet.cookie, two.id, '830614')).status).toBe(200);
    expect((await eventsOf(one.id)).at(-1)).toEqual({
      type: 'sign-in-failed',
      site: site.id,
      actor: null,
      details: { via: 'pin', device: tablet.name },
    });
  });

  test('I1 a stranger, somebody without a PIN and nobody at all are one and the same', async () => {
    const stranger = await addPerson(hub, other.id, { role: 'worker', name: 'Sid' });
    await givePin(hub, stranger.id, PIN);
    const plain = await worker('Pia', null);
    const answers = [];
    for (const id of [stranger.id, plain.id, 'p0000000', tablet.id]) {
      const response = await enterPin(hub, tablet.cookie, id, PIN);
      answers.push(`${response.status} ${await response.text()}`);
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^404 /);
  });

  test('a browser that is none, an ended device and a wall let nobody in by PIN', async () => {
    const person = await worker('Hal');
    const gone = await enrolDevice(hub, site.lead);
    await site.lead.request('DELETE', `devices/${gone.id}`);
    const wall = await enrolDevice(hub, site.lead);
    await hub.db.prepare("UPDATE people SET kind = 'wall' WHERE id = ?").bind(wall.id).run();
    for (const cookie of ['', person.cookie, gone.cookie, wall.cookie]) {
      const problem = await problemIn(await enterPin(hub, cookie, person.id, PIN));
      expect(problem).toMatchObject({ status: 403, code: 'not-enrolled' });
      if (cookie === '') continue;
      expect((await ask(hub, cookie, 'GET', 'device/people')).status).toBe(403);
    }
  });

  test('fifty sign-ins a shift push out none of a person’s other sessions', async () => {
    const person = await worker('Ida');
    const phone = await signIn(hub.origin, person.email);
    const { grant } = (await entered(person.id)).answer;
    for (let i = 0; i < SESSIONS_PER_PERSON_MAX + 5; i++) await later(tablet.cookie, person.id, grant);
    expect((await ask(hub, phone, 'GET', 'sessions')).status).toBe(200);
  });
});

describe('R13 wrong PINs', () => {
  test('lock their person on that device, with the right PIN too, and nobody elsewhere', async () => {
    const [jo, kit] = [await crew('Jo'), await crew('Kit')];
    for (let i = 0; i < PIN_TRIES_MAX; i++) {
      expect((await enterPin(hub, tablet.cookie, jo.id, `000${i}`)).status).toBe(401);
    }
    const refused = await enterPin(hub, tablet.cookie, jo.id, PIN);
    expect(await problemIn(refused)).toMatchObject({ status: 429, code: 'pin-locked' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(20);
    expect((await enterPin(hub, tablet.cookie, kit.id, PIN)).status).toBe(200);
    expect((await enterPin(hub, second.cookie, jo.id, PIN)).status).toBe(200);
    expect((await eventsOf(jo.id)).filter((event) => 'type' in event && event.type === 'pin-locked')).toEqual(
      [
        {
          type: 'pin-locked',
          site: site.id,
          actor: null,
          details: { device: tablet.name, blocked: false },
        },
      ],
    );
  });

  test('are forgiven to whoever gets it right', async () => {
    const { id } = await crew('Liv');
    for (let round = 0; round < 2; round++) {
      for (let i = 1; i < PIN_TRIES_MAX; i++) await enterPin(hub, tablet.cookie, id, '0001');
      expect((await enterPin(hub, tablet.cookie, id, PIN)).status).toBe(200);
    }
  });

  test('are unlocked by a lead, whatever device it was on; not by a worker, nor for somebody above', async () => {
    const { id, request } = await worker('Mo');
    for (let i = 0; i < PIN_TRIES_MAX; i++) await enterPin(hub, tablet.cookie, id, '0001');
    expect((await enterPin(hub, tablet.cookie, id, PIN)).status).toBe(429);
    expect((await request('DELETE', `people/${id}/pin/lock`)).status).toBe(403);
    expect((await site.lead.request('DELETE', `people/${id}/pin/lock`)).status).toBe(204);
    expect((await enterPin(hub, tablet.cookie, id, PIN)).status).toBe(200);
    expect(await eventsOf(id)).toContainEqual({
      type: 'pin-unlocked',
      site: site.id,
      actor: site.lead.id,
      details: {},
    });
    const admin = await addPerson(hub, site.id, { role: 'admin', name: 'Max' });
    await givePin(hub, admin.id, PIN);
    expect((await site.lead.request('DELETE', `people/${admin.id}/pin/lock`)).status).toBe(403);
    const plain = await worker('Nell', null);
    expect((await site.lead.request('DELETE', `people/${plain.id}/pin/lock`)).status).toBe(404);
  });

  test('do not count where D1 was down and nobody looked at them', async () => {
    const { id } = await crew('Oz');
    const heal = takeD1Down(hub.stateDir);
    try {
      const tries = Array.from({ length: 2 * PIN_TRIES_MAX }, () => enterPin(hub, tablet.cookie, id, PIN));
      expect(new Set((await Promise.all(tries)).map(({ status }) => status))).toEqual(new Set([503]));
    } finally {
      heal();
    }
    expect((await enterPin(hub, tablet.cookie, id, PIN)).status).toBe(200);
  });
});

describe('a PIN that has to be changed', () => {
  test('lets nobody in but with a new one, which lasts for half a year', async () => {
    const person = await worker('Pam', null);
    await givePin(hub, person.id, PIN, { expiresAt: Date.now() - 1 });
    const refused = await enterPin(hub, tablet.cookie, person.id, PIN);
    expect(await problemIn(refused)).toMatchObject({ status: 403, code: 'pin-expired' });
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect((await enterPin(hub, tablet.cookie, person.id, PIN, PIN)).status).toBe(422);
    expect((await enterPin(hub, tablet.cookie, person.id, '0001', '83061')).status).toBe(401);
    expect((await enterPin(hub, tablet.cookie, person.id, PIN, '83061')).status).toBe(200);
    expect((await enterPin(hub, tablet.cookie, person.id, PIN)).status).toBe(401);
    expect((await enterPin(hub, tablet.cookie, person.id, '83061')).status).toBe(200);
    const stored = await hub.db.prepare('SELECT * FROM pins WHERE person = ?').bind(person.id).first();
    expect(stored).toMatchObject({ digits: 5, is_temporary: 0 });
    expect(Number(stored?.expires_at) - Date.now()).toBeGreaterThan(PIN_MS_MAX - 60_000);
    expect(await eventsOf(person.id)).toContainEqual({
      type: 'pin-changed',
      site: null,
      actor: person.id,
      details: {},
    });
  });

  test('is what a lead gives, good for three days, once, and it ends what the one before had begun', async () => {
    const person = await crew('Quin');
    const before = await entered(person.id);
    const tab = await openDevice(hub.origin, site.id, before.cookies);
    await tab.hello();
    const response = await site.lead.request('POST', `people/${person.id}/pin`);
    expect(response.status).toBe(201);
    const { pin, expiresAt }: PinMade = await response.json();
    expect(pin).toMatch(/^\d{6}$/);
    expect(expiresAt - Date.now()).toBeGreaterThan(PIN_TEMPORARY_MS_MAX - 60_000);
    expect(await tab.closed).toBe(4401);
    expect((await cars(before.cookies)).status).toBe(401);
    expect((await later(tablet.cookie, person.id, before.answer.grant)).status).toBe(401);
    expect((await enterPin(hub, tablet.cookie, person.id, PIN)).status).toBe(401);
    expect(await problemIn(await enterPin(hub, tablet.cookie, person.id, pin))).toMatchObject({
      code: 'pin-expired',
    });
    expect((await enterPin(hub, tablet.cookie, person.id, pin, '830614')).status).toBe(200);
    expect((await enterPin(hub, tablet.cookie, person.id, pin)).status).toBe(401);
    expect(await eventsOf(person.id)).toContainEqual({
      type: 'pin-made',
      site: site.id,
      actor: site.lead.id,
      details: {},
    });
  });

  test('is none any more once it has expired, where a lead gave it', async () => {
    const person = await worker('Ray', null);
    const { pin }: PinMade = await (await site.lead.request('POST', `people/${person.id}/pin`)).json();
    await hub.db.prepare('UPDATE pins SET expires_at = 1 WHERE person = ?').bind(person.id).run();
    expect((await enterPin(hub, tablet.cookie, person.id, pin, '830614')).status).toBe(404);
  });

  test('I2 is given to nobody with more rights, here or on another site, nor to oneself', async () => {
    const person = await crew('Sue');
    const give = (by: TestPerson, id: string) => by.request('POST', `people/${id}/pin`);
    expect((await give(site.worker, person.id)).status).toBe(403);
    expect((await give(site.lead, site.admin.id)).status).toBe(403);
    expect((await give(site.lead, site.lead.id)).status).toBe(403);
    expect((await give(site.lead, other.worker.id)).status).toBe(404);
    await hub.db
      .prepare('INSERT INTO memberships (person, site, role, created_at) VALUES (?, ?, ?, 0)')
      .bind(person.id, other.id, 'viewer')
      .run();
    const { cookies } = await entered(person.id);
    expect((await give(site.lead, person.id)).status).toBe(403);
    // What is refused ends nothing.
    expect((await cars(cookies)).status).toBe(200);
  });
});

describe('one’s own PIN', () => {
  test('is changed with the present one: every other session by PIN ends, and the device has a new grant', async () => {
    const person = await worker('Tia');
    const here = await entered(person.id);
    const there = await entered(person.id, PIN, second.cookie);
    const tab = await openDevice(hub.origin, site.id, there.cookies);
    await tab.hello();
    const startedAt = performance.now();
    const response = await change(here.cookies, { pin: '830614', current: PIN });
    expect(response.status).toBe(200);
    const { grant, expiresAt }: PinChanged = await response.json();
    expect(expiresAt - Date.now()).toBeGreaterThan(PIN_MS_MAX - 60_000);
    expect(await tab.closed).toBe(4401);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect((await cars(there.cookies)).status).toBe(401);
    expect((await cars(here.cookies)).status).toBe(200);
    // Nor a session that a password began.
    expect((await cars(person.cookie)).status).toBe(200);
    expect((await later(tablet.cookie, person.id, here.answer.grant)).status).toBe(401);
    expect((await later(second.cookie, person.id, there.answer.grant)).status).toBe(401);
    expect((await later(tablet.cookie, person.id, grant ?? '')).status).toBe(200);
    expect((await enterPin(hub, tablet.cookie, person.id, '830614')).status).toBe(200);
  });

  test('is made with the password, on a browser that is no device too', async () => {
    const person = await worker('Uli', null);
    const response = await change(person.cookie, { pin: PIN, password: PASSWORD });
    expect(await response.json()).toEqual({ expiresAt: expect.any(Number), grant: null });
    expect((await enterPin(hub, tablet.cookie, person.id, PIN)).status).toBe(200);
  });

  test('is not changed by whoever has the session alone', async () => {
    const person = await worker('Val');
    const { cookies } = await entered(person.id);
    const refused = async (body: object) => problemIn(await change(cookies, body));
    expect(await refused({ pin: '83061' })).toMatchObject({ status: 422, field: 'current' });
    expect(await refused({ pin: '83061', current: '0001' })).toMatchObject({
      code: 'wrong-pin',
      field: 'current',
    });
    expect(await refused({ pin: '83061', password: 'wrong' })).toMatchObject({
      code: 'wrong-credentials',
      field: 'password',
    });
    expect(await refused({ pin: '83061', current: PIN, password: PASSWORD })).toMatchObject({ status: 422 });
    for (let i = 2; i <= PIN_TRIES_MAX; i++) await change(cookies, { pin: '83061', current: '0001' });
    // On the same count as the pad's: there is no second way to guess.
    expect(await refused({ pin: '83061', current: PIN })).toMatchObject({ status: 429, code: 'pin-locked' });
    expect((await enterPin(hub, tablet.cookie, person.id, PIN)).status).toBe(429);
  });
});

describe('a grant', () => {
  test('E4 lets its person in on its device, as often as it has to, and the log says that it was without the hub', async () => {
    const person = await crew('Wyn');
    const { grant } = (await entered(person.id)).answer;
    for (let i = 0; i < 2; i++) {
      const response = await later(tablet.cookie, person.id, grant);
      expect(response.status).toBe(200);
      expect((await cars(`${personCookie(response)}; ${tablet.cookie}`)).status).toBe(200);
      expect(await response.json()).toMatchObject({
        person: { id: person.id },
        device: { id: tablet.id },
        grant,
      });
    }
    expect((await eventsOf(person.id)).at(-1)).toMatchObject({
      type: 'signed-in',
      details: { via: 'pin', device: tablet.name, offline: true },
    });
  });

  test('is nothing on another device, for somebody else, and once it is too old', async () => {
    const [xan, yul] = [await crew('Xan'), await crew('Yul')];
    const { grant } = (await entered(xan.id)).answer;
    for (const [device, person, secret] of [
      [second.cookie, xan.id, grant],
      [tablet.cookie, yul.id, grant],
      [tablet.cookie, xan.id, 'x'.repeat(43)],
    ] as const) {
      expect(await problemIn(await later(device, person, secret))).toMatchObject({ code: 'wrong-pin' });
    }
    expect((await later('', xan.id, grant)).status).toBe(403);
    await hub.db.prepare('UPDATE pin_grants SET expires_at = 1 WHERE person = ?').bind(xan.id).run();
    expect((await later(tablet.cookie, xan.id, grant)).status).toBe(401);
  });

  test('is kept by its hash alone', async () => {
    const person = await crew('Zoe');
    const { grant } = (await entered(person.id)).answer;
    const { results } = await hub.db
      .prepare('SELECT * FROM pin_grants WHERE person = ?')
      .bind(person.id)
      .all();
    expect(results).toHaveLength(1);
    expect(JSON.stringify(results)).not.toContain(grant);
  });
});

describe('I3 a session by PIN ends', () => {
  test('with its device, whose grants are void', async () => {
    const person = await crew('Abe');
    const device = await enrolDevice(hub, site.lead);
    const { cookies, answer } = await entered(person.id, PIN, device.cookie);
    const elsewhere = await entered(person.id);
    const tab = await openDevice(hub.origin, site.id, cookies);
    await tab.hello();
    const startedAt = performance.now();
    expect((await site.lead.request('DELETE', `devices/${device.id}`)).status).toBe(204);
    expect(await tab.closed).toBe(4401);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect((await cars(cookies)).status).toBe(401);
    expect((await later(device.cookie, person.id, answer.grant)).status).toBe(403);
    expect((await cars(elsewhere.cookies)).status).toBe(200);
  });

  test('with its person’s place on the site, also for whoever comes back', async () => {
    const person = await crew('Bea');
    const { cookies, answer } = await entered(person.id);
    const tab = await openDevice(hub.origin, site.id, cookies);
    await tab.hello();
    expect((await site.lead.request('DELETE', `people/${person.id}`)).status).toBe(204);
    expect(await tab.closed).toBe(4401);
    expect((await enterPin(hub, tablet.cookie, person.id, PIN)).status).toBe(404);
    expect((await later(tablet.cookie, person.id, answer.grant)).status).toBe(404);
    await hub.db
      .prepare('INSERT INTO memberships (person, site, role, created_at) VALUES (?, ?, ?, ?)')
      .bind(person.id, site.id, 'worker', Date.now())
      .run();
    expect((await later(tablet.cookie, person.id, answer.grant)).status).toBe(401);
    expect((await cars(cookies)).status).toBe(401);
    expect((await enterPin(hub, tablet.cookie, person.id, PIN)).status).toBe(200);
  });
});
