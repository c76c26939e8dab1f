import type { Invitation, Invited, Joined, People } from '../../worker/protocol/api.ts';
import type { AcceptBody, InvitationBody } from '../../worker/protocol/bodies.ts';
import type { Role } from '../../worker/protocol/site.ts';
import type { Api, Reply } from './api.ts';
import { jsonRequest } from './json-request.ts';

/** What goes over HTTP of people and invitations. Apart from `Api`, for no board needs it. */
export interface PeopleApi {
  people(site: string): Promise<Reply<People>>;
  setRole(site: string, person: string, role: Role): Promise<Reply<null>>;
  remove(site: string, person: string): Promise<Reply<null>>;
  invite(site: string, body: InvitationBody): Promise<Reply<Invited>>;
  withdraw(site: string, invitation: string): Promise<Reply<null>>;
  look(token: string): Promise<Reply<Invitation>>;
  accept(body: AcceptBody): Promise<Reply<Joined>>;
}

export function peopleApi(api: Pick<Api, 'ask'>): PeopleApi {
  return {
    people: (site) => api.ask(`${sitePath(site)}/people`, {}, isPeople),
    setRole: (site, person, role) =>
      api.ask(`${sitePath(site)}/people/${part(person)}`, jsonRequest('PATCH', { role }), isNothing),
    remove: (site, person) =>
      api.ask(`${sitePath(site)}/people/${part(person)}`, { method: 'DELETE' }, isNothing),
    invite: (site, body) => api.ask(`${sitePath(site)}/invitations`, jsonRequest('POST', body), isInvited),
    withdraw: (site, invitation) =>
      api.ask(`${sitePath(site)}/invitations/${part(invitation)}`, { method: 'DELETE' }, isNothing),
    look: (token) => api.ask('/api/invitations/look', jsonRequest('POST', { token }), isInvitation),
    accept: (body) => api.ask('/api/invitations/accept', jsonRequest('POST', body), isJoined),
  };
}

function sitePath(site: string): string {
  return `/api/sites/${part(site)}`;
}

function part(id: string): string {
  return encodeURIComponent(id);
}

// Checked for what tells an answer of the hub's from one of a proxy's.

function isPeople(value: unknown): value is People {
  return isRecord(value) && Array.isArray(value.people) && Array.isArray(value.invitations);
}

function isInvited(value: unknown): value is Invited {
  return isRecord(value) && typeof value.token === 'string' && typeof value.expiresAt === 'number';
}

function isInvitation(value: unknown): value is Invitation {
  return isRecord(value) && isRecord(value.site) && isRecord(value.by) && typeof value.role === 'string';
}

function isJoined(value: unknown): value is Joined {
  return isRecord(value) && isRecord(value.site) && isRecord(value.person) && Array.isArray(value.sites);
}

function isNothing(value: unknown): value is null {
  return value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
