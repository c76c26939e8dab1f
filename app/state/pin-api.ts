import type { DevicePeople, Me, PinChanged, PinMade, PinSignedIn } from '../../worker/protocol/api.ts';
import type { PinBody, PinChangeBody, PinOfflineBody } from '../../worker/protocol/bodies.ts';
import type { Api, Reply } from './api.ts';
import { jsonRequest } from './json-request.ts';
import { isMe } from './session.ts';

/** What goes over HTTP of PINs. Apart from `Api`, for no board needs it. */
type Ask = Pick<Api, 'ask'>;

/** What is answered where the hub, or what it asks, is out of reach. */
export const UNREACHABLE: readonly string[] = ['offline', 'unavailable', 'internal'];
/** What else it may answer though nothing is wrong with what was asked. */
export const LATER: readonly string[] = [...UNREACHABLE, 'too-many-requests', 'slow-down', 'pin-locked'];

/** Who can sign in by PIN on this device. */
export function devicePeople(api: Ask): Promise<Reply<DevicePeople>> {
  return api.ask('/api/device/people', {}, isDevicePeople);
}

export function signInByPin(api: Ask, body: PinBody): Promise<Reply<PinSignedIn>> {
  return api.ask('/api/auth/pin', jsonRequest('POST', body), isSignedIn);
}

/** For who has shown this device their PIN while the hub was out of reach. */
export function signInByGrant(api: Ask, body: PinOfflineBody): Promise<Reply<PinSignedIn>> {
  return api.ask('/api/auth/pin/offline', jsonRequest('POST', body), isSignedIn);
}

/** One's own. */
export function changePin(api: Ask, body: PinChangeBody): Promise<Reply<PinChanged>> {
  return api.ask('/api/auth/pin/change', jsonRequest('POST', body), isChanged);
}

/** A new PIN for somebody of the site; for leads. */
export function makePin(api: Ask, site: string, person: string): Promise<Reply<PinMade>> {
  return api.ask(pinPath(site, person), { method: 'POST' }, isMade);
}

/** After too many wrong ones; for leads. */
export function unlockPin(api: Ask, site: string, person: string): Promise<Reply<null>> {
  return api.ask(`${pinPath(site, person)}/lock`, { method: 'DELETE' }, isNothing);
}

/** Who has signed in, and nothing of what is kept elsewhere. */
export function meOf({ kind, person, sites, device }: Me): Me {
  return { kind, person, sites, device };
}

function pinPath(site: string, person: string): string {
  return `/api/sites/${encodeURIComponent(site)}/people/${encodeURIComponent(person)}/pin`;
}

// Checked for what tells an answer of the hub's from one of a proxy's.

export function isDevicePeople(value: unknown): value is DevicePeople {
  return (
    hasOwn(value, 'people') &&
    Array.isArray(value.people) &&
    value.people.every(
      (one) =>
        hasOwn(one, 'id') &&
        typeof one.id === 'string' &&
        hasOwn(one, 'name') &&
        typeof one.name === 'string' &&
        hasOwn(one, 'digits') &&
        typeof one.digits === 'number',
    )
  );
}

function isSignedIn(value: unknown): value is PinSignedIn {
  return hasOwn(value, 'grant') && typeof value.grant === 'string' && isMe(value);
}

function isChanged(value: unknown): value is PinChanged {
  return hasOwn(value, 'expiresAt') && typeof value.expiresAt === 'number';
}

function isMade(value: unknown): value is PinMade {
  return hasOwn(value, 'pin') && typeof value.pin === 'string' && isChanged(value);
}

function isNothing(value: unknown): value is null {
  return value === null;
}

function hasOwn<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}
