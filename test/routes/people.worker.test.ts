import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reseat } from '../../worker/directory/people.ts';
import type { Env } from '../../worker/env.ts';
import type { People } from '../../worker/protocol/api.ts';
import { ROLES, type Role } from '../../worker/protocol/site.ts';
import { handle } from '../../worker/routes/handle.ts';
import { type Hub, SESSION_KEY, startHub } from '../support/hub.ts';
import { addPerson, makeSite, type TestPerson, type TestSite } from '../support/site.ts';
import { problemIn } from './http.ts';

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
});
afterAll(() => hub.stop());

const roleIn = ({ id }: TestSite, { id: person }: TestPerson): Promise<Role | null> =>
  hub.db
    .prepare('SELECT role FROM memberships WHERE site = ? AND person = ?')
    .bind(id, person)
    .first<Role>('role');

async function events(where: TestSite, type: string): Promise<unknown[]> {
  const query = hub.db
    .prepare('SELECT actor, subject, details FROM security_events WHERE site = ? AND type = ? ORDER BY id')
    .bind(where.id, type);
  const { results } = await query.all<{ actor: string; subject: string; details: string }>();
  return results.map((row) => ({ ...row, details: JSON.parse(row.details) }));
}

const set = (by: TestPerson, whom: TestPerson, role: Role) =>
  by.request('PATCH', `people/${whom.id}`, { role });
const remove = (by: TestPerson, whom: TestPerson) => by.request('DELETE', `people/${whom.id}`);

test('a lead sees the people of the site and nobody else', async () => {
  const other = await makeSite(hub);
  await hub.db
    .prepare("INSERT INTO people (id, name, created_at, kind) VALUES ('gate-1', 'Gate', 1, 'token')")
    .run();
  await hub.db
    .prepare("INSERT INTO memberships (person, site, role, created_at) VALUES ('gate-1', ?, 'worker', 1)")
    .bind(site.id)
    .run();
  const answer: People = await (await site.lead.get('people')).json();
  const { admin, lead, viewer, worker } = site;
  expect(answer.people).toEqual(
    [admin, lead, viewer, worker].map(({ id, name, email, role }) => ({
      ...{ id, name, email, role },
      since: expect.any(Number),
    })),
  );
  expect(answer.invitations).toEqual([]);
  expect(JSON.stringify(answer)).not.toContain(other.worker.id);
});

describe('R11 every change of role, by whoever may change roles at all', () => {
  const CELLS = (['lead', 'admin'] as const).flatMap((own) =>
    ROLES.flatMap((from) => [...ROLES, null].map((to) => [own, from, to] as const)),
  );
  test.each(CELLS)('a %s makes of a %s: %s', async (own, from, to) => {
    const person = await addPerson(hub, site.id, { role: from, name: 'Kim' });
    const response = await (to === null ? remove(site[own], person) : set(site[own], person, to));
    const may = own === 'admin' || (from !== 'admin' && to !== 'admin');
    if (may) expect(response.status).toBe(204);
    else expect(await problemIn(response)).toMatchObject({ status: 403, code: 'forbidden' });
    expect(await roleIn(site, person)).toBe(may ? to : from);
  });

  test.each(['viewer', 'worker'] as const)('a %s does none of it', async (role) => {
    for (const response of [
      await set(site[role], site.viewer, 'worker'),
      await remove(site[role], site.viewer),
    ]) {
      expect(await problemIn(response)).toMatchObject({ status: 403, code: 'forbidden' });
    }
  });
});

test('nobody changes their own role, neither up nor down', async () => {
  for (const person of [site.lead, site.admin]) {
    for (const role of ROLES) {
      expect(await problemIn(await set(person, person, role))).toMatchObject({ code: 'forbidden' });
    }
    expect(await roleIn(site, person)).toBe(person.role);
  }
});

test('I1 somebody of another site, and nobody at all, are answered alike and not touched', async () => {
  const other = await makeSite(hub);
  const nobody = { ...other.worker, id: 'p0000000' };
  const [foreign, unknown] = [
    await set(site.admin, other.worker, 'lead'),
    await set(site.admin, nobody, 'lead'),
  ];
  expect([foreign.status, unknown.status]).toEqual([404, 404]);
  expect(await foreign.text()).toBe(await unknown.text());
  expect([
    (await remove(site.admin, other.worker)).status,
    (await remove(site.admin, nobody)).status,
  ]).toEqual([204, 204]);
  expect(await roleIn(other, other.worker)).toBe('worker');
});

test('a script and a screen change nobody, and are not changed here', async () => {
  const script = await addPerson(hub, site.id, { role: 'lead', name: 'Script' });
  await hub.db.prepare("UPDATE people SET kind = 'token' WHERE id = ?").bind(script.id).run();
  expect((await set(script, site.viewer, 'worker')).status).toBe(403);
  expect((await set(site.admin, script, 'worker')).status).toBe(404);
  expect(await roleIn(site, script)).toBe('lead');
});

