import type { Env } from '../env.ts';
import { describeError, log } from '../log.ts';
import { type Answer, type HubApi, SESSION_HEADER } from '../ports.ts';
import { refuse } from '../protocol/errors.ts';
import type { Role } from '../protocol/site.ts';

/** The way to one site's hub. A hub that cannot be reached (a deploy, overload) is `unavailable`. */
export interface HubLink {
  /** Asks something that changes nothing; asked again if the first try fails. */
  read<T>(question: (hub: HubApi) => Promise<Answer<T>>): Promise<Answer<T>>;
  /** Asks for a change. Where this fails it may have happened. */
  write<T>(request: (hub: HubApi) => Promise<Answer<T>>): Promise<Answer<T>>;
  /** Ends sessions there; throws where the hub cannot be reached. */
  revoke(sessions: readonly string[]): Promise<void>;
  /** See `HubApi.seat`; throws where the hub cannot be reached. */
  seat(person: string, role: Role | null): Promise<void>;
  /** See `HubApi.rename`; throws where the hub cannot be reached. */
  rename(person: string, name: string): Promise<void>;
  /** Hands over a WebSocket handshake. */
  connect(session: string): Promise<Answer<Response>>;
}

/** Makes no object and sends nothing until it is used. */
export function hubLink(env: Env, site: string): HubLink {
  // A stub that has failed stays broken: every try takes a new one.
  const stub = () => env.HUBS.getByName(site);
  return {
    read: (question) =>
      question(stub()).catch((error) => {
        log('warn', 'hub asked again', { site, ...describeError(error) });
        return question(stub()).catch((again) => failed(again, site));
      }),
    write: (request) => request(stub()).catch((error) => failed(error, site)),
    async revoke(sessions) {
      await stub().revoke(sessions);
    },
    async seat(person, role) {
      await stub().seat(person, role);
    },
    async rename(person, name) {
      await stub().rename(person, name);
    },
    async connect(session) {
      const headers = { Upgrade: 'websocket', [SESSION_HEADER]: session };
      try {
        return { ok: true, value: await stub().fetch('https://hub/live', { headers }) };
      } catch (error) {
        return failed(error, site);
      }
    },
  };
}

function failed(error: unknown, site: string): Answer<never> {
  log('error', 'hub unreachable', { site, ...describeError(error) });
  return refuse('unavailable');
}
