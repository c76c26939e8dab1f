import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Cars, Me, Overview, SecurityLog, Sites } from '../../worker/protocol/api.ts';
import { OVERVIEW_SITES_MAX, SITES_MAX } from '../../worker/protocol/limits.ts';
import { DEFAULT_LOCATIONS } from '../../worker/protocol/site.ts';
import { takeD1Down } from '../support/d1-outage.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { openDevice } from '../support/raw-device.ts';
import { addPerson, makeSite, signIn, type TestPerson, type TestSite } from '../support/site.ts';
import { problemIn } from './http.ts';

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.stop());

const WANTED = { name: 'South yard', timeZone: 'America/Denver', locations: ['Yard', 'Dock'] };

function ask(cookie: string, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${hub.origin}/api/${path}`, {
    method,
    headers: {
      Cookie: cookie,
      Origin: hub.origin,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

type Seat = Sites['sites'][number];
const seatIn = async (response: Response | Promise<Response>): Promise<Seat> => (await response).json();
const cookieIn = (response: Response): string => response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
const make = (who: TestPerson, wanted: unknown = WANTED) => ask(who.cookie, 'POST', 'sites', wanted);
const change = (who: TestPerson, wanted: unknown, where = site.id) =>
  ask(who.cookie, 'PATCH', `sites/${where}`, wanted);
const overviewFor = async ({ cookie }: { cookie: string }): Promise<Overview> =>
  (await ask(cookie, 'GET', 'overview')).json();
const sitesFor = async (cookie: string): Promise<Sites['sites']> => {
  const answer: Sites = await (await ask(cookie, 'GET', 'sites')).json();
  return answer.sites;
};
const count = (sql: string, ...values: string[]): Promise<unknown> =>
  hub.db
    .prepare(sql)
    .bind(...values)
    .first('n');

async function enlist(person: TestPerson, where: string, role: string): Promise<void> {
  await hub.db
    .prepare('INSERT INTO memberships (person, site, role, created_at) VALUES (?, ?, ?, 0)')
    .bind(person.id, where, role)
    .run();
}

describe('a new site', () => {
  test('has its maker as administrator, opens at once with the cookie of the answer, and is recorded', async () => {
    site = await makeSite(hub);
    const response = await make(site.admin);
    expect(response.status).toBe(201);
    const made = await seatIn(response);
    expect(made).toEqual({ ...WANTED, id: expect.stringMatching(/^south-yard-[a-z0-9]{4}$/), role: 'admin' });
    const cookie = cookieIn(response);
    const me: Me = await (await ask(cookie, 'GET', 'me')).json();
    expect(me.sites).toContainEqual({ id: made.id, name: 'South yard', role: 'admin' });
    expect((await ask(cookie, 'GET', `sites/${made.id}/cars`)).status).toBe(200);
    const device = await openDevice(hub.origin, made.id, cookie);
    expect((await device.hello()).site).toEqual({ ...WANTED, id: made.id });
    const events = await hub.db
      .prepare('SELECT type, site, actor, details FROM security_events WHERE site = ?')
      .bind(made.id)
      .all();
    expect(events.results).toEqual([
      { type: 'site-made', site: made.id, actor: site.admin.id, details: '{"name":"South yard"}' },
    ]);
  });

  test('without locations has those of a first site', async () => {
    site = await makeSite(hub);
    const { locations } = await seatIn(make(site.admin, { name: 'Plain', timeZone: 'UTC' }));
    expect(locations).toEqual(DEFAULT_LOCATIONS);
  });

  test('has the shifts it was given, which come and go like its other settings', async () => {
    site = await makeSite(hub);
    const shifts = [
      { name: 'Day', start: '06:00', end: '18:00' },
      { name: 'Night', start: '18:00', end: '06:00' },
    ];
    const response = await make(site.admin, { ...WANTED, shifts });
    const made = await seatIn(response.clone());
    const cookie = cookieIn(response);
    expect(made.shifts).toEqual(shifts);
    const device = await openDevice(hub.origin, made.id, cookie);
    expect((await device.hello()).site).toEqual({ ...WANTED, id: made.id, shifts });
    const patch = (change: object) => seatIn(ask(cookie, 'PATCH', `sites/${made.id}`, change));
    expect((await patch({ name: 'South' })).shifts).toEqual(shifts);
    expect((await patch({ shifts: shifts.slice(1) })).shifts).toEqual(shifts.slice(1));
    expect(await sitesFor(cookie)).toContainEqual({
      ...{ ...WANTED, id: made.id, name: 'South', role: 'admin' },
      shifts: shifts.slice(1),
    });
    expect(await patch({ shifts: [] })).not.toHaveProperty('shifts');
    expect((await sitesFor(cookie)).find(({ id }) => id === made.id)).not.toHaveProperty('shifts');
    device.socket.close();
  });

  test('opens on another device of its maker once that has listed the sites, though its session is of before', async () => {
    site = await makeSite(hub);
    const other = await signIn(hub.origin, site.admin.email);
    const { id } = await seatIn(make(site.admin));
    expect((await ask(other, 'GET', `sites/${id}`)).status).toBe(404);
    const listed = await ask(other, 'GET', 'sites');
    expect((await ask(cookieIn(listed), 'GET', `sites/${id}`)).status).toBe(200);
    expect((await ask(cookieIn(listed), 'GET', 'sites')).headers.getSetCookie()).toEqual([]);
  });

  test.each(['lead', 'worker', 'viewer'] as const)(
    'I2 is not made by a %s: 403, nothing is made',
    async (role) => {
      site = await makeSite(hub);
      const before = await count('SELECT count(*) AS n FROM sites');
      expect(await problemIn(await make(site[role]))).toMatchObject({ status: 403, code: 'forbidden' });
      expect(await count('SELECT count(*) AS n FROM sites')).toBe(before);
      expect(
        await count(
          'SELECT count(*) AS n FROM security_events WHERE type = ? AND actor = ?',
          'site-made',
          site[role].id,
        ),
      ).toBe(0);
    },
  );

  test('I2 is not made by somebody who is an administrator no more, whatever their session says', async () => {
    site = await makeSite(hub);
    await hub.db.prepare("UPDATE memberships SET role = 'lead' WHERE person = ?").bind(site.admin.id).run();
    expect(await problemIn(await make(site.admin))).toMatchObject({ code: 'forbidden' });
  });

  test('I3 is not made by a session that has ended', async () => {
    site = await makeSite(hub);
    await hub.db.prepare('UPDATE sessions SET revoked_at = 1 WHERE person = ?').bind(site.admin.id).run();
    expect((await make(site.admin)).status).toBe(401);
    expect((await ask(site.admin.cookie, 'GET', 'overview')).status).toBe(401);
  });

  test.each([
    ['an unknown field', { ...WANTED, id: 'mine' }, 'id'],
    ['a role', { ...WANTED, role: 'admin' }, 'role'],
    ['no name', { timeZone: 'UTC' }, 'name'],
    ['an empty name', { ...WANTED, name: ' ' }, 'name'],
    ['a time zone nobody has', { ...WANTED, timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['a location twice', { ...WANTED, locations: ['Dock', 'DOCK'] }, 'locations'],
    [
      'a shift at no time',
      { ...WANTED, shifts: [{ name: 'Day', start: '6', end: '18:00' }] },
      'shifts.0.start',
    ],
    ['no location', { ...WANTED, locations: [] }, 'locations'],
  ])('with %s is 422 with the field', async (_, wanted, field) => {
    site = await makeSite(hub);
    expect(await problemIn(await make(site.admin, wanted))).toMatchObject({ status: 422, field });
    if ('name' in wanted) {
      expect((await change(site.admin, wanted)).status).toBe(422);
    }
  });

  test('B1 is refused once the installation is full, however many ask at once', async () => {
    await using full = await startHub();
    const first = await makeSite(full);
    const sites = Array.from({ length: SITES_MAX - 3 }, (_, i) => `filler-${i}`);
    await full.db
      .prepare(
        `INSERT INTO sites (id, name, time_zone, locations, created_at)
         SELECT value, value, 'UTC', '["Yard"]', 0 FROM json_each(?)`,
      )
      .bind(JSON.stringify(sites))
      .run();
    const post = () =>
      fetch(`${full.origin}/api/sites`, {
        method: 'POST',
        headers: {
          Cookie: first.admin.cookie,
          Origin: full.origin,
          'Content-Type': 'application/json',
        },
        body: JSON.stringify(WANTED),
      });
    const answers = await Promise.all(Array.from({ length: 8 }, post));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, ...Array(6).fill(409)]);
    expect(await problemIn(await post())).toMatchObject({ code: 'sites-full' });
  });
});

describe('the settings of a site', () => {
  test('reach every socket of it and the directory, and none of another site (I1)', async () => {
    site = await makeSite(hub);
    const other = await makeSite(hub);
    const phone = await openDevice(hub.origin, site.id, site.worker.cookie);
    const stranger = await openDevice(hub.origin, other.id, other.worker.cookie);
    await phone.hello();
    await stranger.hello();
    const wanted = { name: 'Renamed', timeZone: 'Europe/Madrid', locations: ['Dock', 'Yard'] };
    const response = await change(site.admin, wanted);
    expect(await response.json()).toEqual({ id: site.id, ...wanted, role: 'admin' });
    const settled = { id: site.id, ...wanted };
    expect(await phone.next('notice')).toEqual({ type: 'notice', notice: 'site', site: settled });
    expect(await sitesFor(site.worker.cookie)).toEqual([{ ...settled, role: 'worker' }]);
    const me: Me = await (await ask(cookieIn(response), 'GET', 'me')).json();
    expect(me.sites[0]?.name).toBe('Renamed');
    // Whatever was ordered before an outcome has come by then.
    await stranger.push({ type: 'note', car: '1', text: 'x' });
    expect(JSON.stringify(stranger.frames)).not.toContain('Renamed');
  });

  test('are recorded with who changed what, once though the hub sends them again, for administrators to read', async () => {
    site = await makeSite(hub);
    await change(site.admin, { name: 'Named' });
    await change(site.admin, { name: 'Named' });
    await site.lead.request('POST', 'cars', { id: '1' });
    const archived = 'SELECT version AS n FROM archive_sites WHERE site = ?';
    await vi.waitFor(async () => expect(await count(archived, site.id)).toBe(1), { timeout: 15_000 });
    const log: SecurityLog = await (await site.admin.get('security?kind=site')).json();
    expect(log.entries).toMatchObject([
      {
        type: 'site-changed',
        ofSite: true,
        actor: { id: site.admin.id },
        details: { name: 'Named', nameBefore: expect.stringMatching(/^Site /) },
      },
    ]);
  });

  test('a location does not go while a car stands there, and the hub is the judge of it', async () => {
    site = await makeSite(hub, ['Yard', 'Dock']);
    await site.lead.request('POST', 'cars', { id: '414', location: 'Dock' });
    expect(await problemIn(await change(site.admin, { name: 'Half', locations: ['Yard'] }))).toMatchObject({
      status: 409,
      code: 'location-in-use',
      detail: 'Dock',
      field: 'locations',
    });
    expect((await sitesFor(site.admin.cookie))[0]?.name).not.toBe('Half');
    await site.worker.request('PATCH', 'cars/414', { location: 'Yard' });
    expect((await change(site.admin, { locations: ['Yard'] })).status).toBe(200);
    const refused = await site.worker.request('PATCH', 'cars/414', { location: 'Dock' });
    expect(await problemIn(refused)).toMatchObject({ code: 'unknown-location', detail: 'Dock' });
  });

  test('moves and the removal of where they go to, all at once, leave no car at a place that is not there', async () => {
    site = await makeSite(hub, ['Yard', 'Dock']);
    const cars = Array.from({ length: 20 }, (_, i) => `${500 + i}`);
    await site.lead.request('POST', 'cars/import', `id\n${cars.join('\n')}`);
    await Promise.all(
      cars.map((car, i) =>
        i === 10
          ? change(site.admin, { locations: ['Yard'] })
          : site.worker.request('PATCH', `cars/${car}`, { location: 'Dock' }),
      ),
    );
    const [settled] = await sitesFor(site.admin.cookie);
    const board: Cars = await (await site.viewer.get('cars')).json();
    for (const { location } of board.cars) expect(settled?.locations).toContain(location);
  });

  test('many changes at once leave directory and hub of one mind', async () => {
    site = await makeSite(hub);
    const names = Array.from({ length: 12 }, (_, i) => `Name ${i}`);
    await Promise.all(names.map((name) => change(site.admin, { name })));
    const device = await openDevice(hub.origin, site.id, site.viewer.cookie);
    const { name } = (await device.hello()).site;
    expect((await sitesFor(site.viewer.cookie))[0]?.name).toBe(name);
  });

  test('outlive an eviction', async () => {
    site = await makeSite(hub);
    await change(site.admin, { name: 'Kept' });
    await hub.evict(site.id);
    const device = await openDevice(hub.origin, site.id, site.viewer.cookie);
    expect((await device.hello()).site.name).toBe('Kept');
  });

  test('are not changed by an administrator who is none any more, whatever their session says (I3)', async () => {
    site = await makeSite(hub);
    await hub.db.prepare("UPDATE memberships SET role = 'lead' WHERE person = ?").bind(site.admin.id).run();
    expect(await problemIn(await change(site.admin, { name: 'Mine' }))).toMatchObject({ code: 'forbidden' });
    await hub.db.prepare('DELETE FROM memberships WHERE person = ?').bind(site.admin.id).run();
    expect((await change(site.admin, { name: 'Mine' })).status).toBe(404);
  });

  test('nothing to change is 422', async () => {
    site = await makeSite(hub);
    expect((await change(site.admin, {})).status).toBe(422);
  });
});

describe('the overview', () => {
  const cars =
    'id,arrived,late,empty\n1,no,no,no\n2,no,yes,no\n3,yes,no,no\n4,yes,yes,no\n5,yes,no,yes\n6,no,no,no';

  test('A2 has what the archive has, as of when it was, and counts as the filters of the board do', async () => {
    site = await makeSite(hub);
    await site.lead.request('POST', 'cars/import', cars);
    await site.lead.request('DELETE', 'cars/6');
    const shown = await vi.waitFor(
      async () => {
        const [only] = (await overviewFor(site.lead)).sites;
        expect(only?.version).toBe(2);
        return only;
      },
      { timeout: 15_000, interval: 200 },
    );
    expect(shown).toMatchObject({
      id: site.id,
      timeZone: 'America/Chicago',
      role: 'lead',
      counts: { expected: 2, late: 2, arrived: 2, empty: 1 },
    });
    expect(shown?.at).toBeGreaterThan(Date.now() - 60_000);
  });

  test('H1 wakes no hub, and makes none', async () => {
    site = await makeSite(hub);
    const objects = (): string[] =>
      readdirSync(join(hub.stateDir, 'v3', 'do'), { recursive: true, encoding: 'utf8' });
    const before = objects();
    expect((await overviewFor(site.admin)).sites).toEqual([
      expect.objectContaining({ id: site.id, version: 0, at: null }),
    ]);
    expect(objects()).toEqual(before);
  });

  test('I1 has the sites one leads and no other, though one works there', async () => {
    const [own, other, foreign] = [await makeSite(hub), await makeSite(hub), await makeSite(hub)];
    await enlist(own.lead, other.id, 'worker');
    const { sites } = await overviewFor(own.lead);
    expect(sites.map(({ id }) => id)).toEqual([own.id]);
    expect(JSON.stringify(sites)).not.toContain(foreign.id);
    for (const who of [own.worker, own.viewer])
      expect(await overviewFor(who)).toEqual({ sites: [], more: 0 });
  });

  test('I3 goes by the role of now, and not by the session’s hint', async () => {
    site = await makeSite(hub);
    await hub.db.prepare("UPDATE memberships SET role = 'worker' WHERE person = ?").bind(site.lead.id).run();
    expect((await overviewFor(site.lead)).sites).toEqual([]);
  });

  test('B1 ends after so many sites, and says how many more there are', async () => {
    site = await makeSite(hub);
    const many = Array.from({ length: OVERVIEW_SITES_MAX + 2 }, (_, i) => `many-${i}`);
    await hub.db.batch([
      hub.db
        .prepare(
          `INSERT INTO sites (id, name, time_zone, locations, created_at)
           SELECT value, value, 'UTC', '["Yard"]', 0 FROM json_each(?)`,
        )
        .bind(JSON.stringify(many)),
      hub.db
        .prepare(
          `INSERT INTO memberships (person, site, role, created_at)
           SELECT ?, value, 'lead', 0 FROM json_each(?)`,
        )
        .bind(site.lead.id, JSON.stringify(many)),
    ]);
    const { sites, more } = await overviewFor(site.lead);
    expect([sites.length, more]).toEqual([OVERVIEW_SITES_MAX, 3]);
  });
});

describe('I1 nothing of it tells of another site', () => {
  test('a name that another site has gets an id that says nothing of it', async () => {
    site = await makeSite(hub);
    const ids = [];
    for (const name of ['Twin', 'Twin', 'Lonely']) {
      const { id } = await seatIn(make(site.admin, { ...WANTED, name }));
      ids.push(id);
    }
    for (const id of ids) expect(id).toMatch(/^(twin|lonely)-[a-z0-9]{4}$/);
  });

  test('an administrator of one site changes no other, and cannot tell it from one that is not there', async () => {
    const [own, other] = [await makeSite(hub), await makeSite(hub)];
    const answers = [];
    for (const where of [other.id, 'nowhere', '%2e%2e']) {
      answers.push(await (await change(own.admin, { name: 'Taken' }, where)).text());
    }
    expect(new Set(answers).size).toBe(1);
    expect((await sitesFor(other.admin.cookie))[0]?.name).not.toBe('Taken');
  });

  test('whoever is admin here and worker there is refused there', async () => {
    const [own, other] = [await makeSite(hub), await makeSite(hub)];
    const person = await addPerson(hub, own.id, { role: 'admin', name: 'Max' });
    await enlist(person, other.id, 'worker');
    const cookie = await signIn(hub.origin, person.email);
    const refused = await ask(cookie, 'PATCH', `sites/${other.id}`, { name: 'Taken' });
    expect(await problemIn(refused)).toMatchObject({ status: 403, code: 'forbidden' });
  });

  test('people of the maker’s other sites do not belong to the new one, nor hear of it', async () => {
    site = await makeSite(hub);
    const { id } = await seatIn(make(site.admin));
    for (const who of [site.lead, site.worker, site.viewer]) {
      expect((await ask(who.cookie, 'GET', `sites/${id}`)).status).toBe(404);
      expect(JSON.stringify(await sitesFor(who.cookie))).not.toContain(id);
    }
  });
});

test('settings changed while D1 is down are not: who may is asked there, and nothing changes', async () => {
  site = await makeSite(hub);
  const bringUp = takeD1Down(hub.stateDir);
  try {
    expect((await change(site.admin, { name: 'Down' })).status).toBe(503);
  } finally {
    bringUp();
  }
  const device = await openDevice(hub.origin, site.id, site.viewer.cookie);
  expect((await device.hello()).site.name).not.toBe('Down');
});