describe('the last administrator stays', () => {
  test('by their own hand too', async () => {
    const alone = await makeSite(hub);
    expect(await problemIn(await remove(alone.admin, alone.admin))).toMatchObject({
      status: 409,
      code: 'last-admin',
    });
    const second = await addPerson(hub, alone.id, { role: 'admin', name: 'Ana' });
    expect((await remove(alone.admin, alone.admin)).status).toBe(204);
    expect(await problemIn(await remove(second, second))).toMatchObject({ code: 'last-admin' });
  });

  test('one who can no longer sign in does not count', async () => {
    const alone = await makeSite(hub);
    const left = await addPerson(hub, alone.id, { role: 'admin', name: 'Ana' });
    await hub.db.prepare('UPDATE people SET deactivated_at = 1 WHERE id = ?').bind(left.id).run();
    expect(await problemIn(await remove(alone.admin, alone.admin))).toMatchObject({ code: 'last-admin' });
  });

  test('however many take the role from each other, or leave, at once', async () => {
    for (let run = 0; run < 10; run++) {
      const crowded = await makeSite(hub);
      const more = await Promise.all(
        ['Ana', 'Art', 'Ava'].map((name) => addPerson(hub, crowded.id, { role: 'admin', name })),
      );
      const admins = [crowded.admin, ...more].map(({ id }) => id);
      const acts = admins.flatMap((actor, i) => [
        { actor, person: actor, role: null },
        { actor, person: admins[(i + 1) % admins.length] ?? '', role: 'viewer' as const },
      ]);
      await Promise.all(acts.map((act) => reseat(hub.db, { site: crowded.id, ...act }, Date.now())));
      const left = await hub.db
        .prepare("SELECT count(*) AS n FROM memberships WHERE site = ? AND role = 'admin'")
        .bind(crowded.id)
        .first<number>('n');
      expect(left).toBeGreaterThanOrEqual(1);
    }
  });
});

test('of two who take each other’s role at once, one has lost the right to by then', async () => {
  for (let run = 0; run < 10; run++) {
    const [one, two] = await Promise.all(
      ['Ida', 'Ivo'].map((name) => addPerson(hub, site.id, { role: 'lead', name })),
    );
    if (!one || !two) return;
    const at = { site: site.id, role: 'viewer' as const };
    await Promise.all([
      reseat(hub.db, { ...at, actor: one.id, person: two.id }, Date.now()),
      reseat(hub.db, { ...at, actor: two.id, person: one.id }, Date.now()),
    ]);
    expect([await roleIn(site, one), await roleIn(site, two)].sort()).toEqual(['lead', 'viewer']);
  }
});

test('what was done is recorded with it: once, by whom, from what to what; what was refused is not', async () => {
  const quiet = await makeSite(hub);
  const { admin, lead, worker, viewer } = quiet;
  await set(admin, worker, 'lead');
  await set(admin, worker, 'lead');
  await set(lead, admin, 'viewer');
  await remove(admin, viewer);
  await remove(admin, viewer);
  expect(await events(quiet, 'role-changed')).toEqual([
    { actor: admin.id, subject: worker.id, details: { from: 'worker', to: 'lead' } },
  ]);
  expect(await events(quiet, 'removed')).toEqual([
    { actor: admin.id, subject: viewer.id, details: { role: 'viewer' } },
  ]);
});

describe('I3 where the hub cannot be told', () => {
  /** A request to the real directory, with a hub put in. */
  const call = (method: string, whom: TestPerson, seat: () => Promise<void>, body?: unknown) =>
    handle(
      new Request(`${hub.origin}/api/sites/${site.id}/people/${whom.id}`, {
        method,
        headers: { Cookie: site.admin.cookie, Origin: hub.origin, 'Content-Type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
      { HUBS: { getByName: () => ({ seat }) }, DB: hub.db, SESSION_KEY } as unknown as Env,
      Date.now(),
      () => {},
    );

  test.each([
    ['PATCH', 'viewer'],
    ['DELETE', null],
  ] as const)('%s says so, and the same again does the rest', async (method, role) => {
    const person = await addPerson(hub, site.id, { role: 'worker', name: 'Ned' });
    const told: unknown[][] = [];
    const fails = () => Promise.reject(new Error('broken pipe'));
    const hears = async (...seat: unknown[]) => void told.push(seat);
    const body = role === null ? undefined : { role };
    const first = await call(method, person, fails, body);
    expect(await problemIn(first)).toMatchObject({ status: 503, code: 'unavailable' });
    expect(await roleIn(site, person)).toBe(role);
    expect((await call(method, person, hears, body)).status).toBe(204);
    expect(told).toEqual([[person.id, role]]);
  });

  test('it hears in the end what the directory says in the end, though another change came between', async () => {
    const person = await addPerson(hub, site.id, { role: 'worker', name: 'Ned' });
    const told: unknown[] = [];
    const seat = async (...[, role]: unknown[]) => {
      // Somebody else is quicker with the directory, and slower with the hub.
      if (told.length === 0) {
        await reseat(
          hub.db,
          { site: site.id, actor: site.admin.id, person: person.id, role: 'viewer' },
          Date.now(),
        );
      }
      told.push(role);
    };
    expect((await call('PATCH', person, seat as () => Promise<void>, { role: 'lead' })).status).toBe(204);
    expect(told).toEqual(['lead', 'viewer']);
  });
});
