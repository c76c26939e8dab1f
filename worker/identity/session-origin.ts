import { SESSION_AGENT_CHARS_MAX, SESSION_PLACE_CHARS_MAX } from '../protocol/limits.ts';
import type { SessionWay } from '../protocol/session.ts';
import { isCleanLine } from '../protocol/text.ts';

/** What a session is known by when it begins. */
export interface SessionOrigin {
  via: SessionWay;
  agent: string | null;
  place: string | null;
}

/** What the network says of a request, as far as it is used. */
type Network = { city?: unknown; country?: unknown } | null | undefined;

export function originOf(request: { headers: Headers; cf?: unknown }, via: SessionWay): SessionOrigin {
  const { cf } = request;
  const network: Network = typeof cf === 'object' ? cf : null;
  return { via, agent: agentOf(request.headers.get('user-agent') ?? ''), place: placeOf(network) };
}

/** What stands in a User-Agent and what it is; the first that is there. Others say they are Chrome and Safari too. */
const BROWSERS: readonly (readonly [string, string])[] = [
  ['Edg', 'Edge'],
  ['OPR/', 'Opera'],
  ['SamsungBrowser/', 'Samsung Internet'],
  ['Vivaldi/', 'Vivaldi'],
  ['Firefox/', 'Firefox'],
  ['FxiOS/', 'Firefox'],
  ['CriOS/', 'Chrome'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
  ['curl/', 'curl'],
];

const SYSTEMS: readonly (readonly [string, string])[] = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['CrOS', 'ChromeOS'],
  ['Windows', 'Windows'],
  ['Mac OS', 'Mac'],
  ['Linux', 'Linux'],
];

/** A few words of a User-Agent, from these tables alone: nothing of what somebody may have written into it. */
export function agentOf(userAgent: string): string | null {
  const known = (table: typeof BROWSERS) => table.find(([part]) => userAgent.includes(part))?.[1];
  const [browser, system] = [known(BROWSERS), known(SYSTEMS)];
  if (browser === undefined || system === undefined) return browser ?? system ?? null;
  return `${browser} on ${system}`.slice(0, SESSION_AGENT_CHARS_MAX);
}

export function placeOf(network: Network): string | null {
  const parts = [network?.city, network?.country].filter((part) => typeof part === 'string' && part !== '');
  const place = parts.join(', ').slice(0, SESSION_PLACE_CHARS_MAX).trim();
  return place !== '' && isCleanLine(place) ? place : null;
}
