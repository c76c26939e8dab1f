import { beforeEach, expect, test, vi } from 'vitest';
import { invite } from '../../worker/directory/invitations.ts';
import { joinAnew } from '../../worker/directory/join.ts';
import { joinByPin } from '../../worker/directory/join-by-pin.ts';
import { reseat } from '../../worker/directory/people.ts';
import { type SqliteD1, sqliteD1 } from '../archive/sqlite-d1.ts';

// The same behaviour at caps that a test reaches in a few steps.
vi.mock(import('../../worker/protocol/limits.ts'), async (original) => {
  const small = { SITE_PEOPLE_MAX: 4, DEVICES_PAST_MAX: 2 };
  return { ...(await original()), ...small } as unknown as Awaited<ReturnType<typeof original>>;
});

const NOW = 1_800_000_000_000;
const KEY = 'k'.repeat(32);
const ORIGIN = { via: 'invitation', agent: null, place: null } as const;
const LEA = { site: 'yard', actor: 'lea' };

let site: SqliteD1;
beforeEach(() => {
  site = sqliteD1();
  site.raw.exec(`
    INSERT INTO sites (id, name, time_zone, locations, created_at) VALUES ('yard', 'Yard', 'UTC', '[]', 1);
    INSERT INTO people (id, name, created_at) VALUES ('lea', 'Lea', 1);
    INSERT INTO memberships (person, site, role, created_at) VALUES ('lea', 'yard', 'admin', 1);`);
});

const countOf = (rows: string) => site.raw.prepare(`SELECT count(*) AS n FROM ${rows}`).get()?.n;

async function token(): Promise<string> {
  const made = await invite(site.db, LEA, { role: 'worker' }, NOW, Math.random);
  if (!made.ok) throw new Error(made.code);
  return made.value.token;
}

const joinWithPhone = async (name: string, now = NOW) =>
  joinByPin(site.db, await token(), { name, pin: '5839', at: null }, ORIGIN, KEY, now, Math.random);

/** Takes everybody but Lea off the site, and with them their phones. */
async function removeAll(now: number): Promise<void> {
  const rows = site.raw
    .prepare("SELECT id FROM people JOIN memberships ON person = id WHERE kind = 'person' AND id <> 'lea'")
    .all();
  for (const { id } of rows) {
    await reseat(site.db, { ...LEA, person: String(id), role: null }, now);
  }
}

test('B1 who has left a site takes no place on it, nor does the phone that ended with them', async () => {
  for (let i = 0; i < 6; i++) {
    expect(await joinWithPhone(`New ${i}`, NOW + i)).toMatchObject({ ok: true });
    await removeAll(NOW + i);
  }
  // Those that are there do: Lea, a newcomer with a phone, and one more.
  expect(await joinWithPhone('Kim')).toMatchObject({ ok: true });
  expect(await joinWithPhone('Ann')).toMatchObject({ code: 'people-full' });
  const ann = { name: 'Ann', email: 'ann@example.com', password: 'eight or more' };
  expect(await joinAnew(site.db, await token(), ann, ORIGIN, NOW, Math.random)).toMatchObject({ ok: true });
  expect(await invite(site.db, LEA, { role: 'worker' }, NOW, Math.random)).toMatchObject({
    code: 'people-full',
  });
});

test('B1 phones that have ended are forgotten beyond the newest few when another comes', async () => {
  for (let i = 0; i < 6; i++) {
    await joinWithPhone(`New ${i}`, NOW + i);
    await removeAll(NOW + i);
  }
  // The last has ended since.
  expect(countOf("people WHERE kind = 'device'")).toBe(3);
  expect(countOf('devices')).toBe(3);
  expect(countOf("memberships WHERE person <> 'lea'")).toBe(3);
});
