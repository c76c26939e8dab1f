import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Env } from '../../worker/env.ts';
import { cookieOf } from '../../worker/identity/caller.ts';
import { newSecret } from '../../worker/identity/secret.ts';
import type { HubApi } from '../../worker/ports.ts';
import type { Role } from '../../worker/protocol/site.ts';
import { handle } from '../../worker/routes/handle.ts';

/** What a working runtime cannot be made to do on demand: the Worker's answers with faulty parts put in. */
const NOW = 1_800_000_000_000;
const SESSION_KEY = 'k'.repeat(32);
const lines: string[] = [];

beforeEach(() => {
  lines.length = 0;
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((line) => void lines.push(String(line)));
  }
});

interface Parts {
  hub?: Partial<HubApi>;
  db?: unknown;
  askedAt?: number;
  role?: Role;
  sites?: [];
  more?: boolean;
}

function call(
  method: string,
  path: string,
  { hub = {}, db = {}, askedAt = NOW, role = 'admin', sites, more = false }: Parts,
  body?: unknown,
): Promise<Response> {
  const hint = {
    person: { id: 'p1', name: 'Ada', email: null },
    sites: sites ?? [{ id: 'north', name: 'North', role }],
    more,
    askedAt,
    expiresAt: NOW + 1e9,
  };
  const cookie = cookieOf(hint, newSecret(), SESSION_KEY, NOW).split(';')[0] ?? '';
  const env = { HUBS: { getByName: () => hub }, DB: db, SESSION_KEY } as unknown as Env;
  const request = new Request(`https://yard.example${path}`, {
    method,
    headers: { Cookie: cookie, Origin: 'https://yard.example', 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return handle(request, env, NOW, () => {});
}

const BOARD = { ok: true as const, value: { epoch: 'e', version: 1, cars: [] } };

describe('a hub that cannot be reached', () => {
  test('is asked a second time where nothing changes by it', async () => {
    const cars = vi.fn().mockRejectedValueOnce(new Error('broken pipe')).mockResolvedValueOnce(BOARD);
    expect((await call('GET', '/api/sites/north/cars', { hub: { cars } })).status).toBe(200);
    expect(cars).toHaveBeenCalledTimes(2);
  });

  test('twice is 503 with a time to come back', async () => {
    const cars = vi.fn().mockRejectedValue(new Error('overloaded: 128489'));
    const response = await call('GET', '/api/sites/north/cars', { hub: { cars } });
    expect(cars).toHaveBeenCalledTimes(2);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ status: 503, code: 'unavailable' });
    expect(text).not.toContain('128489');
  });

  test('is not asked for a change again: it may have been made', async () => {
    const edit = vi.fn().mockRejectedValue(new Error('broken pipe'));
    const response = await call('PATCH', '/api/sites/north/cars/1', { hub: { edit } }, { late: true });
    expect([response.status, edit.mock.calls.length]).toEqual([503, 1]);
  });
});

describe('a sign-out that not everybody has heard of', () => {
  const heard = { revoke: vi.fn().mockResolvedValue(undefined) };
  const broken = { revoke: vi.fn().mockRejectedValue(new Error('broken pipe')) };
  const statement: object = { bind: () => statement };
  const up = { prepare: () => statement, batch: async () => [] };
  const down = { prepare: () => statement, batch: () => Promise.reject(new Error('down')) };

  test.each<[string, Parts, number]>([
    ['a hub that cannot be reached still takes what the session sends', { hub: broken, db: up }, 503],
    ['a directory that is down has the session still once it is back', { hub: heard, db: down }, 503],
    ['of somebody without a site no hub has anything to end', { sites: [], db: down }, 503],
    ['nobody answers', { hub: broken, db: down }, 503],
    ['only where all have, the session is over', { hub: heard, db: up }, 204],
  ])(
    'I3 says that the session stands, and the browser forgets it all the same: %s',
    async (_, parts, status) => {
      const response = await call('POST', '/api/auth/logout', parts);
      expect(response.status).toBe(status);
      expect(response.headers.get('set-cookie')).toContain('Max-Age=0');
      if (status !== 204) expect(await response.json()).toMatchObject({ code: 'unavailable' });
    },
  );

  test('I3 says so where the session’s other sites cannot be looked up, though those known have heard', async () => {
    const all = () => Promise.reject(new Error('lost'));
    const lost = { ...up, prepare: () => ({ bind: () => ({ all }) }) };
    const response = await call('POST', '/api/auth/logout', { hub: heard, db: lost, more: true });
    expect(response.status).toBe(503);
  });
});

describe('a directory that stalls', () => {
  test('keeps nobody waiting for who they are', async () => {
    vi.useFakeTimers();
    try {
      const statement = { bind: () => statement };
      const db = { prepare: () => statement, batch: () => new Promise(() => {}) };
      const asked = call('GET', '/api/me', { db, askedAt: NOW - 2 * 3_600_000 });
      await vi.advanceTimersByTimeAsync(2_000);
      const response = await asked;
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ person: { id: 'p1' }, sites: [{ id: 'north' }] });
    } finally {
      vi.useRealTimers();
    }
  });

  test('is not asked at all while the hint is fresh', async () => {
    expect((await call('GET', '/api/me', { db: null })).status).toBe(200);
  });

  test('makes a question only it can answer 503', async () => {
    const db = { prepare: () => ({ bind: () => ({ all: () => Promise.reject(new Error('lost')) }) }) };
    const response = await call('GET', '/api/sites', { db });
    expect(await response.json()).toMatchObject({ status: 503, code: 'unavailable' });
  });
});

