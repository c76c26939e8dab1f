import { afterAll, beforeAll, expect, test } from 'vitest';
import { FRAME_UP_BYTES_MAX } from '../../worker/protocol/limits.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { editsOf, openDevice, type RawDevice } from '../support/raw-device.ts';
import { addPerson, makeSite, type TestSite } from '../support/site.ts';

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
});
afterAll(() => hub.stop());

async function device(person = site.worker): Promise<RawDevice> {
  const opened = await openDevice(hub.origin, site.id, person.cookie);
  await opened.hello();
  return opened;
}

const version = async (): Promise<number> => {
  const { version } = (await (await site.lead.get('cars')).json()) as { version: number };
  return version;
};

test('a change reaches everybody else, by person and time, and the one who made it gets its outcome', async () => {
  const [mover, watcher] = [await device(), await device(site.viewer)];
  const [added] = await mover.push({ type: 'add', car: '128489', fields: { location: '300' } });
  expect(added).toMatchObject({ seq: 1, outcome: 'applied' });
  const [arrived] = await mover.push({ type: 'set', car: '128489', fields: { arrived: true } });
  if (arrived?.outcome !== 'applied') throw new Error('not applied');
  await watcher.next('changes');
  expect(await watcher.next('changes')).toEqual({
    type: 'changes',
    from: arrived.version - 1,
    to: arrived.version,
    by: site.worker.id,
    at: arrived.at,
    cars: [{ id: '128489', arrived: true }],
  });
  expect(mover.frames.some(({ type }) => type === 'changes')).toBe(false);
});

test('people hear who is here and which car is open, gathered', async () => {
  const watcher = await device(site.viewer);
  const mover = await device(site.lead);
  mover.send({ type: 'where', car: '128489' });
  const told = async (): Promise<unknown> => {
    const { people } = await watcher.next('people');
    return people.find(({ id, car }) => id === site.lead.id && car === '128489') ?? told();
  };
  expect(await told()).toMatchObject({ name: 'Lee', role: 'lead', devices: 1 });
});

test('a frame over its cap closes the socket with 4413 and changes nothing', async () => {
  const before = await version();
  const sender = await device();
  sender.socket.send(JSON.stringify({ type: 'where', car: null, x: 'é'.repeat(FRAME_UP_BYTES_MAX / 2) }));
  expect(await sender.closed).toBe(4413);
  expect(await version()).toBe(before);
});

test('a binary frame closes the socket with 4400', async () => {
  const sender = await device();
  sender.socket.send(new Uint8Array([1, 2, 3]));
  expect(await sender.closed).toBe(4400);
});

test.each([
  ['binary', new Uint8Array([1, 2, 3])],
  ['over the cap', 'x'.repeat(FRAME_UP_BYTES_MAX + 1)],
])('B1 whoever is closed for a frame that is %s costs nobody else their socket', async (_, frame) => {
  const [bystander, sender] = [await device(), await device()];
  // The change after it goes to all who listen: a send to the socket just closed made the whole hub start again.
  sender.socket.send(frame);
  const [first] = await bystander.push({ type: 'add', car: crypto.randomUUID().slice(0, 8).toUpperCase() });
  expect(first).toMatchObject({ outcome: 'applied' });
  await sender.closed;
  const [second] = await bystander.push({ type: 'note', car: '128489', text: 'still here' });
  expect(second).toMatchObject({ outcome: 'applied' });
});

test('a frame that does not parse is refused by name of the seq expected, and the third closes the socket', async () => {
  const sender = await device();
  await sender.push({ type: 'note', car: '128489', text: 'keys in office' });
  const before = await version();
  for (const frame of ['', '{"type":"push"', '{"type":"push","edits":[{"seq":2}]}'])
    sender.socket.send(frame);
  expect(await sender.next('notice')).toMatchObject({ notice: 'refused', code: 'bad-frame', seq: 2 });
  expect(await sender.closed).toBe(4400);
  expect(await version()).toBe(before);
});

test('E2 a frame with a gap is refused whole and names the seq expected', async () => {
  const before = await version();
  const sender = await device();
  sender.send({
    type: 'push',
    edits: editsOf([{ type: 'note', car: '128489', text: 'too early' }], { seq: 3, base: before }),
  });
  expect(await sender.next('notice')).toMatchObject({ code: 'seq-gap', seq: 1 });
  expect(await version()).toBe(before);
});

test('a frame before hello closes the socket', async () => {
  const sender = await openDevice(hub.origin, site.id, site.worker.cookie);
  sender.send({ type: 'seen', version: 0, seq: 0 });
  expect(await sender.closed).toBe(4400);
});

test('a protocol nobody speaks closes the socket with 4426', async () => {
  const sender = await openDevice(hub.origin, site.id, site.worker.cookie);
  sender.send({ type: 'hello', protocol: 99, device: 'device-of-the-future', epoch: null, version: 0 });
  expect(await sender.closed).toBe(4426);
});

test('E4 what a viewer pushes is answered and not applied', async () => {
  const before = await version();
  const sender = await device(site.viewer);
  const outcomes = await sender.push({ type: 'set', car: '128489', fields: { empty: true } });
  expect(outcomes).toMatchObject([{ seq: 1, outcome: 'rejected', code: 'forbidden' }]);
  expect(await version()).toBe(before);
});

test('I3 signing out closes the sockets of the session, and nothing it sends after is applied', async () => {
  const leaver = await addPerson(hub, site.id, { role: 'worker', name: 'Lou' });
  const sender = await device(leaver);
  const before = await version();
  await fetch(`${hub.origin}/api/auth/logout`, {
    method: 'POST',
    headers: { Cookie: leaver.cookie, Origin: hub.origin },
  });
  expect(await sender.closed).toBe(4401);
  expect((await leaver.request('PATCH', 'cars/128489', { late: true })).status).toBe(401);
  expect(await version()).toBe(before);
});

test('the keep-alive is answered without a message for the hub', async () => {
  const sender = await device();
  const pong = new Promise((resolve) => {
    sender.socket.addEventListener('message', ({ data }) => data === 'pong' && resolve(data));
  });
  sender.socket.send('ping');
  expect(await pong).toBe('pong');
});
