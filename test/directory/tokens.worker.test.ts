import { afterAll, beforeAll, expect, test } from 'vitest';
import { d1Directory } from '../../worker/directory/directory.ts';
import { endToken, makeToken, noteTokenUse, tokensOf } from '../../worker/directory/tokens.ts';
import { hashSecret } from '../../worker/identity/secret.ts';
import { SESSION_IDLE_MS_MAX, TOKEN_NOTE_MS } from '../../worker/protocol/limits.ts';
import type { TokenRole } from '../../worker/protocol/site.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { addPerson, makeSite, type TestSite } from '../support/site.ts';

const NOW = 1_800_000_000_000;
const DAY_MS = 24 * 3_600_000;
const KEY = 'k'.repeat(32);
let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
});
afterAll(() => hub.stop());

const make = (by: string, name: string, role: TokenRole = 'worker', days = 365) =>
  makeToken(hub.db, { site: site.id, by, name, role, days }, KEY, NOW, Math.random);

async function made(name: string): Promise<{ id: string; session: string }> {
  const answer = await make(site.lead.id, name);
  if (!answer.ok) throw new Error(answer.code);
  const { token, secret } = answer.value;
  return { id: token.id, session: hashSecret(secret.slice('yardboard_'.length).split('.')[0] ?? '') };
}

const memberAt = (session: string, now: number) => d1Directory(hub.db, () => now).member(session, site.id);

test('a token that rests is a member until its end, and no longer', async () => {
  const { id, session } = await made('Rests');
  expect(await memberAt(session, NOW + SESSION_IDLE_MS_MAX + 1)).toEqual({
    person: id,
    name: 'Rests',
    role: 'worker',
    expiresAt: NOW + 365 * DAY_MS,
  });
  expect(await memberAt(session, NOW + 365 * DAY_MS - 1)).not.toBeNull();
  expect(await memberAt(session, NOW + 365 * DAY_MS)).toBeNull();
});

test.each(['worker', 'viewer'] as const)(
  'R11 whoever has become a %s since they were let in makes and ends none',
  async (role) => {
    const { id, session } = await made(`Stands before a ${role}`);
    const maker = await addPerson(hub, site.id, { role: 'lead', name: `Was lead, is ${role}` });
    await hub.db.prepare('UPDATE memberships SET role = ? WHERE person = ?').bind(role, maker.id).run();
    expect(await make(maker.id, `By a ${role}`)).toMatchObject({ ok: false, code: 'forbidden' });
    expect(await endToken(hub.db, { site: site.id, token: id, by: maker.id }, NOW)).toBeNull();
    expect(await memberAt(session, NOW)).not.toBeNull();
    const events = hub.db
      .prepare("SELECT count(*) AS n FROM security_events WHERE type LIKE 'token-%' AND actor = ?")
      .bind(maker.id);
    expect(await events.first('n')).toBe(0);
  },
);

test('R11 nor does whoever has left, or has been deactivated', async () => {
  const [left, gone] = [
    await addPerson(hub, site.id, { role: 'lead', name: 'Left' }),
    await addPerson(hub, site.id, { role: 'admin', name: 'Gone' }),
  ];
  await hub.db.prepare('DELETE FROM memberships WHERE person = ?').bind(left.id).run();
  await hub.db.prepare('UPDATE people SET deactivated_at = 1 WHERE id = ?').bind(gone.id).run();
  for (const { id, name } of [left, gone]) {
    expect(await make(id, `By ${name}`)).toMatchObject({ ok: false, code: 'forbidden' });
  }
  const names = (await tokensOf(hub.db, site.id)).map(({ name }) => name);
  expect(names.filter((name) => name.startsWith('By '))).toEqual([]);
});

test('the first use is noted at once, the next after an hour', async () => {
  const { id, session } = await made('Used');
  const usedAt = async () => (await tokensOf(hub.db, site.id)).find((token) => token.id === id)?.usedAt;
  expect(await usedAt()).toBeNull();
  await noteTokenUse(hub.db, session, NOW + 5);
  await noteTokenUse(hub.db, session, NOW + 5 + TOKEN_NOTE_MS - 1);
  expect(await usedAt()).toBe(NOW + 5);
  await noteTokenUse(hub.db, session, NOW + 5 + TOKEN_NOTE_MS);
  expect(await usedAt()).toBe(NOW + 5 + TOKEN_NOTE_MS);
});
