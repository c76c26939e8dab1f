import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cars, Fleet } from '../../worker/protocol/api.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import { CLOSE } from '../../worker/protocol/errors.ts';
import { JSON_BODY_BYTES_MAX, SOCKETS_PER_PERSON_MAX } from '../../worker/protocol/limits.ts';
import { retryAfterMs } from '../../worker/protocol/retry-after.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { openDevice, type RawDevice } from '../support/raw-device.ts';
import { makeSite, type TestPerson, type TestSite } from '../support/site.ts';

const CARS = Array.from({ length: 300 }, (_, i) => String(128_000 + i));

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
  const csv = `id,location\n${CARS.map((car) => `${car},Yard`).join('\n')}`;
  expect((await site.lead.request('POST', 'cars/import', csv)).status).toBe(200);
});
afterAll(() => hub.stop());

/** A socket that has not said hello yet. */
const dial = ({ cookie }: TestPerson): Promise<RawDevice> => openDevice(hub.origin, site.id, cookie);

/** Why a socket is closed, once it is. */
async function ending({ socket, closed }: RawDevice): Promise<{ code: number; reason: string }> {
  let reason = '';
  socket.addEventListener('close', (event) => {
    reason = event.reason;
  });
  const code = await closed;
  return { code, reason };
}

test('B1 a person has a hundred sockets, whether they have said hello or not; the next is told when to come again', async () => {
  const half = SOCKETS_PER_PERSON_MAX / 2;
  const mute = await Promise.all(Array.from({ length: half }, () => dial(site.worker)));
  const spoken = await Promise.all(Array.from({ length: half }, () => dial(site.worker)));
  await Promise.all(spoken.map((device) => device.hello()));

  const { code, reason } = await ending(await dial(site.worker));
  expect(code).toBe(CLOSE.slowDown);
  expect(retryAfterMs(reason)).toBeGreaterThan(1_000);
  // Nobody else has less room for it.
  const other = await dial(site.lead);
  expect(await other.hello()).toMatchObject({ you: { person: site.lead.id } });
  for (const { socket } of [...mute, ...spoken]) expect(socket.readyState).toBe(WebSocket.OPEN);

  // One that goes makes room for one.
  mute[0]?.socket.close();
  await mute[0]?.closed;
  const next = await dial(site.worker);
  expect(await next.hello()).toMatchObject({ you: { person: site.worker.id } });
  for (const { socket } of [...mute, ...spoken, next, other]) socket.close();
  await Promise.all([...mute, ...spoken, next, other].map(({ closed }) => closed));
});

test('B1 devices that come and go, in every way, leave a row each at most and nobody behind', async () => {
  const watcher = await dial(site.lead);
  await watcher.hello();
  const TABLES = [
    'car',
    'log',
    'log_part',
    'device',
    'device_part',
    'session',
    'name',
    'answer',
    'attention',
  ];
  const rows = async (): Promise<Record<string, number>> => {
    const counts = TABLES.map(async (table) => {
      const [row] = await hub.sql(site.id, `SELECT count(*) AS n FROM ${table}`);
      return [table, Number(row?.n)] as const;
    });
    return Object.fromEntries(await Promise.all(counts));
  };
  // Known before: what follows adds nothing to it.
  const ids = Array.from({ length: 5 }, (_, i) => `device-churn-${i}`);
  const come = async (i: number): Promise<void> => {
    const id = ids[i % ids.length] ?? '';
    const device = await openDevice(hub.origin, site.id, site.viewer.cookie, id);
    if (i % 4 === 1) device.socket.send('not a frame');
    if (i % 4 > 1) await device.hello({ holds: i % 8 === 2 ? [{ person: site.worker.id, edits: 1 }] : [] });
    if (i % 4 === 3) device.send({ type: 'where', car: '128000' });
    device.socket.close();
    await device.closed;
  };
  const round = async (): Promise<void> => {
    for (let i = 0; i < 100; i += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, n) => come(i + n)));
    }
  };
  const { device: others = 0 } = await rows();
  await round();
  const before = await rows();
  expect(before.device).toBe(others + ids.length);
  await round();
  await round();
  expect(await rows()).toEqual(before);

  const { devices }: Fleet = await (await site.lead.get('fleet')).json();
  expect(devices.filter(({ connected }) => connected)).toHaveLength(1);
  // Whoever comes now finds the watcher alone.
  expect((await watcher.hello()).people).toMatchObject([{ id: site.lead.id, devices: 1 }]);
  watcher.socket.close();
});

test('B1 an export while edits pour in is whole and of one moment, and every edit is answered', async () => {
  const desk = await dial(site.lead);
  const phones = await Promise.all([0, 1, 2].map(() => dial(site.worker)));
  // They say nothing of what they have read, so they take nothing in.
  for (const device of [desk, ...phones]) await device.hello({ topics: [] });
  const { version }: Cars = await (await site.lead.get('cars')).json();

  let isOver = false;
  let exports = 0;
  const exporting = async (): Promise<void> => {
    while (!isOver) {
      const answer = await site.viewer.get('cars.csv');
      expect(answer.status).toBe(200);
      const [, ...lines] = (await answer.text()).trimEnd().split('\r\n');
      expect(lines.map((line) => line.split(',')[0]).sort()).toEqual(CARS);
      // They all go from one place to the other in one edit.
      expect(new Set(lines.map((line) => line.split(',')[1])).size).toBe(1);
      exports++;
    }
  };
  const moves = async (): Promise<number> => {
    let made = 0;
    for (let i = 0; i < 15; i++) {
      const rows = CARS.map((car) => ({ car, fields: { location: i % 2 === 0 ? '100' : 'Yard' } }));
      const [outcome] = await desk.push({ type: 'import', rows, mode: 'merge' });
      expect(outcome).toMatchObject({ outcome: 'applied' });
      made++;
    }
    return made;
  };
  const taps = async (phone: RawDevice, nth: number): Promise<number> => {
    let made = 0;
    for (let i = 0; i < 15; i++) {
      const edits = CARS.slice(nth * 100, nth * 100 + 100).map(
        (car): Intent => ({ type: 'set', car, fields: { late: i % 2 === 0 } }),
      );
      const outcomes = await phone.push(...edits);
      expect(outcomes.filter(({ outcome }) => outcome !== 'applied')).toEqual([]);
      made += outcomes.length;
    }
    return made;
  };
  const readers = [exporting(), exporting(), exporting()];
  const made = await Promise.all([moves(), ...phones.map(taps)]);
  isOver = true;
  await Promise.all(readers);
  expect(exports).toBeGreaterThan(3);
  const after: Cars = await (await site.lead.get('cars')).json();
  expect(after.version).toBe(version + made.reduce((sum, one) => sum + one));
  for (const { socket } of [desk, ...phones]) socket.close();
});

test.each<[string, Record<string, string>, number]>([
  ['that says its length', { 'Content-Length': '20000000' }, 1],
  ['in pieces', { 'Transfer-Encoding': 'chunked' }, JSON_BODY_BYTES_MAX + 1],
])('B1 a body of 20 MB %s is refused before it is there', async (_, length, sent) => {
  const asked = httpRequest(`${hub.origin}/api/sites/${site.id}/cars`, {
    method: 'POST',
    headers: {
      Cookie: site.lead.cookie,
      Origin: hub.origin,
      'Content-Type': 'application/json',
      ...length,
    },
  });
  asked.on('error', () => {});
  // The rest never comes.
  asked.write(' '.repeat(sent));
  const [response] = await once(asked, 'response');
  expect(response.statusCode).toBe(413);
  asked.destroy();
});
