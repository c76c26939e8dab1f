import type { Sessions } from '../../worker/protocol/api.ts';
import type { SessionView } from '../../worker/protocol/session.ts';
import type { Hub } from '../support/hub.ts';

/** Requests about an account, by whoever has the cookie. */
export class Account {
  readonly #hub: Hub;
  readonly cookie: string;

  constructor(hub: Hub, cookie: string) {
    this.#hub = hub;
    this.cookie = cookie;
  }

  send(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.#hub.origin}/api/${path}`, {
      method,
      headers: {
        Origin: this.#hub.origin,
        ...(this.cookie && { Cookie: this.cookie }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /** Where its person is signed in. */
  async sessions(): Promise<SessionView[]> {
    const answer: Sessions = await (await this.send('GET', 'sessions')).json();
    return answer.sessions;
  }

  /** The session of this cookie. */
  async own(): Promise<SessionView> {
    const own = (await this.sessions()).find(({ current }) => current);
    if (!own) throw new Error('no session is the one that asks');
    return own;
  }
}

/** The cookie that an answer sets. */
export function cookieIn(response: Response): string {
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}
