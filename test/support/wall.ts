import type { Me, WallMade } from '../../worker/protocol/api.ts';
import type { Hub } from './hub.ts';
import type { TestPerson } from './site.ts';

let made = 0;

/** A screen on a wall that somebody makes over HTTP, by a name of its own. */
export async function makeWall(maker: TestPerson, name = `Dock wall ${++made}`): Promise<WallMade> {
  const response = await maker.request('POST', 'walls', { name });
  if (response.status !== 201) throw new Error(`Wall: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Starts a screen by its token, as a browser that may have a cookie. */
export function startWall(hub: Hub, token: unknown, cookie?: string): Promise<Response> {
  return fetch(`${hub.origin}/api/auth/display`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Origin: hub.origin,
      ...(cookie !== undefined && { Cookie: cookie }),
    },
    body: JSON.stringify({ token }),
  });
}

/** A screen that has started: who it is, and what its browser sends. */
export async function wallCookie(hub: Hub, token: string): Promise<{ me: Me; cookie: string }> {
  const response = await startWall(hub, token);
  if (response.status !== 200) throw new Error(`Start: ${response.status} ${await response.text()}`);
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return { me: await response.json(), cookie };
}
