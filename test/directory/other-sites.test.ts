import { beforeEach, expect, test } from 'vitest';
import { type Looking, sessionsOf } from '../../worker/directory/devices.ts';
import { invite } from '../../worker/directory/invitations.ts';
import { joinByPin } from '../../worker/directory/join-by-pin.ts';
import { signInByGrant } from '../../worker/directory/pin-sign-in.ts';
import { securityEntries } from '../../worker/directory/security-log.ts';
import { hashSecret } from '../../worker/identity/secret.ts';
import { type SqliteD1, sqliteD1 } from '../archive/sqlite-d1.ts';

const NOW = 1_800_000_000_000;
const KEY = 'k'.repeat(32);
const ORIGIN = { via: 'invitation', agent: 'Chrome on Android', place: null } as const;

let both: SqliteD1;
beforeEach(() => {
  both = sqliteD1();
  both.raw.exec(`
    INSERT INTO sites (id, name, time_zone, locations, created_at)
    VALUES ('north', 'North', 'UTC', '[]', 1), ('south', 'South', 'UTC', '[]', 1);
    INSERT INTO people (id, name, kind, created_at) VALUES ('lea', 'Lea', 'person', 1), ('wes', 'Wes', 'person', 1),
      ('kim', 'Kim', 'person', 1), ('belt', 'Belt 3', 'device', 1), ('dock', 'Dock 9', 'device', 1);
    INSERT INTO memberships (person, site, role, created_at)
    VALUES ('belt', 'north', 'viewer', 1), ('dock', 'south', 'viewer', 1);`);
  for (const person of ['wes', 'kim']) {
    for (const device of [null, 'belt', 'dock']) {
      both.raw
        .prepare(
          `INSERT INTO sessions (hash, person, created_at, last_used_at, expires_at, via, device)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          hashSecret(`${person} on ${device}`),
          person,
          NOW,
          NOW,
          NOW + 1_000,
          device ? 'pin' : 'password',
          device,
        );
    }
  }
});

const seat = (person: string, site: string, role: string) =>
  both.raw.prepare('INSERT INTO memberships VALUES (?, ?, ?, 1)').run(person, site, role);

/** Where the sessions that somebody is shown began. */
async function shown(person: string, looking?: Looking): Promise<(string | null)[]> {
  const sessions = await sessionsOf(both.db, person, NOW, looking);
  return sessions.map(({ device }) => device).sort();
}

test('I1 a lead sees and ends what began on devices of the site, and the rest only of whom they lead everywhere', async () => {
  seat('lea', 'north', 'lead');
  seat('wes', 'north', 'worker');
  const lea = { by: 'lea', site: 'north' };
  // Wes belongs to north alone: Lea leads wherever he is.
  both.raw.exec(`DELETE FROM sessions WHERE person = 'wes' AND device = 'dock'`);
  expect(await shown('wes', lea)).toEqual(['Belt 3', null]);
  // Kim is more elsewhere, and Lea nobody there; then a viewer; then a lead, of an administrator.
  seat('kim', 'north', 'worker');
  seat('kim', 'south', 'admin');
  expect(await shown('kim', lea)).toEqual(['Belt 3']);
  seat('lea', 'south', 'viewer');
  expect(await shown('kim', lea)).toEqual(['Belt 3']);
  both.raw.exec(`UPDATE memberships SET role = 'lead' WHERE person = 'lea' AND site = 'south'`);
  expect(await shown('kim', lea)).toEqual(['Belt 3']);
  both.raw.exec(`UPDATE memberships SET role = 'worker' WHERE person = 'kim'`);
  expect(await shown('kim', lea)).toEqual(['Belt 3', 'Dock 9', null]);
});

test('one’s own sessions are all there, whatever one is and wherever', async () => {
  seat('kim', 'north', 'worker');
  seat('kim', 'south', 'viewer');
  expect(await shown('kim')).toEqual(['Belt 3', 'Dock 9', null]);
  expect(await shown('kim', { by: 'kim', site: 'north' })).toEqual(['Belt 3', 'Dock 9', null]);
});

test('I1 the log of a site tells of a sign-in on another’s device, and not which device it was', async () => {
  seat('lea', 'north', 'admin');
  const made = await invite(both.db, { site: 'north', actor: 'lea' }, { role: 'worker' }, NOW, Math.random);
  if (!made.ok) throw new Error(made.code);
  const newcomer = { name: 'New', pin: '5839', at: null };
  const joined = await joinByPin(both.db, made.value.token, newcomer, ORIGIN, KEY, NOW, Math.random);
  if (!joined.ok || !joined.device || joined.grant === undefined) throw new Error('not joined');
  const { person } = joined.hint;
  const phone = joined.device.hint.person;
  const place = {
    session: hashSecret(joined.device.secret),
    device: phone.id,
    deviceName: phone.name,
    origin: { ...ORIGIN, via: 'pin' },
  } as const;
  const again = { person: person.id, grant: joined.grant };
  expect(await signInByGrant(both.db, place, again, NOW)).toMatchObject({ ok: true });
  seat(person.id, 'south', 'viewer');
  const signIns = async (site: string) =>
    (await securityEntries(both.db, { site, limit: 50, person: person.id }))
      .filter(({ type }) => type === 'signed-in')
      .map(({ details }) => details);
  const { agent } = ORIGIN;
  const north = { agent, place: null, device: phone.name };
  expect(await signIns('north')).toEqual([
    { ...north, via: 'pin', offline: true },
    { ...north, via: 'invitation' },
  ]);
  expect(await signIns('south')).toEqual([
    { agent, place: null, via: 'pin', offline: true },
    { agent, place: null, via: 'invitation' },
  ]);
});