test('me is renewed from the directory once the hint is old; a session it has ended is over', async () => {
  const answers = (rows: unknown[]) => {
    const statement = { bind: () => statement };
    return { prepare: () => statement, batch: async () => [{}, { results: rows }, { results: [] }] };
  };
  const askedAt = NOW - 2 * 3_600_000;
  const person = { id: 'p1', name: 'Ada Renamed', email: null, expires_at: NOW + 1e9 };
  const renewed = await call('GET', '/api/me', { db: answers([person]), askedAt });
  expect(await renewed.json()).toEqual({
    kind: 'person',
    person: { id: 'p1', name: 'Ada Renamed', email: null },
    sites: [],
    device: null,
  });
  expect(renewed.headers.get('set-cookie')).toMatch(/^__Host-yardboard=[\w-]+\./);
  const ended = await call('GET', '/api/me', { db: answers([]), askedAt });
  expect(ended.status).toBe(401);
  expect(ended.headers.get('set-cookie')).toContain('Max-Age=0');
});

describe('R11 a role below the gate of a route is refused before the hub is asked', () => {
  test.each<[string, string, Role]>([
    ['POST', 'cars', 'viewer'],
    ['PATCH', 'cars/1', 'viewer'],
    ['DELETE', 'cars/1', 'worker'],
    ['POST', 'cars/import', 'worker'],
  ])('%s %s as %s', async (method, path, role) => {
    // A hub without methods: asking it anything would be a 500. The directory knows of no other role.
    const db = membersAre(role);
    const response = await call(method, `/api/sites/north/${path}`, { hub: {}, role, db }, {});
    expect(await response.json()).toMatchObject({ status: 403, code: 'forbidden' });
  });
});

describe('a role that has changed since the session was signed', () => {
  test('opens what it has grown to at once', async () => {
    const rollCall = vi.fn().mockResolvedValue({ ok: true, value: { at: NOW, version: 1 } });
    const parts = { hub: { rollCall }, role: 'viewer', db: membersAre('lead') } as const;
    expect((await call('POST', '/api/sites/north/roll-call', parts)).status).toBe(202);
  });

  test('is not taken for what it was where no hub judges it', async () => {
    const parts = { role: 'admin', db: membersAre('worker') } as const;
    const response = await call('GET', '/api/sites/north/people', parts);
    expect(await response.json()).toMatchObject({ status: 403, code: 'forbidden' });
  });

  test('and one that is none any more is as if there were no such site', async () => {
    const parts = { role: 'admin', db: membersAre(null) } as const;
    const response = await call('DELETE', '/api/sites/north/people/p2', parts);
    expect(await response.json()).toMatchObject({ status: 404, code: 'not-found' });
  });

  test('and a session that has ended is none', async () => {
    const parts = { role: 'admin', db: directoryOf(null) } as const;
    const response = await call('DELETE', '/api/sites/north/people/p2', parts);
    expect(await response.json()).toMatchObject({ status: 401, code: 'unauthenticated' });
  });
});

/** A directory where whoever asks has this role. */
function membersAre(role: Role | null) {
  return directoryOf({ person: 'p1', name: 'Ada', role, expires_at: NOW + 1e9 });
}

/** A directory that says this of whoever asks. */
function directoryOf(row: object | null) {
  const statement = { bind: () => statement, first: async () => row };
  return { prepare: () => statement };
}

test('a bug is 500: told to the log with its place, to the caller without', async () => {
  const db = {
    prepare: () => {
      throw new TypeError('secret detail');
    },
  };
  const response = await call('GET', '/api/sites', { db });
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ status: 500, code: 'internal' });
  expect(text).not.toMatch(/secret detail|faults\.test|TypeError/);
  const logged = lines.map((line) => JSON.parse(line)).find(({ event }) => event === 'request failed');
  expect(logged).toMatchObject({
    level: 'error',
    error: 'TypeError',
    stack: expect.stringContaining('faults.test'),
  });
});

test('behind a proxy the origin people use is the one configured', async () => {
  const revoke = vi.fn().mockResolvedValue(undefined);
  const env = { HUBS: { getByName: () => ({ revoke }) }, SESSION_KEY, ORIGIN: 'https://board.example' };
  const from = (origin: string) =>
    handle(
      new Request('http://10.0.0.1/api/auth/logout', { method: 'POST', headers: { Origin: origin } }),
      env as unknown as Env,
      NOW,
      () => {},
    );
  expect((await from('https://board.example')).status).toBe(204);
  expect((await from('http://10.0.0.1')).status).toBe(403);
});

describe('ending a token', () => {
  /** The directory has ended it. */
  const bound = { first: async () => ({ role: 'admin' }) };
  const db = {
    prepare: () => ({ bind: () => bound }),
    batch: async (statements: unknown[]) => statements.map(() => ({ results: [{ hash: 'h' }] })),
  };

  test('I3 says where the hub has not heard of it, and is done once it has', async () => {
    const revoke = vi.fn().mockRejectedValueOnce(new Error('overloaded')).mockResolvedValueOnce(undefined);
    const end = () => call('DELETE', '/api/sites/north/tokens/t1', { hub: { revoke }, db });
    expect((await end()).status).toBe(503);
    expect((await end()).status).toBe(204);
    expect(revoke.mock.calls).toEqual([[['h']], [['h']]]);
  });
});
