import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { DownMessage } from '../../worker/protocol/messages.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { openDevice, type RawDevice } from '../support/raw-device.ts';
import { makeSite, type TestPerson, type TestSite } from '../support/site.ts';

/** The runtime puts an object to sleep after 10 s in which nothing happens and nothing is pending. */
const IDLE_MS = 15_000;
/** As often as a device that is looked at. The runtime answers; the hub is not to notice. */
const PING_MS = 4_000;

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
});
afterAll(() => hub.stop());

async function device(person: TestPerson): Promise<RawDevice> {
  const opened = await openDevice(hub.origin, site.id, person.cookie);
  await opened.hello({ app: '1' });
  return opened;
}

/** What a hub says when its object has been made anew under a socket: which version it is at. */
function isWakeFrame(frame: DownMessage): boolean {
  return frame.type === 'changes' && frame.from === frame.to;
}

/** Lets the time pass in which an idle hub falls asleep, with nothing but keep-alive on the sockets. */
async function beIdle(devices: readonly RawDevice[]): Promise<void> {
  const pinging = setInterval(() => {
    for (const { socket } of devices) socket.send('ping');
  }, PING_MS);
  await new Promise((passed) => setTimeout(passed, IDLE_MS));
  clearInterval(pinging);
}

test('H1 a hub with connected devices, all of them current, sleeps after edits, a roll-call and a look at the fleet', async () => {
  const devices = [await device(site.worker), await device(site.lead)];
  const [phone] = devices;
  if (!phone) return;
  await phone.push({ type: 'add', car: '414' });
  for (const { send } of devices) {
    send({ type: 'where', car: '414' });
    send({ type: 'seen', version: 1, seq: 0, holds: [{ person: site.admin.id, edits: 1 }] });
  }
  expect((await site.lead.request('POST', 'roll-call')).status).toBe(202);
  expect((await site.lead.get('fleet')).status).toBe(200);
  // From here on the archive has no reason to wake it either.
  const archived = 'SELECT version FROM archive_sites WHERE site = ?';
  await vi.waitFor(
    async () => expect(await hub.db.prepare(archived).bind(site.id).first('version')).toBe(1),
    { timeout: 40_000, interval: 250 },
  );

  const woken = () => devices.map(({ frames }) => frames.filter(isWakeFrame).length);
  expect(woken()).toEqual([0, 0]);
  await beIdle(devices);
  phone.send({ type: 'where', car: null });
  await vi.waitFor(() => expect(woken()).toEqual([1, 1]), { timeout: 5_000 });
  // What it knew of them it knows still.
  const { devices: known } = (await (await site.lead.get('fleet')).json()) as { devices: unknown[] };
  expect(known).toMatchObject([{ connected: true }, { connected: true }]);
}, 90_000);
