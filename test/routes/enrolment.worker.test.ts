import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { end, enrol, rename } from '../../worker/directory/enrolled-devices.ts';
import { waitingDevice } from '../../worker/directory/enrolments.ts';
import type {
  EnrolledDevice,
  EnrolledDevices,
  Enrolment,
  Me,
  SessionsOf,
} from '../../worker/protocol/api.ts';
import {
  DEVICE_IDLE_MS_MAX,
  DEVICES_PAST_MAX,
  DEVICES_PER_SITE_MAX,
  ENROLMENT_MS_MAX,
  ENROLMENT_TRIES_PER_PERSON_MAX,
  ENROLMENTS_MAX,
  ENROLMENTS_PER_ADDRESS_MAX,
} from '../../worker/protocol/limits.ts';
import { askEnrolment, claim, enrolDevice, type TestDevice } from '../support/device.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { openDevice } from '../support/raw-device.ts';
import { addPerson, makeSite, type TestPerson, type TestSite } from '../support/site.ts';
import { problemIn } from './http.ts';

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

/** Another network each: what one asks for is not counted against the next. */
let networks = 0;
const elsewhere = () => ({ 'CF-Connecting-IP': `198.51.100.${++networks}` });
const begin = (): Promise<Enrolment> => askEnrolment(hub, elsewhere());

async function listed(lead: TestPerson = site.lead): Promise<EnrolledDevice[]> {
  const answer: EnrolledDevices = await (await lead.get('devices')).json();
  return answer.devices;
}

async function eventsOf(subject: string): Promise<unknown[]> {
  const { results } = await hub.db
    .prepare('SELECT type, site, actor, details FROM security_events WHERE subject = ? ORDER BY id')
    .bind(subject)
    .all<{ details: string }>();
  return results.map((row) => ({ ...row, details: JSON.parse(row.details) }));
}

const meOf = (cookie: string) => fetch(`${hub.origin}/api/me`, { headers: { Cookie: cookie } });
const sayYes = (lead: TestPerson, code: string, name: string) =>
  lead.request('POST', 'devices', { code, name });

