import type { Env } from '../env.ts';
import type { Caller } from '../identity/caller.ts';
import type { Role } from '../protocol/site.ts';
import type { HubLink } from './hub-link.ts';

/** A request that has found its route. */
export interface Call {
  request: Request;
  url: URL;
  env: Env;
  /** Milliseconds since 1970 at which the request came. */
  now: number;
  /** What stands in the path where its pattern has a name. */
  params: Readonly<Record<string, string>>;
  caller: Caller | null;
  /** Work that goes on after the answer. */
  defer(work: Promise<unknown>): void;
  hub(site: string): HubLink;
}

export interface SessionCall extends Call {
  caller: Caller;
}

/** The caller belongs to the site and has the role its route asks for, by what their session says. */
export interface SiteCall extends SessionCall {
  site: string;
  role: Role;
}

/** What answers a route, by how far its gate has opened. */
export type Handler =
  | { gate: 'public'; run: (call: Call) => Promise<Response> }
  | { gate: 'session'; run: (call: SessionCall) => Promise<Response> }
  | { gate: 'site'; run: (call: SiteCall) => Promise<Response> };
