import type { EnrolledDevice, Enrolment } from '../../worker/protocol/api.ts';
import type { Hub } from './hub.ts';
import type { TestPerson } from './site.ts';

/** A tablet that everybody of a site uses. */
export interface TestDevice extends EnrolledDevice {
  /** As the browser would send it, beside a person's or alone. */
  cookie: string;
  secret: string;
}

let made = 0;

/** Begins an enrolment, as a browser that is nobody's yet. */
export async function askEnrolment(hub: Hub, headers: Record<string, string> = {}): Promise<Enrolment> {
  const response = await fetch(`${hub.origin}/api/enrolments`, { method: 'POST', headers });
  if (response.status !== 201) throw new Error(`Enrolment: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Asks whether a lead has said yes. */
export function claim(hub: Hub, secret: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${hub.origin}/api/enrolments/claim`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: hub.origin, ...headers },
    body: JSON.stringify({ secret }),
  });
}

/** A device that a lead enrols over HTTP, by a name of its own. */
export async function enrolDevice(hub: Hub, lead: TestPerson, name?: string): Promise<TestDevice> {
  const { code, secret } = await askEnrolment(hub);
  const body = { code, name: name ?? `Tablet ${++made}` };
  const response = await lead.request('POST', 'devices', body);
  if (response.status !== 201) throw new Error(`Device: ${response.status} ${await response.text()}`);
  const device: EnrolledDevice = await response.json();
  const claimed = await claim(hub, secret);
  if (claimed.status !== 200) throw new Error(`Claim: ${claimed.status} ${await claimed.text()}`);
  const cookie = claimed.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return { ...device, cookie, secret };
}
