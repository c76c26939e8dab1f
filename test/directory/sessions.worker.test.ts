import { afterAll, beforeAll, expect, test } from 'vitest';
import { sessionsOf } from '../../worker/directory/devices.ts';
import { d1Directory } from '../../worker/directory/directory.ts';
import { openSession, renewSession, revokeSession, trimSessions } from '../../worker/directory/session.ts';
import { signIn } from '../../worker/directory/sign-in.ts';
import type { AttemptNamespace } from '../../worker/env.ts';
import { hashPassword } from '../../worker/identity/password.ts';
import { hashSecret, newSecret } from '../../worker/identity/secret.ts';
import {
  SESSION_IDLE_MS_MAX,
  SESSION_MS_MAX,
  SESSIONS_PER_PERSON_MAX,
} from '../../worker/protocol/limits.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { addPerson, makeSite, PASSWORD, type TestPerson, type TestSite } from '../support/site.ts';
import { quicker } from './quicker.ts';

const NOW = 1_800_000_000_000;
const ORIGIN = { via: 'password', agent: 'Chrome on Android', place: 'Chicago, US' } as const;
let hub: Hub;
let site: TestSite;
let person: TestPerson;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
  person = await addPerson(hub, site.id, { role: 'lead', name: 'Kim' });
});
afterAll(() => hub.stop());

async function session(at = NOW): Promise<string> {
  const hash = hashSecret(newSecret());
  await openSession(hub.db, hash, person.id, at, ORIGIN).run();
  return hash;
}

const memberAt = (hash: string, now: number, where = site.id) =>
  d1Directory(hub.db, () => now).member(hash, where);

test('a site is as its people see it; one that does not exist is null', async () => {
  const directory = d1Directory(hub.db);
  expect(await directory.site(site.id)).toMatchObject({ id: site.id, timeZone: 'America/Chicago' });
  expect((await directory.site(site.id))?.locations).toContain('Yard');
  expect(await directory.site('nowhere')).toBeNull();
});

test('a session is a person in their role, until its absolute end', async () => {
  const hash = await session();
  expect(await memberAt(hash, NOW + 1)).toEqual({
    person: person.id,
    name: 'Kim',
    role: 'lead',
    expiresAt: NOW + SESSION_MS_MAX,
  });
});

test('a session keeps what it is known by, and is listed as long as it counts', async () => {
  const own = await addPerson(hub, site.id, { role: 'worker', name: 'Zoe' });
  await hub.db.prepare('DELETE FROM sessions WHERE person = ?').bind(own.id).run();
  const open = async (at: number): Promise<string> => {
    const hash = hashSecret(newSecret());
    await openSession(hub.db, hash, own.id, at, ORIGIN).run();
    return hash;
  };
  const [older, newer] = [await open(NOW), await open(NOW + 5)];
  const listed = await sessionsOf(hub.db, own.id, NOW + 6);
  expect(listed).toMatchObject([
    { hash: newer, ...ORIGIN, createdAt: NOW + 5, lastUsedAt: NOW + 5 },
    { hash: older, ...ORIGIN },
  ]);
  await revokeSession(hub.db, { hash: newer, person: own.id }, NOW + 7);
  expect(await sessionsOf(hub.db, own.id, NOW + 8)).toMatchObject([{ hash: older }]);
  expect(await sessionsOf(hub.db, own.id, NOW + SESSION_IDLE_MS_MAX)).toEqual([]);
});

test('a session that is unknown, ended, idle, revoked or of another site is null', async () => {
  const other = await makeSite(hub);
  const hash = await session();
  expect(await memberAt(hashSecret(newSecret()), NOW)).toBeNull();
  expect(await memberAt(hash, NOW + SESSION_IDLE_MS_MAX)).toBeNull();
  expect(await memberAt(hash, NOW, other.id)).toBeNull();
  expect(await memberAt(hash, NOW, 'nowhere')).toBeNull();
  await revokeSession(hub.db, { hash, person: person.id }, NOW + 5);
  expect(await memberAt(hash, NOW + 6)).toBeNull();
});

test('a session that is used lives on past the idle limit, but not past its absolute end', async () => {
  const hash = await session();
  for (const day of [10, 20, 29]) {
    const now = NOW + day * 24 * 3_600_000;
    const hint = await renewSession(hub.db, { hash, person: person.id }, now, 5_000);
    expect(hint).toMatchObject({ askedAt: now, expiresAt: NOW + SESSION_MS_MAX, sites: [{ id: site.id }] });
  }
  expect(await memberAt(hash, NOW + SESSION_MS_MAX - 1)).not.toBeNull();
  expect(await memberAt(hash, NOW + SESSION_MS_MAX)).toBeNull();
  expect(await renewSession(hub.db, { hash, person: person.id }, NOW + SESSION_MS_MAX, 5_000)).toBeNull();
});

