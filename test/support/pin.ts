import { hashPin } from '../../worker/identity/pin.ts';
import { type Hub, SESSION_KEY } from './hub.ts';

/** A PIN that is somebody's, as if they had chosen it. */
export async function givePin(
  hub: Hub,
  person: string,
  pin: string,
  { expiresAt = Date.now() + 3_600_000, isTemporary = false } = {},
): Promise<void> {
  const hash = await hashPin(pin, person, SESSION_KEY);
  await hub.db
    .prepare('INSERT INTO pins (person, hash, digits, expires_at, is_temporary) VALUES (?, ?, ?, ?, ?)')
    .bind(person, hash, pin.length, expiresAt, isTemporary ? 1 : 0)
    .run();
}

let people = 0;

/** A worker of a site who has a PIN and nothing else, signed in nowhere. */
export async function addPinWorker(
  hub: Hub,
  site: string,
  name: string,
  pin: string,
): Promise<{ id: string; name: string }> {
  const id = `pin${++people}`;
  const now = Date.now();
  await hub.db.batch([
    hub.db.prepare('INSERT INTO people (id, name, created_at) VALUES (?, ?, ?)').bind(id, name, now),
    hub.db
      .prepare('INSERT INTO memberships (person, site, role, created_at) VALUES (?, ?, ?, ?)')
      .bind(id, site, 'worker', now),
  ]);
  await givePin(hub, id, pin);
  return { id, name };
}

/** A request of a browser, to a path below `/api`. */
export function ask(hub: Hub, cookie: string, method: string, path: string, body?: unknown) {
  return fetch(`${hub.origin}/api/${path}`, {
    method,
    headers: {
      Origin: hub.origin,
      ...(cookie && { Cookie: cookie }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** Somebody types their PIN on a device. */
export function enterPin(
  hub: Hub,
  device: string,
  person: string,
  pin: string,
  newPin?: string,
): Promise<Response> {
  return ask(hub, device, 'POST', 'auth/pin', { person, pin, ...(newPin !== undefined && { newPin }) });
}

/** The cookie of the person in an answer, as the browser would send it. */
export function personCookie(response: Response): string {
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
  return cookies.find((cookie) => cookie.startsWith('__Host-yardboard=')) ?? '';
}
