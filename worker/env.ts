import type { AttemptApi, HubApi, PinLockApi } from './ports.ts';

/** The version of this build; package.json has the same. */
export const VERSION = '0.1.0';

/** What the configuration binds to the Worker. */
export interface Env {
  /** One object per site, by the site's id. */
  HUBS: HubNamespace;
  /** One object per key that attempts are counted under: a keyed hash, which names nobody. */
  ATTEMPTS: PinLockNamespace;
  DB: D1Database;
  ASSETS: Fetcher;
  /** Signs the hint that sessions carry; at least 32 characters. Another one signs everybody out, and no PIN is right any more. */
  SESSION_KEY: string;
  /** Lets the first administrator in, once. Long and random where others can reach the Worker. */
  SETUP_TOKEN: string;
  /** The origin people use, where a proxy makes it another than the one the Worker sees. */
  ORIGIN?: string;
}

/** What is used of a Durable Object namespace. The runtime's own type loses tuples on their way through RPC. */
export interface HubNamespace {
  getByName(site: string): HubApi & Pick<Fetcher, 'fetch'>;
}

export interface AttemptNamespace {
  getByName(key: string): AttemptApi;
}

export interface PinLockNamespace {
  getByName(key: string): AttemptApi & PinLockApi;
}
