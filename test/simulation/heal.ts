import { itemsFor } from '../../worker/engine/attention.ts';
import type { FinalState, ReplicaState } from '../checker/history.ts';
import { FAIR } from './cloud.ts';
import type { SimulatedDevice } from './device.ts';
import type { World } from './world.ts';

/** How long a device may take to be live once nothing hinders it: a hub that had too many asks for up to 30 s. */
const LIVE_MS_MAX = 60_000;
/** And from then on until everything it holds is answered and its board is the hub's (bar R15). */
const DRAIN_MS_MAX = 30_000;
const LOOK_MS = 500;
const IDLE_MS_MAX = 5_000;
/** What D1 was late with has come by then. */
const D1_LATE_MS_MAX = 60_000;

/** All faults are over: everybody comes back, in turn where they share a device, and in the end all is quiet. */
export async function heal(world: World): Promise<FinalState> {
  const { hub, cloud, timeline, devices } = world;
  cloud.weather = FAIR;
  hub.alarmsToFail = 0;
  hub.flushMsMax = 8;
  hub.newest = 2;
  for (const person of world.roles.keys()) world.signIn(person);
  for (const device of devices) {
    const { network, disk, lock } = device;
    if (lock.steals > 0) world.situations.saw('a lock taken by force');
    device.isDeaf = false;
    device.thaw();
    network.heal();
    disk.isFull = false;
    disk.latencyMsMax = 8;
  }
  await timeline.run(6_000);
  hub.evict();

  const open = new Set<string>();
  const turns = Math.max(...devices.map(({ people }) => people.length));
  for (let turn = 0; turn < turns; turn++) {
    await takeTurn(world, turn);
    for (const { app } of devices) {
      for (const { edit } of app?.client?.view.attention ?? []) open.add(edit.id);
    }
  }
  await timeline.run(D1_LATE_MS_MAX);
  await until(world, 'the archive', DRAIN_MS_MAX, () => hub.isArchived);
  // Whoever has just come or gone is told of within a second.
  await until(world, 'the hub, awake', IDLE_MS_MAX, () => hub.isIdle);
  hub.checkWhole();
  const settled = new Set(hub.epochs.at(-1)?.flatMap((entry) => entry.settled?.item ?? []));
  for (const id of hub.hub?.state.attention.keys() ?? []) {
    if (settled.has(id)) throw new Error(`O2 ${id} was settled and is asked about again`);
  }
  const alteration = await cloud.alteration(async (newest) => hub.anchor(newest));
  if (alteration !== null) throw new Error(`A1 the archive is not what the hub has written: ${alteration}`);
  await addUnseen(world, open);
  return finalState(world, open);
}

/** Everybody who has this turn on their device uses it until all is answered. */
async function takeTurn(world: World, turn: number): Promise<void> {
  const { timeline, devices } = world;
  for (const device of devices) {
    const person = device.people[turn % device.people.length] ?? device.person;
    const isStopped = device.app?.client?.view.health.state === 'stopped';
    if (person !== device.person || isStopped) device.kill();
    device.person = person;
    if (world.removed.has(person)) device.kill();
    else device.start();
    device.app?.client?.saveData(false);
    device.app?.client?.hint('visible');
    device.app?.client?.hint('online');
  }
  await timeline.run(LOOK_MS);
  const present = devices.filter(({ app }) => app !== null);
  for (const device of present) await until(world, device.name, LIVE_MS_MAX, () => isLive(device));
  for (const device of present) await until(world, device.name, DRAIN_MS_MAX, () => isDrained(world, device));
  for (const device of present) await until(world, device.name, IDLE_MS_MAX, () => isAsked(world, device));
}

function isLive({ app }: SimulatedDevice): boolean {
  return app?.client?.view.health.state === 'live';
}

function isDrained({ hub }: World, device: SimulatedDevice): boolean {
  const { view } = device.app?.client ?? {};
  return isLive(device) && view?.pending.length === 0 && view.version === hub.version;
}

async function until(world: World, what: string, ms: number, isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo(); waited += LOOK_MS) {
    if (waited >= ms) throw new Error(`R15 ${what} is stuck: ${stateOf(world, what)}`);
    await world.timeline.run(LOOK_MS);
  }
}

function stateOf({ devices, hub }: World, name: string): string {
  const { view } = devices.find((device) => device.name === name)?.app?.client ?? {};
  if (!view) return `hub at ${hub.version}`;
  const { health, pending, version } = view;
  return JSON.stringify({ health, pending: pending.length, version, hub: hub.version });
}

/** A person is asked about no less than what the hub lists for them, but for what this device has no answer to yet. */
function isAsked({ hub }: World, { app, protocol }: SimulatedDevice): boolean {
  const { view } = app?.client ?? {};
  if (protocol === 1 || !view?.you || !hub.hub) return true;
  const waiting = (view.waiting ?? []).flatMap(({ edits }) => edits);
  const asked = new Set([...view.attention.map(({ edit }) => edit), ...waiting].map(({ id }) => id));
  return itemsFor(hub.hub.state, view.you).every(({ edit }) => asked.has(edit.id));
}

/** What waits for those who do not come any more: for a lead at the hub, or on their device still. */
async function addUnseen({ hub, devices, removed }: World, open: Set<string>): Promise<void> {
  for (const { edit, author } of hub.hub?.state.attention.values() ?? []) {
    if (removed.has(author)) open.add(edit.id);
  }
  for (const { disk } of devices) {
    for (const { edit, author } of (await disk.load()).edits) {
      if (author !== null && removed.has(author)) open.add(edit.id);
    }
  }
}

async function finalState({ hub, cloud, devices }: World, open: Set<string>): Promise<FinalState> {
  const { entries: archive, cars: archiveBoard } = await cloud.archived();
  const board = [...(hub.hub?.state.cars.values() ?? [])].map(({ car }) => car);
  const replicas = devices.flatMap(({ name, app }): ReplicaState[] => {
    const { view } = app?.client ?? {};
    if (!view) return [];
    const { version, cars, pending } = view;
    return [{ device: name, version, cars: cars.values(), pending: pending.map(({ edit }) => edit.id) }];
  });
  return { epochs: hub.epochs, archive, archiveBoard, board, replicas, open: [...open] };
}