describe('enrolling a device', () => {
  test('it shows six digits, waits, and with the yes of a lead has a cookie of its own, and is itself who is here', async () => {
    const { code, secret, expiresAt } = await begin();
    expect(code).toMatch(/^\d{6}$/);
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(expiresAt - Date.now()).toBeGreaterThan(ENROLMENT_MS_MAX - 60_000);
    expect(await (await claim(hub, secret)).json()).toEqual({ pending: true });

    const said = await sayYes(site.lead, code, 'Dock 3');
    expect(said.status).toBe(201);
    expect(said.headers.getSetCookie()).toEqual([]);
    const device: EnrolledDevice = await said.json();
    expect(device).toMatchObject({
      name: 'Dock 3',
      kind: 'device',
      owner: null,
      madeBy: { id: site.lead.id, name: 'Lee', isHere: true },
    });
    expect(device.endsAt - device.usedAt).toBe(DEVICE_IDLE_MS_MAX);

    const claimed = await claim(hub, secret);
    const [cookie = ''] = claimed.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-yardboard-device=.+; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    const me: Me = await claimed.json();
    expect(me).toEqual({
      kind: 'device',
      person: { id: device.id, name: 'Dock 3', email: null },
      sites: [{ id: site.id, name: expect.any(String), role: 'viewer' }],
      device: { id: device.id, name: 'Dock 3', shared: true },
    });
    expect(await (await meOf(cookie.split(';')[0] ?? '')).json()).toEqual(me);
    expect(await listed()).toContainEqual(device);
  });

  test('nothing stored opens anything, and the digits are gone with the yes', async () => {
    const { code, secret } = await begin();
    expect((await sayYes(site.lead, code, 'Dock 4')).status).toBe(201);
    for (const table of ['people', 'sessions', 'devices', 'enrolments', 'security_events']) {
      const { results } = await hub.db.prepare(`SELECT * FROM ${table}`).all();
      expect(JSON.stringify(results)).not.toContain(secret);
    }
    expect(hub.logs.map(({ message }) => message).join('\n')).not.toContain(secret);
    expect(await problemIn(await sayYes(site.lead, code, 'Dock 5'))).toMatchObject({
      status: 404,
      code: 'unknown-code',
      field: 'code',
    });
    // An answer can be lost: the same device claims once more.
    expect((await claim(hub, secret)).status).toBe(200);
    expect((await claim(hub, secret)).status).toBe(200);
  });

  test('is recorded with what the device is known by', async () => {
    const phone = { 'User-Agent': 'Mozilla/5.0 (Linux; Android 14) Chrome/141.0.0.0 Safari/537.36' };
    const { code } = await askEnrolment(hub, { ...elsewhere(), ...phone });
    const device: EnrolledDevice = await (await sayYes(site.lead, code, 'Dock 6')).json();
    expect(device.agent).toBe('Chrome on Android');
    expect(await eventsOf(device.id)).toEqual([
      {
        type: 'device-enrolled',
        site: site.id,
        actor: site.lead.id,
        details: { name: 'Dock 6', kind: 'device', agent: 'Chrome on Android', place: null },
      },
    ]);
  });

  test('leaves whoever is signed in on the browser so', async () => {
    const { code, secret } = await begin();
    await sayYes(site.lead, code, 'Dock 7');
    const claimed = await claim(hub, secret, { Cookie: site.worker.cookie });
    expect(await claimed.json()).toMatchObject({
      kind: 'person',
      person: { id: site.worker.id },
      device: { name: 'Dock 7', shared: true },
    });
  });

  test('of two who say yes at once one does, and the device is on one site', async () => {
    const { code } = await begin();
    const answers = await Promise.all([sayYes(site.lead, code, 'Twin'), sayYes(other.lead, code, 'Twin')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 404]);
    const [here, there] = [await listed(), await listed(other.lead)];
    expect([...here, ...there].filter(({ name }) => name === 'Twin')).toHaveLength(1);
  });

  test('digits whose time is over enrol nothing, and are not claimed', async () => {
    const { code, secret } = await begin();
    await hub.db.prepare('UPDATE enrolments SET expires_at = 1 WHERE code = ?').bind(code).run();
    expect(await problemIn(await sayYes(site.lead, code, 'Late'))).toMatchObject({ code: 'unknown-code' });
    expect(await problemIn(await claim(hub, secret))).toMatchObject({ status: 404, code: 'not-found' });
    // The next one sweeps.
    await begin();
    expect(await hub.db.prepare('SELECT 1 FROM enrolments WHERE code = ?').bind(code).first()).toBeNull();
  });

  test('a name that somebody of the site has is refused, and the device goes on waiting', async () => {
    const { code, secret } = await begin();
    expect(await problemIn(await sayYes(site.lead, code, 'wes'))).toMatchObject({
      status: 422,
      field: 'name',
    });
    expect(await (await claim(hub, secret)).json()).toEqual({ pending: true });
    expect((await sayYes(site.lead, code, 'Wes’s tablet')).status).toBe(201);
  });

  test('R11 who was a lead when they signed in, and is no more, enrols none', async () => {
    const gone = await addPerson(hub, site.id, { role: 'lead', name: 'Del' });
    await hub.db.prepare(`UPDATE memberships SET role = 'worker' WHERE person = ?`).bind(gone.id).run();
    const { code } = await begin();
    expect(await problemIn(await sayYes(gone, code, 'Late'))).toMatchObject({ code: 'forbidden' });
  });
});

test('R11 whoever loses the right while they ask has done nothing', async () => {
  const tablet = await enrolDevice(hub, site.lead);
  const { code } = await begin();
  const device = await waitingDevice(hub.db, code, Date.now());
  // What the gate lets through is judged once more where it is written: a worker, and a lead of another site.
  const tried = [site.worker.id, other.lead.id].map(async (by) => {
    const act = { site: site.id, device: tablet.id, by };
    const wanted = { site: site.id, by, name: 'Sneaked in', device: device! };
    return Promise.all([
      enrol(hub.db, wanted, Date.now(), Math.random),
      rename(hub.db, act, 'Sneaked in', Date.now()),
      end(hub.db, act, Date.now()),
    ]);
  });
  const forbidden = { ok: false, code: 'forbidden' };
  expect(await Promise.all(tried)).toEqual(Array(2).fill([forbidden, forbidden, null]));
  expect((await listed()).map(({ name }) => name)).toContain(tablet.name);
  expect(await eventsOf(tablet.id)).toMatchObject([{ type: 'device-enrolled' }]);
});

