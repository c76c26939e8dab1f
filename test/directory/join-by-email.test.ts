import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AttemptCount } from '../../worker/attempts/attempt-count.ts';
import { joinByEmail } from '../../worker/directory/join-by-email.ts';
import { hashSecret } from '../../worker/identity/secret.ts';
import { EMAILS_TAKEN_PER_INVITER_MAX, EMAILS_TAKEN_WINDOW_MS } from '../../worker/protocol/limits.ts';
import { type SqliteD1, sqliteD1 } from '../archive/sqlite-d1.ts';
import { CounterStorage } from '../support/counter-storage.ts';

const NOW = 1_800_000_000_000;
const ORIGIN = { via: 'invitation', agent: null, place: null } as const;
let d1: SqliteD1;
let now: number;
let made = 0;

beforeEach(() => {
  now = NOW;
  d1 = sqliteD1();
  d1.raw.exec(
    `INSERT INTO sites (id, name, time_zone, locations, created_at) VALUES ('north', 'North', 'UTC', '[]', 1)`,
  );
  for (const id of ['lea', 'lou']) {
    d1.raw
      .prepare('INSERT INTO people (id, name, email, created_at) VALUES (?, ?, ?, 1)')
      .run(id, id, `${id}@example.com`);
    d1.raw.prepare("INSERT INTO memberships VALUES (?, 'north', 'lead', 1)").run(id);
  }
});
afterEach(() => d1.raw.close());

/** The counters of an installation, in memory, and one who joins by them. */
function installation({ db = d1.db, canGiveBack = true }: { db?: D1Database; canGiveBack?: boolean } = {}) {
  const objects = new Map<string, AttemptCount>();
  const attempts = {
    getByName: (key: string) => {
      const count = objects.get(key) ?? new AttemptCount(new CounterStorage());
      objects.set(key, count);
      return {
        take: (max: number, windowMs: number) => count.take(max, windowMs, now),
        giveBack: () => (canGiveBack ? count.giveBack() : Promise.reject(new Error('Durable Object reset'))),
        forget: () => count.forget(),
      };
    },
  };
  return async (token: string, email: string): Promise<string> => {
    const parts = { db, attempts, key: 'k'.repeat(32) };
    const newcomer = { name: 'New', email, password: 'rain on the belt' };
    const joined = await joinByEmail(parts, token, newcomer, ORIGIN, now, Math.random);
    return joined.ok ? 'joined' : joined.code;
  };
}

/** The token of one more invitation. They may withdraw and make as many as they like. */
function invite(by: string): string {
  const token = `token-${made++}`;
  d1.raw
    .prepare(
      `INSERT INTO invitations (id, site, role, hash, created_by, created_at, expires_at)
       VALUES (?, 'north', 'worker', ?, ?, ?, ?)`,
    )
    .run(`i${made}`, hashSecret(token), by, now, now + 72 * 3_600_000);
  return token;
}
const TAKEN = 'lou@example.com';

test('B1 the invitations of one inviter tell of so many emails in a day that somebody has them, in parallel too', async () => {
  const join = installation();
  const tries = Array.from({ length: 3 * EMAILS_TAKEN_PER_INVITER_MAX }, () => join(invite('lea'), TAKEN));
  const told = (await Promise.all(tries)).filter((answer) => answer === 'email-taken');
  expect(told).toHaveLength(EMAILS_TAKEN_PER_INVITER_MAX);
  // One that nobody has is refused alike, else that would tell the others.
  expect(await join(invite('lea'), TAKEN)).toBe('too-many-requests');
  expect(await join(invite('lea'), 'free@example.com')).toBe('too-many-requests');
  expect(await join(invite('lou'), TAKEN)).toBe('email-taken');
  now += EMAILS_TAKEN_WINDOW_MS;
  expect(await join(invite('lea'), 'free@example.com')).toBe('joined');
});

test('who joins, and a token that opens nothing, count for nobody', async () => {
  const join = installation();
  for (let i = 1; i < EMAILS_TAKEN_PER_INVITER_MAX; i++)
    expect(await join(invite('lea'), TAKEN)).toBe('email-taken');
  for (let i = 0; i < 3; i++) expect(await join(invite('lea'), `new-${i}@example.com`)).toBe('joined');
  for (let i = 0; i < 3; i++) expect(await join('unknown', TAKEN)).toBe('not-found');
  expect(await join(invite('lea'), TAKEN)).toBe('email-taken');
  expect(await join(invite('lea'), TAKEN)).toBe('too-many-requests');
  expect(await join('unknown', TAKEN)).toBe('not-found');
});

test('an outage of D1 counts for nobody: nothing was told', async () => {
  let isDown = true;
  const batch = (statements: D1PreparedStatement[]) =>
    isDown ? Promise.reject(new Error('lost')) : d1.db.batch(statements);
  const db = { prepare: (sql: string) => d1.db.prepare(sql), batch } as unknown as D1Database;
  const join = installation({ db });
  const token = invite('lea');
  for (let i = 0; i < EMAILS_TAKEN_PER_INVITER_MAX; i++) {
    await expect(join(token, TAKEN)).rejects.toMatchObject({ name: 'D1Unavailable' });
  }
  isDown = false;
  expect(await join(token, TAKEN)).toBe('email-taken');
});

test('who has joined has, though the counter cannot be reached any more', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  const join = installation({ canGiveBack: false });
  expect(await join(invite('lea'), 'free@example.com')).toBe('joined');
});
