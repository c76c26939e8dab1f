import { StoreError } from '../../app/sync/store.ts';
import type { Inheritance } from '../../worker/engine/birth.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';
import type { Role } from '../../worker/protocol/site.ts';
import type { EngineHub } from '../support/engine-hub.ts';
import { chance, integer, pick } from '../support/random.ts';
import { World, type WorldDevice } from './world.ts';

const PEOPLE: Record<string, Role> = { lea: 'lead', wes: 'worker', ann: 'admin' };
const CARS = ['101', '102', '103', '104', '105', '106'];
const LOCATIONS = ['Yard', '100', '200', '300'];

/** What was promised to a person as saved, and by whom. */
export interface Promised {
  id: string;
  type: Intent['type'];
  person: string;
}

export interface Chaos {
  world: World;
  /** As the archive in D1 has it. */
  archive: Inheritance | null;
  /** What epochs before the present one left in the archive, in order. */
  history: LogEntry[][];
  promised: Promised[];
  /** Ids of edits that a person has let go of, or sent again as another. */
  settled: Set<string>;
}

/** People at work on one board while everything around them fails now and then; in the end all is well again. */
export async function runChaos(seed: number, steps = 120): Promise<Chaos> {
  const world = new World(seed, { people: PEOPLE });
  const chaos: Chaos = { world, archive: null, history: [], promised: [], settled: new Set() };
  world.hub.request('lea', { type: 'import', rows: CARS.map((car) => ({ car, fields: {} })), mode: 'merge' });
  for (const person of ['lea', 'wes', 'ann', 'wes']) await world.device(person).start();
  for (let i = 0; i < steps; i++) {
    await act(chaos);
    await world.clock.advance(pick(world.random, [0, 1, 5, 20, 200, 3_000]));
  }
  await heal(chaos);
  return chaos;
}

/** Everything works again, for long enough. */
async function heal({ world }: Chaos): Promise<void> {
  for (const device of world.devices) {
    device.setNetwork('up');
    device.disk.failure = null;
    if (!device.client) await device.start();
  }
  await world.clock.advance(60_000);
}

async function act(chaos: Chaos): Promise<void> {
  const { world } = chaos;
  const next = world.random;
  const device = pick(next, world.devices);
  const dice = next();
  if (dice < 0.62) return work(chaos, device);
  if (dice < 0.72) return device.setNetwork(pick(next, ['up', 'up', 'down', 'stalled']));
  if (dice < 0.78) return device.kill();
  if (dice < 0.8) {
    device.kill();
    return device.disk.losePower();
  }
  if (dice < 0.9) {
    if (!device.client) await device.start();
    return;
  }
  if (dice < 0.93) return world.atHub((hub) => hub.restart({ sockets: pick(next, ['kept', 'cut']) }));
  if (dice < 0.96) return world.atHub((hub) => checkpoint(chaos, hub));
  if (dice < 0.965) return world.atHub((hub) => loseStorage(chaos, hub));
  if (dice < 0.975) return device.client?.hint(pick(next, ['online', 'visible', 'hidden']));
  if (dice < 0.98) {
    device.disk.failure = chance(next, 0.3) ? new StoreError('quota') : null;
    return;
  }
  if (dice < 0.985) {
    // A shared tablet: somebody else signs in.
    device.kill();
    device.person = pick(next, Object.keys(PEOPLE));
    return;
  }
  device.noSockets = chance(next, 0.5);
}

function checkpoint(chaos: Chaos, hub: EngineHub): void {
  const fails = chance(chaos.world.random, 0.3);
  hub.checkpoint({ fails });
  if (fails) return;
  const cars = [...hub.state.cars.values()].map(({ car }) => car);
  chaos.archive = { version: hub.version, cars, names: Object.fromEntries(hub.state.names) };
}

/** The hub's storage is lost: it begins again, as another epoch, from what the archive has (rule V2). */
function loseStorage(chaos: Chaos, hub: EngineHub): void {
  const { archive, history } = chaos;
  history.push(hub.twin.entriesSince(0).filter(({ version }) => version <= (archive?.version ?? 0)));
  hub.reborn(`epoch-${history.length + 1}`, archive);
  for (const [person, role] of Object.entries(PEOPLE)) hub.admit(person, role);
}

function work(chaos: Chaos, device: WorldDevice): void {
  const { client } = device;
  const { random: next } = chaos.world;
  if (!client) return;
  const [item] = client.view.attention;
  if (item && chance(next, 0.3)) {
    const choice = pick(next, ['mine', 'theirs'] as const);
    void client.settle(item, choice).then(
      () => chaos.settled.add(item.edit.id),
      () => {},
    );
    return;
  }
  const own = client.view.own[integer(next, 0, 4)];
  if (own && chance(next, 0.15)) {
    void client.undo(own).catch(() => {});
    return;
  }
  for (let burst = chance(next, 0.1) ? integer(next, 2, 12) : 1; burst > 0; burst--) {
    const intent = someIntent(chaos, device.person);
    void client.edit(intent).then(
      ({ id }) => chaos.promised.push({ id, type: intent.type, person: device.person }),
      () => {},
    );
  }
}

function someIntent({ world: { random: next }, promised }: Chaos, person: string): Intent {
  const car = pick(next, CARS);
  const dice = next();
  if (dice < 0.35) return { type: 'set', car, fields: someFields(next) };
  if (dice < 0.75)
    return {
      type: 'note',
      car,
      text: `${person} ${promised.length} ${Math.floor(next() * 1e6)}`.slice(0, 12),
    };
  if (dice < 0.8) return { type: 'add', car, fields: someFields(next) };
  if (dice < 0.85) return { type: 'remove', car };
  if (dice < 0.92) return { type: 'restore', car };
  const rows = CARS.filter(() => chance(next, 0.5)).map((id) => ({ car: id, fields: someFields(next) }));
  return { type: 'import', rows, mode: pick(next, ['merge', 'merge', 'replace']) };
}

function someFields(next: () => number) {
  const isEmpty = chance(next, 0.3);
  return pick(next, [
    { location: pick(next, LOCATIONS) },
    { arrived: chance(next, 0.5) },
    { empty: isEmpty },
    { late: chance(next, 0.5), location: pick(next, LOCATIONS) },
  ]);
}
