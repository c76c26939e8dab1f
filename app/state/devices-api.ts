import type { Claimed, EnrolledDevice, EnrolledDevices, Enrolment, Me } from '../../worker/protocol/api.ts';
import type { EnrolBody } from '../../worker/protocol/bodies.ts';
import type { Api, Reply } from './api.ts';
import { jsonRequest } from './json-request.ts';
import { isMe } from './session.ts';

/** What goes over HTTP of devices and how they are enrolled. Apart from `Api`, for no board needs it. */
export interface DevicesApi {
  devices(site: string): Promise<Reply<EnrolledDevices>>;
  enrol(site: string, body: EnrolBody): Promise<Reply<EnrolledDevice>>;
  rename(site: string, device: string, name: string): Promise<Reply<EnrolledDevice>>;
  end(site: string, device: string): Promise<Reply<null>>;
  ask(): Promise<Reply<Enrolment>>;
  claim(secret: string): Promise<Reply<Claimed>>;
}

export function devicesApi(api: Pick<Api, 'ask'>): DevicesApi {
  return {
    devices: (site) => api.ask(pathOf(site), {}, isDevices),
    enrol: (site, body) => api.ask(pathOf(site), jsonRequest('POST', body), isDevice),
    rename: (site, device, name) => api.ask(pathOf(site, device), jsonRequest('PATCH', { name }), isDevice),
    end: (site, device) => api.ask(pathOf(site, device), { method: 'DELETE' }, isNothing),
    ask: () => api.ask('/api/enrolments', { method: 'POST' }, isEnrolment),
    claim: (secret) => api.ask('/api/enrolments/claim', jsonRequest('POST', { secret }), isClaimed),
  };
}

/** True where nobody has said yes yet. */
export function isPending(claimed: Claimed): claimed is Exclude<Claimed, Me> {
  return 'pending' in claimed;
}

function pathOf(site: string, device?: string): string {
  const devices = `/api/sites/${encodeURIComponent(site)}/devices`;
  return device === undefined ? devices : `${devices}/${encodeURIComponent(device)}`;
}

// Checked for what tells an answer of the hub's from one of a proxy's.

function isDevices(value: unknown): value is EnrolledDevices {
  return isRecord(value) && typeof value.at === 'number' && Array.isArray(value.devices);
}

function isDevice(value: unknown): value is EnrolledDevice {
  return isRecord(value) && typeof value.name === 'string' && typeof value.endsAt === 'number';
}

function isEnrolment(value: unknown): value is Enrolment {
  return (
    isRecord(value) &&
    typeof value.code === 'string' &&
    typeof value.secret === 'string' &&
    typeof value.expiresAt === 'number'
  );
}

function isClaimed(value: unknown): value is Claimed {
  return isMe(value) || (isRecord(value) && value.pending === true);
}

function isNothing(value: unknown): value is null {
  return value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