describe('B1 enrolments', () => {
  test('an address begins so many in a window, and is told when the next is', async () => {
    const address = elsewhere();
    const ask = () => fetch(`${hub.origin}/api/enrolments`, { method: 'POST', headers: address });
    const asked = await Promise.all(Array.from({ length: ENROLMENTS_PER_ADDRESS_MAX + 3 }, ask));
    expect(asked.filter(({ status }) => status === 201)).toHaveLength(ENROLMENTS_PER_ADDRESS_MAX);
    const refused = await ask();
    expect(await problemIn(refused)).toMatchObject({ status: 429, code: 'too-many-requests' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await begin();
  });

  test('a person types so many wrong digits, and those of others are not counted with theirs', async () => {
    const keen = await addPerson(hub, site.id, { role: 'lead', name: 'Kay' });
    const shown = await hub.db.prepare('SELECT code FROM enrolments').all<{ code: string }>();
    const used = new Set(shown.results.map(({ code }) => code));
    const wrong = Array.from({ length: 200 }, (_, i) => String(i).padStart(6, '0')).filter(
      (c) => !used.has(c),
    );
    const statuses = await Promise.all(
      wrong.slice(0, ENROLMENT_TRIES_PER_PERSON_MAX + 5).map(async (code) => {
        return (await sayYes(keen, code, 'Guess')).status;
      }),
    );
    expect(statuses.filter((status) => status === 404)).toHaveLength(ENROLMENT_TRIES_PER_PERSON_MAX);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    const { code } = await begin();
    expect((await sayYes(keen, code, 'Right')).status).toBe(429);
    expect((await sayYes(site.lead, code, 'Right')).status).toBe(201);
  });

  test('so many wait at once, however many are asked for', async () => {
    const fill = hub.db.prepare(
      'INSERT INTO enrolments (hash, code, expires_at) VALUES (?, ?, ?) ON CONFLICT (code) DO NOTHING',
    );
    const rows = Array.from({ length: ENROLMENTS_MAX }, (_, i) =>
      fill.bind(`filled-${i}`.padEnd(43, 'x'), String(900_000 + i), Date.now() + 60_000),
    );
    await hub.db.batch(rows);
    const refused = await fetch(`${hub.origin}/api/enrolments`, { method: 'POST', headers: elsewhere() });
    expect(await problemIn(refused)).toMatchObject({ status: 429, code: 'too-many-requests' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await hub.db.prepare(`DELETE FROM enrolments WHERE hash LIKE 'filled-%'`).run();
    await begin();
  });

  test('a site has so many devices, and remembers so many past ones', async () => {
    const full = await makeSite(hub);
    const now = Date.now();
    const fill = async (from: number, to: number, ended: number): Promise<void> => {
      const numbers = `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${to})`;
      const id = `'x${full.id}-' || i`;
      await hub.db.batch([
        hub.db.prepare(
          `${numbers} INSERT INTO people (id, name, kind, created_at, deactivated_at)
           SELECT ${id}, 'X ' || i, 'device', ${now}, CASE ${ended} WHEN 1 THEN ${now} - i END FROM n`,
        ),
        hub.db.prepare(
          `${numbers} INSERT INTO memberships (person, site, role, created_at)
           SELECT ${id}, '${full.id}', 'viewer', ${now} FROM n`,
        ),
        hub.db.prepare(
          `${numbers} INSERT INTO devices (person, made_by) SELECT ${id}, '${full.lead.id}' FROM n`,
        ),
      ]);
    };
    await fill(1, DEVICES_PAST_MAX + 5, 1);
    await fill(1_001, 1_000 + DEVICES_PER_SITE_MAX - 1, 0);
    const [one, two] = [await begin(), await begin()];
    const answers = await Promise.all([one, two].map(({ code }, i) => sayYes(full.lead, code, `Last ${i}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const refused = answers.find(({ status }) => status === 409)!;
    expect(await problemIn(refused)).toMatchObject({ code: 'devices-full' });
    const past = hub.db
      .prepare(
        `SELECT count(*) AS count FROM memberships JOIN people ON people.id = memberships.person
          WHERE site = ? AND deactivated_at IS NOT NULL`,
      )
      .bind(full.id);
    expect(await past.first('count')).toBe(DEVICES_PAST_MAX);
  });
});

describe('a device nobody has signed in on', () => {
  let tablet: TestDevice;
  beforeAll(async () => {
    tablet = await enrolDevice(hub, site.lead);
  });

  test('sees the board live, as a viewer by its name, and changes nothing', async () => {
    const device = await openDevice(hub.origin, site.id, tablet.cookie);
    const { you } = await device.hello();
    expect(you).toEqual({ person: tablet.id, name: tablet.name, role: 'viewer' });
    expect(await device.push({ type: 'set', car: '100', fields: { late: true } })).toMatchObject([
      { outcome: 'rejected', code: 'forbidden' },
    ]);
    device.socket.close();
  });

  test('is no person of the site', async () => {
    const people = await (await site.lead.get('people')).text();
    expect(people).not.toContain(tablet.id);
    const reset = await site.admin.request('POST', `people/${tablet.id}/reset`);
    expect(await problemIn(reset)).toMatchObject({ status: 404 });
    const role = await site.admin.request('PATCH', `people/${tablet.id}`, { role: 'admin' });
    expect(await problemIn(role)).toMatchObject({ status: 404 });
  });

  test('signing out on it leaves it what it is', async () => {
    const headers = { Cookie: tablet.cookie, Origin: hub.origin };
    const out = await fetch(`${hub.origin}/api/auth/logout`, { method: 'POST', headers });
    expect(out.status).toBe(204);
    expect((await meOf(tablet.cookie)).status).toBe(200);
  });
});

describe('naming a device', () => {
  test('is told to whoever is on the site, where it stands by its new name', async () => {
    const tablet = await enrolDevice(hub, site.lead, 'East');
    const own = await openDevice(hub.origin, site.id, tablet.cookie);
    const desk = await openDevice(hub.origin, site.id, site.lead.cookie);
    await own.hello();
    await desk.hello();
    expect((await site.lead.request('PATCH', `devices/${tablet.id}`, { name: 'East gate' })).status).toBe(
      200,
    );
    await expect
      .poll(() => JSON.stringify(desk.frames.filter(({ type }) => type === 'people')), { timeout: 5_000 })
      .toContain('East gate');
    own.socket.close();
    const again = await openDevice(hub.origin, site.id, tablet.cookie);
    expect((await again.hello()).you.name).toBe('East gate');
    again.socket.close();
    desk.socket.close();
  });

  test('is seen in the list, and recorded with its name before', async () => {
    const tablet = await enrolDevice(hub, site.lead, 'North');
    const response = await site.lead.request('PATCH', `devices/${tablet.id}`, { name: 'North gate' });
    expect(await response.json()).toMatchObject({ id: tablet.id, name: 'North gate' });
    expect((await listed()).find(({ id }) => id === tablet.id)?.name).toBe('North gate');
    // Once more says nothing new.
    expect((await site.lead.request('PATCH', `devices/${tablet.id}`, { name: 'North gate' })).status).toBe(
      200,
    );
    expect(await eventsOf(tablet.id)).toMatchObject([
      { type: 'device-enrolled' },
      { type: 'device-renamed', actor: site.lead.id, details: { name: 'North gate', was: 'North' } },
    ]);
    const taken = await site.lead.request('PATCH', `devices/${tablet.id}`, { name: 'LEE' });
    expect(await problemIn(taken)).toMatchObject({ status: 422, code: 'invalid', field: 'name' });
  });
});

describe('I3 ending a device', () => {
  /** Somebody signs in on it by a PIN, as it is stored. */
  async function signedInOn(tablet: TestDevice, person: TestPerson): Promise<void> {
    await hub.db
      .prepare(`UPDATE sessions SET via = 'pin', device = ? WHERE person = ?`)
      .bind(tablet.id, person.id)
      .run();
  }

  test('R12 closes its sockets and those of who is signed in on it within a second, and no other', async () => {
    const tablet = await enrolDevice(hub, site.lead);
    const guest = await addPerson(hub, site.id, { role: 'worker', name: 'Gus' });
    await signedInOn(tablet, guest);
    const cookies = [tablet.cookie, `${guest.cookie}; ${tablet.cookie}`, site.worker.cookie];
    const sockets = await Promise.all(cookies.map((cookie) => openDevice(hub.origin, site.id, cookie)));
    await Promise.all(sockets.map((socket) => socket.hello()));
    const startedAt = performance.now();
    expect((await site.lead.request('DELETE', `devices/${tablet.id}`)).status).toBe(204);
    expect(await Promise.all(sockets.slice(0, 2).map(({ closed }) => closed))).toEqual([4401, 4401]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(await sockets[2]!.push({ type: 'set', car: '100', fields: { late: false } })).toHaveLength(1);
    sockets[2]!.socket.close();
    expect((await guest.request('PATCH', 'cars/100', { location: 'Shop' })).status).toBe(401);
    for (const cookie of cookies.slice(0, 2)) {
      const cars = await fetch(`${hub.origin}/api/sites/${site.id}/cars`, { headers: { Cookie: cookie } });
      expect(cars.status).toBe(401);
    }
    expect((await listed()).map(({ id }) => id)).not.toContain(tablet.id);
    expect((await claim(hub, tablet.secret)).status).toBe(404);
  });

  test('works for one no hub has met, and again, and is recorded once', async () => {
    const tablet = await enrolDevice(hub, site.lead, 'South');
    for (let i = 0; i < 2; i++) {
      expect((await site.admin.request('DELETE', `devices/${tablet.id}`)).status).toBe(204);
    }
    expect((await site.lead.request('PATCH', `devices/${tablet.id}`, { name: 'Gone' })).status).toBe(404);
    expect(await eventsOf(tablet.id)).toMatchObject([
      { type: 'device-enrolled' },
      { type: 'device-ended', actor: site.admin.id, details: { name: 'South', kind: 'device' } },
    ]);
    // Its name is free.
    await enrolDevice(hub, site.lead, 'South');
  });

  test('I1 of another site, of nobody, or of a person is 404, and ends and names nothing', async () => {
    const foreign = await enrolDevice(hub, other.lead);
    for (const [method, body] of [
      ['DELETE', undefined],
      ['PATCH', { name: 'Mine' }],
    ] as const) {
      const answers = await Promise.all(
        [foreign.id, 'nobody', site.worker.id, site.lead.id].map(async (id) => {
          const response = await site.lead.request(method, `devices/${id}`, body);
          return `${response.status} ${await response.text()}`;
        }),
      );
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toMatch(/^404 /);
    }
    expect((await meOf(foreign.cookie)).status).toBe(200);
    expect((await listed(other.lead)).find(({ id }) => id === foreign.id)?.name).toBe(foreign.name);
    expect((await site.worker.get('cars')).status).toBe(200);
  });

  test('R12 a phone of somebody’s own ends when they are taken off the site, and shared ones stay', async () => {
    const owner = await addPerson(hub, site.id, { role: 'worker', name: 'Ola' });
    const [phone, shared] = [await enrolDevice(hub, site.lead), await enrolDevice(hub, site.lead)];
    await hub.db.prepare('UPDATE devices SET owner = ? WHERE person = ?').bind(owner.id, phone.id).run();
    expect((await listed()).find(({ id }) => id === phone.id)?.owner).toEqual({ id: owner.id, name: 'Ola' });
    const sockets = await Promise.all(
      [phone, shared].map(({ cookie }) => openDevice(hub.origin, site.id, cookie)),
    );
    await Promise.all(sockets.map((socket) => socket.hello()));
    await owner.get('cars');
    expect((await site.lead.request('PATCH', `people/${owner.id}`, { role: 'viewer' })).status).toBe(204);
    expect((await listed()).map(({ id }) => id)).toContain(phone.id);
    expect((await site.lead.request('DELETE', `people/${owner.id}`)).status).toBe(204);
    expect(await sockets[0]!.closed).toBe(4401);
    const cars = (cookie: string) =>
      fetch(`${hub.origin}/api/sites/${site.id}/cars`, { headers: { Cookie: cookie } });
    expect((await cars(phone.cookie)).status).toBe(401);
    expect((await cars(shared.cookie)).status).toBe(200);
    expect((await listed()).map(({ id }) => id)).not.toContain(phone.id);
    sockets[1]!.socket.close();
  });

  test('what somebody is signed in on by a PIN is named among their devices', async () => {
    const tablet = await enrolDevice(hub, site.lead, 'West dock');
    const guest = await addPerson(hub, site.id, { role: 'worker', name: 'Gil' });
    await signedInOn(tablet, guest);
    const answer: SessionsOf = await (await site.lead.get(`people/${guest.id}/sessions`)).json();
    expect(answer.sessions).toMatchObject([{ via: 'pin', device: 'West dock' }]);
  });

  test('ends by itself where nobody has used it for too long', async () => {
    const tablet = await enrolDevice(hub, site.lead);
    const at = Date.now() - DEVICE_IDLE_MS_MAX;
    await hub.db.prepare('UPDATE sessions SET last_used_at = ? WHERE person = ?').bind(at, tablet.id).run();
    const cars = await fetch(`${hub.origin}/api/sites/${site.id}/cars`, {
      headers: { Cookie: tablet.cookie },
    });
    expect(cars.status).toBe(401);
    const shown = (await listed()).find(({ id }) => id === tablet.id);
    expect(shown?.endsAt).toBeLessThanOrEqual(Date.now());
  });
});
