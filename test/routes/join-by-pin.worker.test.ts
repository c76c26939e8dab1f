import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DevicePeople, EnrolledDevices, Invited, Joined } from '../../worker/protocol/api.ts';
import { PIN_SESSION_MS_MAX } from '../../worker/protocol/limits.ts';
import { enrolDevice, type TestDevice } from '../support/device.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { ask, enterPin, personCookie } from '../support/pin.ts';
import { openDevice } from '../support/raw-device.ts';
import { makeSite, type TestSite } from '../support/site.ts';
import { problemIn } from './http.ts';

const PIN = '7295';
let hub: Hub;
let site: TestSite;
let other: TestSite;
let tablet: TestDevice;

beforeAll(async () => {
  hub = await startHub();
  [site, other] = [await makeSite(hub), await makeSite(hub)];
  tablet = await enrolDevice(hub, site.lead);
});
afterAll(() => hub.stop());

async function invite(): Promise<string> {
  const response = await site.lead.request('POST', 'invitations', { role: 'worker' });
  return ((await response.json()) as Invited).token;
}
const accept = (body: object, cookie = '') => ask(hub, cookie, 'POST', 'invitations/accept', body);

/** Both cookies of a browser that has just joined, and what it was told. */
async function joined(name: string, cookie = ''): Promise<{ told: Joined; cookies: string; phone: string }> {
  const response = await accept({ token: await invite(), name, pin: PIN }, cookie);
  expect(response.status).toBe(201);
  const set = response.headers.getSetCookie().map((one) => one.split(';')[0] ?? '');
  const phone = set.find((one) => one.startsWith('__Host-yardboard-device=')) ?? '';
  return { told: await response.json(), cookies: `${personCookie(response)}; ${phone || cookie}`, phone };
}

describe('who joins with a name and a PIN', () => {
  test('needs no email and no password: the browser is their own device, and they are signed in on it', async () => {
    const { told, cookies, phone } = await joined('Ann');
    expect(told).toEqual({
      site: { id: site.id },
      kind: 'person',
      person: { id: expect.any(String), name: 'Ann', email: null },
      sites: [{ id: site.id, name: expect.any(String), role: 'worker' }],
      device: { id: expect.stringMatching(/^d\w{7}$/), name: expect.stringMatching(/^Ann/), shared: false },
      grant: expect.stringMatching(/^[\w-]{43}$/),
    });
    const { site: _, grant, ...me } = told;
    expect(await (await ask(hub, cookies, 'GET', 'me')).json()).toEqual(me);
    const board = await openDevice(hub.origin, site.id, cookies);
    expect((await board.hello()).you).toMatchObject({ name: 'Ann', role: 'worker' });
    // The phone alone asks for the PIN of its owner, and lets nobody else in.
    const { people }: DevicePeople = await (await ask(hub, phone, 'GET', 'device/people')).json();
    expect(people).toEqual([{ id: told.person.id, name: 'Ann', digits: 4 }]);
    const somebody = await joined('Ben', tablet.cookie);
    expect((await enterPin(hub, phone, somebody.told.person.id, PIN)).status).toBe(404);
    const again = await enterPin(hub, phone, told.person.id, PIN);
    expect(again.status).toBe(200);
    expect(Number(/Max-Age=(\d+)/.exec(again.headers.getSetCookie()[0] ?? '')?.[1])).toBeGreaterThan(
      PIN_SESSION_MS_MAX / 1_000,
    );
    const later = await ask(hub, phone, 'POST', 'auth/pin/offline', { person: told.person.id, grant });
    expect(later.status).toBe(200);
    const { devices }: EnrolledDevices = await (await site.lead.get('devices')).json();
    expect(devices.find(({ id }) => id === told.device?.id)).toMatchObject({
      owner: { id: told.person.id, name: 'Ann' },
    });
  });

  test('on a tablet of the site is signed in there for a shift, and it stays everybody’s', async () => {
    const { told, cookies, phone } = await joined('Cid', tablet.cookie);
    expect(phone).toBe('');
    expect(told.device).toEqual({ id: tablet.id, name: tablet.name, shared: true });
    expect(
      await hub.db
        .prepare('SELECT device, expires_at - created_at AS ms FROM sessions WHERE person = ?')
        .bind(told.person.id)
        .first(),
    ).toEqual({ device: tablet.id, ms: PIN_SESSION_MS_MAX });
    expect((await ask(hub, cookies, 'GET', `sites/${site.id}/cars`)).status).toBe(200);
  });

  test('on a tablet of another site has it as a device of their own from then on', async () => {
    const foreign = await enrolDevice(hub, other.lead);
    const { told, phone } = await joined('Dee', foreign.cookie);
    expect(phone).not.toBe('');
    expect(told.device).toMatchObject({ shared: false });
  });

  test('uses the invitation up: of twenty at once one gets in, and nothing is left of the others', async () => {
    const token = await invite();
    const count = () =>
      hub.db
        .prepare('SELECT (SELECT count(*) FROM people) + (SELECT count(*) FROM pins) AS n')
        .first<number>('n');
    const before = Number(await count());
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => accept({ token, name: `Eli ${i}`, pin: PIN })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(404)]);
    // A person, their device and their PIN.
    expect(await count()).toBe(before + 3);
  });

  test.each([
    ['an easy PIN', { name: 'Flo', pin: '1234' }, 'pin'],
    ['an email beside it', { name: 'Flo', pin: PIN, email: 'flo@example.com' }, 'email'],
    ['a password beside it', { name: 'Flo', pin: PIN, password: 'a good password' }, 'password'],
    ['no name', { pin: PIN }, 'name'],
  ])('with %s is refused, and the invitation stays', async (_, body, field) => {
    const token = await invite();
    expect(await problemIn(await accept({ token, ...body }))).toMatchObject({ code: 'invalid', field });
    expect((await accept({ token, name: 'Flo', pin: PIN })).status).toBe(201);
  });
});

test('I3 who is taken off the site is gone from their own phone, and the phone from the site', async () => {
  const { told, cookies, phone } = await joined('Gus');
  const [own, watching] = await Promise.all(
    [cookies, phone].map((cookie) => openDevice(hub.origin, site.id, cookie)),
  );
  await Promise.all([own?.hello(), watching?.hello()]);
  const startedAt = performance.now();
  expect((await site.lead.request('DELETE', `people/${told.person.id}`)).status).toBe(204);
  expect(await Promise.all([own?.closed, watching?.closed])).toEqual([4401, 4401]);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  for (const cookie of [cookies, phone]) {
    expect([401, 404]).toContain((await ask(hub, cookie, 'GET', `sites/${site.id}/cars`)).status);
  }
  expect((await ask(hub, phone, 'GET', 'device/people')).status).toBe(403);
  const { devices }: EnrolledDevices = await (await site.lead.get('devices')).json();
  expect(devices.some(({ id }) => id === told.device?.id)).toBe(false);
});
