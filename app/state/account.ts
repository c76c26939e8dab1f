import type { Me, ResetMade, SecurityLog, Sessions, SessionsOf } from '../../worker/protocol/api.ts';
import type { PasswordBody, ResetBody } from '../../worker/protocol/bodies.ts';
import type { SecurityKind } from '../../worker/protocol/security.ts';
import type { Api, Reply } from './api.ts';
import { jsonRequest } from './json-request.ts';
import { isMe } from './session.ts';

/** What few screens ask for, and none before the first stands: it comes with them. */
type Ask = Pick<Api, 'ask'>;

export interface SecurityChoice {
  kind?: SecurityKind;
  person?: string;
}

export function changePassword(api: Ask, body: PasswordBody): Promise<Reply<null>> {
  return api.ask('/api/auth/password', jsonRequest('POST', body), isNothing);
}

export function resetPassword(api: Ask, body: ResetBody): Promise<Reply<Me>> {
  return api.ask('/api/auth/reset', jsonRequest('POST', body), isMe);
}

export function makeResetLink(api: Ask, site: string, person: string): Promise<Reply<ResetMade>> {
  return api.ask(`${personPath(site, person)}/reset`, { method: 'POST' }, isResetMade);
}

/** Whose sessions: one's own, or those of a person of a site. */
export type Whose = { site: string; person: string } | null;

export function listSessions(api: Ask, whose: Whose): Promise<Reply<Sessions | SessionsOf>> {
  return api.ask(sessionsPath(whose), {}, isSessions);
}

/** Ends one session; of one's own, without an id, all but this one. */
export function endSession(api: Ask, whose: Whose, id: string | null): Promise<Reply<null>> {
  const path = sessionsPath(whose);
  const one = id === null ? '' : `/${encodeURIComponent(id)}`;
  return api.ask(`${path}${one}`, { method: 'DELETE' }, isNothing);
}

/** A page of the log: the newest, or the one before this event. */
export function readSecurityLog(
  api: Ask,
  site: string,
  choice: SecurityChoice,
  before: number | null,
): Promise<Reply<SecurityLog>> {
  const query = new URLSearchParams({ ...choice, ...(before !== null && { before: String(before) }) });
  return api.ask(`/api/sites/${encodeURIComponent(site)}/security?${query}`, {}, isSecurityLog);
}

function sessionsPath(whose: Whose): string {
  return whose ? `${personPath(whose.site, whose.person)}/sessions` : '/api/sessions';
}

function personPath(site: string, person: string): string {
  return `/api/sites/${encodeURIComponent(site)}/people/${encodeURIComponent(person)}`;
}

function isNothing(value: unknown): value is null {
  return value === null;
}

function isResetMade(value: unknown): value is ResetMade {
  return hasOwn(value, 'token') && typeof value.token === 'string';
}

function isSessions(value: unknown): value is Sessions | SessionsOf {
  return hasOwn(value, 'sessions') && Array.isArray(value.sessions);
}

function isSecurityLog(value: unknown): value is SecurityLog {
  return hasOwn(value, 'entries') && Array.isArray(value.entries);
}

function hasOwn<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}
