import { expect, test } from 'vitest';
import { Conversation } from '../../app/sync/conversation.ts';
import { MemoryStore } from '../../app/sync/memory-store.ts';
import { type BeginConversation, openSiteClientWith } from '../../app/sync/site-client.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { boardOf, carOf, responseOf, ScriptedHub } from '../support/scripted-hub.ts';
import { type Opened, openClient, openLive } from './open-client.ts';
import { TabbedDevice } from './tabbed-device.ts';
import { World } from './world.ts';

const arrived = { type: 'set', car: '414', fields: { arrived: true } } as const;
const answered = [{ seq: 1, at: 5, outcome: 'unchanged' } as const];

/** A state of the link, and how to get there from a live board. */
const STATES: Record<string, (opened: Opened) => Promise<void> | void> = {
  live: () => {},
  'live, with a ping on its way': ({ clock }) => clock.advance(5_000),
  'offline, backing off': ({ hub }) => hub.socket.drop(),
  connecting: async ({ hub, clock }) => {
    hub.socket.drop();
    await clock.advance(600);
  },
  'stopped by a final code': ({ hub }) => hub.socket.drop(4401),
  'hidden, at rest': async ({ client, hub, clock }) => {
    client.hint('hidden');
    for (let s = 0; s < 300; s += 5) {
      hub.socket.pong();
      await clock.advance(5_000);
    }
  },
  crowded: ({ hub }) => hub.socket.drop(4429),
};

test.each(Object.entries(STATES))('Sync now works where the link is %s', async (_, reach) => {
  const opened = await openLive();
  const { client, hub, clock } = opened;
  await reach(opened);
  await client.edit(arrived);
  await clock.advance(0);
  const done = client.syncNow();
  if (client.view.health.state !== 'live') hub.socket.welcome(boardOf(carOf('414')));
  await clock.advance(0);
  expect(hub.socket.pushed).toMatchObject([{ seq: 1 }]);
  hub.socket.say({ type: 'outcomes', archived: 0, outcomes: answered });
  expect(await done).toBe(true);
  expect(client.view.pending).toEqual([]);
});

/** States in which there is no socket, and how to get there from nothing. */
const WITHOUT_SOCKET: Record<string, () => Promise<Opened>> = {
  'asking over HTTP, for sockets are blocked': async () => {
    const opened = await openClient();
    for (let i = 0; i < 3; i++) {
      opened.hub.socket.drop();
      if (i < 2) await opened.clock.advance(3_000);
    }
    await answer(opened.hub, opened, boardOf(carOf('414')));
    return opened;
  },
  'saving data': async () => {
    const opened = await openClient({ saver: true });
    await answer(opened.hub, opened, boardOf(carOf('414')));
    return opened;
  },
  'saving data, and offline': async () => {
    const opened = await openClient({ saver: true });
    await answer(opened.hub, opened, boardOf(carOf('414')));
    await opened.clock.advance(60_000);
    opened.hub.exchanges.at(-1)!.answer({ ok: false, code: null });
    await opened.clock.advance(0);
    return opened;
  },
};

test.each(Object.entries(WITHOUT_SOCKET))('Sync now works where the link is %s', async (_, open) => {
  const opened = await open();
  const { client, hub, clock } = opened;
  const before = hub.exchanges.length;
  const done = client.syncNow();
  expect(hub.exchanges.length).toBe(before + 1);
  await answer(hub, opened, { changes: [] });
  expect(await done).toBe(true);
  await clock.advance(0);
});

test('Sync now fails in every state once the try it made has failed', async () => {
  const { client, hub } = await openLive();
  hub.socket.drop();
  const done = client.syncNow();
  hub.socket.drop();
  expect(await done).toBe(false);
});

test('Sync now works in a tab that follows: the leader does it', async () => {
  const world = new World(7, { people: { lea: 'lead', wes: 'worker' } });
  world.hub.request('lea', { type: 'add', car: '414' });
  const device = new TabbedDevice(world, 'wes');
  await device.open();
  const follower = await device.open();
  device.device.setNetwork('down');
  void follower.shared.edit(arrived);
  await world.clock.advance(1_000);
  expect(follower.view).toMatchObject({ pending: [{ saved: true }], health: { state: 'offline' } });
  const failing = follower.shared.syncNow();
  await world.clock.advance(1_000);
  expect(await failing).toBe(false);
  device.device.setNetwork('up');
  const done = follower.shared.syncNow();
  await world.clock.advance(1_000);
  expect(await done).toBe(true);
  expect(world.hub.state.cars.get('414')?.car.arrived).toBe(true);
});

test('Sync now works where what connects has not come yet', async () => {
  const hub = new ScriptedHub();
  const clock = new ManualClock();
  let come = (): void => {};
  const { dial, exchange } = hub;
  const ports = { dial, exchange, store: new MemoryStore(), clock, random: Math.random };
  const coming = new Promise<BeginConversation>((resolve) => {
    come = () => resolve((...them) => new Conversation(ports, ...them));
  });
  const client = await openSiteClientWith({ load: () => coming }, ports);
  const done = client.syncNow();
  await clock.advance(100);
  expect(hub.dialled).toHaveLength(0);
  come();
  await clock.advance(0);
  hub.socket.welcome(boardOf(carOf('414')));
  expect(await done).toBe(true);
});

async function answer(
  hub: ScriptedHub,
  { clock }: Opened,
  response: Parameters<typeof responseOf>[0],
): Promise<void> {
  hub.exchanges.at(-1)!.answer(responseOf(response));
  await clock.advance(0);
}
