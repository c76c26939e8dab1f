import { cookieOf } from '../../worker/identity/caller.ts';
import { hashPassword } from '../../worker/identity/password.ts';
import { hashSecret, newSecret } from '../../worker/identity/secret.ts';
import { SESSION_MS_MAX } from '../../worker/protocol/limits.ts';
import { DEFAULT_LOCATIONS, type Role } from '../../worker/protocol/site.ts';
import type { Hub } from './hub.ts';

/** Somebody who is signed in. */
export interface TestPerson {
  id: string;
  name: string;
  email: string;
  role: Role;
  /** As the browser would send it. */
  cookie: string;
  /** A request below the site, with cookie and Origin. */
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  get(path: string): Promise<Response>;
}

export interface TestSite {
  id: string;
  admin: TestPerson;
  lead: TestPerson;
  worker: TestPerson;
  viewer: TestPerson;
}

export const PASSWORD = 'correct horse battery';
let hash: Promise<string> | undefined;
let sites = 0;

/** A site of its own with one person of each role, all signed in. */
export async function makeSite(
  hub: Hub,
  locations: readonly string[] = DEFAULT_LOCATIONS,
): Promise<TestSite> {
  const id = `site-${++sites}`;
  await hub.db
    .prepare('INSERT INTO sites (id, name, time_zone, locations, created_at) VALUES (?, ?, ?, ?, ?)')
    .bind(id, `Site ${sites}`, 'America/Chicago', JSON.stringify(locations), Date.now())
    .run();
  const person = (role: Role, name: string) => addPerson(hub, id, { role, name });
  const [admin, lead, worker, viewer] = await Promise.all([
    person('admin', 'Ada'),
    person('lead', 'Lee'),
    person('worker', 'Wes'),
    person('viewer', 'Vi'),
  ]);
  return { id, admin, lead, worker, viewer };
}

/** A further person of a site, who has signed in a moment ago: to look at a password takes its time. */
export async function addPerson(
  hub: Hub,
  site: string,
  { role, name }: { role: Role; name: string },
): Promise<TestPerson> {
  hash ??= hashPassword(PASSWORD);
  const id = `p${crypto.randomUUID().replaceAll('-', '').slice(0, 7)}`;
  const email = `${id}@example.com`;
  const now = Date.now();
  const [secret, expiresAt] = [newSecret(), now + SESSION_MS_MAX];
  const origin = { via: 'password', agent: null, place: null };
  const results = await hub.db.batch<{ name: string }>([
    hub.db
      .prepare('INSERT INTO people (id, name, email, password, created_at) VALUES (?, ?, ?, ?, ?)')
      .bind(id, name, email, await hash, now),
    hub.db
      .prepare('INSERT INTO memberships (person, site, role, created_at) VALUES (?, ?, ?, ?)')
      .bind(id, site, role, now),
    hub.db
      .prepare(
        `INSERT INTO sessions (hash, person, created_at, last_used_at, expires_at, via)
         VALUES (?, ?, ?, ?, ?, 'password')`,
      )
      .bind(hashSecret(secret), id, now, now, expiresAt),
    hub.db
      .prepare(
        `INSERT INTO security_events (at, type, actor, subject, details) VALUES (?1, 'signed-in', ?2, ?2, ?3)`,
      )
      .bind(now, id, JSON.stringify(origin)),
    hub.db.prepare('SELECT name FROM sites WHERE id = ?').bind(site),
  ]);
  const seat = { id: site, name: results.at(-1)?.results[0]?.name ?? '', role };
  const hint = { person: { id, name, email }, sites: [seat], more: false, askedAt: now, expiresAt };
  const cookie = cookieOf(hint, secret, hub.sessionKey, now).split(';')[0] ?? '';
  const request: TestPerson['request'] = (method, path, body, headers = {}) =>
    fetch(`${hub.origin}/api/sites/${site}/${path}`, {
      method,
      headers: {
        Cookie: cookie,
        Origin: hub.origin,
        ...(body !== undefined && {
          'Content-Type': typeof body === 'string' ? 'text/csv' : 'application/json',
        }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return { id, name, email, role, cookie, request, get: (path) => request('GET', path) };
}

/** Signs in and gives the cookie. */
export async function signIn(origin: string, email: string, password = PASSWORD): Promise<string> {
  const response = await fetch(`${origin}/api/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: origin },
    body: JSON.stringify({ email, password }),
  });
  if (response.status !== 200) throw new Error(`Sign-in: ${response.status} ${await response.text()}`);
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}