test('renewing does not bring a session back', async () => {
  const [idle, revoked] = [await session(), await session()];
  await revokeSession(hub.db, { hash: revoked, person: person.id }, NOW);
  const renew = (hash: string, now: number) => renewSession(hub.db, { hash, person: person.id }, now, 5_000);
  expect(await renew(idle, NOW + SESSION_IDLE_MS_MAX)).toBeNull();
  expect(await renew(idle, NOW + SESSION_IDLE_MS_MAX + 1)).toBeNull();
  expect(await renew(revoked, NOW + 1)).toBeNull();
});

test('nobody who has been deactivated has a session', async () => {
  const gone = await addPerson(hub, site.id, { role: 'worker', name: 'Max' });
  const hash = hashSecret(newSecret());
  await openSession(hub.db, hash, gone.id, NOW, ORIGIN).run();
  expect(await memberAt(hash, NOW)).not.toBeNull();
  await hub.db.prepare('UPDATE people SET deactivated_at = ? WHERE id = ?').bind(NOW, gone.id).run();
  expect(await memberAt(hash, NOW)).toBeNull();
});

test('B1 a person has so many sessions: the oldest go, and ended ones with them', async () => {
  const busy = await addPerson(hub, site.id, { role: 'worker', name: 'Sam' });
  const open = async (at: number): Promise<string> => {
    const hash = hashSecret(newSecret());
    await openSession(hub.db, hash, busy.id, at, ORIGIN).run();
    return hash;
  };
  await hub.db.prepare('DELETE FROM sessions WHERE person = ?').bind(busy.id).run();
  const ended = await open(NOW - SESSION_MS_MAX);
  const hashes: string[] = [];
  for (let i = 0; i < SESSIONS_PER_PERSON_MAX + 2; i++) hashes.push(await open(NOW + i));
  const { results } = await trimSessions(hub.db, busy.id, NOW).all<{ hash: string }>();
  expect(results.map(({ hash }) => hash).sort()).toEqual([ended, ...hashes.slice(0, 2)].sort());
});

test('a stolen copy of the directory holds nothing that opens a session', async () => {
  const secret = person.cookie.slice(person.cookie.indexOf('=') + 1).split('.')[0] ?? '';
  expect(secret).toHaveLength(43);
  const { results } = await hub.db.prepare('SELECT * FROM sessions').all();
  expect(JSON.stringify(results)).toContain(hashSecret(secret));
  expect(JSON.stringify(results)).not.toContain(secret);
});

test('of a list of people those are told who belong to the site now', async () => {
  const directory = d1Directory(hub.db);
  const [other, gone] = [await makeSite(hub), await addPerson(hub, site.id, { role: 'worker', name: 'Lou' })];
  const asked = [person.id, gone.id, other.worker.id, 'p-nobody'];
  const members = async () => (await directory.members(site.id, asked)).sort();
  expect(await members()).toEqual([person.id, gone.id].sort());
  await hub.db.prepare('UPDATE people SET deactivated_at = 1 WHERE id = ?').bind(gone.id).run();
  expect(await members()).toEqual([person.id]);
  expect(await directory.members(site.id, [])).toEqual([]);
});

test('I3 a password that is changed while it is looked at begins no session any more', async () => {
  const own = await addPerson(hub, site.id, { role: 'worker', name: 'Ola' });
  const count = { take: async () => ({ ok: true }), giveBack: async () => {}, forget: async () => {} };
  const wanted = { email: own.email, password: PASSWORD, address: '192.0.2.7', origin: ORIGIN };
  const signInOn = (db: D1Database) => {
    const attempts = { getByName: () => count } as unknown as AttemptNamespace;
    return signIn({ db, attempts, key: 'k'.repeat(32), defer: () => {} }, wanted, NOW);
  };
  expect(await signInOn(hub.db)).toMatchObject({ ok: true });
  const change = hub.db.prepare('UPDATE people SET password = ? WHERE id = ?');
  const another = await hashPassword('quite another one');
  const slow = quicker(hub.db, 1, () => change.bind(another, own.id).run());
  expect(await signInOn(slow)).toEqual({ ok: false, code: 'wrong-credentials' });
});
