import { expect, test } from 'vitest';
import type { Role } from '../../worker/protocol/site.ts';
import { integer, pick } from '../support/random.ts';
import { World, type WorldDevice } from './world.ts';

const PEOPLE: Record<string, Role> = { lea: 'lead', wes: 'worker', ann: 'worker' };
const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const note = (text: string) => ({ type: 'note', car: '414', text }) as const;
const BEFORE = ['a1', 'a2', 'a3', 'a4', 'a5'];
const AFTER = ['b1', 'b2', 'b3', 'b4', 'b5'];

function begin(seed: number): World {
  const world = new World(seed, { people: PEOPLE });
  world.hub.request('lea', { type: 'add', car: '414' });
  return world;
}

/** The hub loses its storage, and begins from an archive that has all of the board. */
function loseStorage(world: World, epoch: string): void {
  world.atHub((hub) => {
    const cars = [...hub.state.cars.values()].map(({ car }) => car);
    hub.reborn(epoch, { version: hub.version, cars, names: {} });
    for (const [person, role] of Object.entries(PEOPLE)) hub.admit(person, role);
  });
}

async function crash(world: World, device: WorldDevice): Promise<void> {
  device.kill();
  await world.clock.advance(20);
  await device.start();
}

async function cutOff(world: World, device: WorldDevice, ms: number): Promise<void> {
  device.setNetwork('down');
  await world.clock.advance(ms);
  device.setNetwork('up');
}

test.each(seeds(30))(
  'E2 E4 O2 what somebody who has left had not sent is taken once or listed once, through crashes, seed %i',
  async (seed) => {
    const world = begin(seed);
    const tablet = world.device('wes');
    const wes = await tablet.start();
    await world.clock.advance(1_000);
    for (const text of BEFORE) void wes.edit(note(text));
    await world.clock.advance(integer(world.random, 1, 60));
    tablet.setNetwork('down');
    for (const text of AFTER) void wes.edit(note(text));
    await world.clock.advance(500);
    tablet.kill();
    tablet.person = 'ann';
    tablet.setNetwork('up');
    await tablet.start();
    for (let i = 0; i < 12; i++) {
      await world.clock.advance(integer(world.random, 1, 400));
      world.atHub((hub) => hub.answerMembers(['lea', 'ann']));
      const what = integer(world.random, 0, 5);
      if (what === 0) await crash(world, tablet);
      if (what === 1) world.atHub((hub) => hub.restart({ sockets: 'cut' }));
      if (what === 2) world.atHub((hub) => hub.restart({ sockets: 'kept' }));
      if (what === 3) await cutOff(world, tablet, 50);
    }
    for (let i = 0; i < 8; i++) {
      await world.clock.advance(10_000);
      world.atHub((hub) => hub.answerMembers(['lea', 'ann']));
    }
    expect(tablet.client!.view.waiting).toBeUndefined();
    const notes = world.hub.car('414')!.notes.split('\n');
    const listed = [...world.hub.state.attention.values()];
    const texts = listed.map(({ edit }) => (edit.type === 'note' ? edit.text : edit.type));
    expect([...notes.filter((line) => line !== ''), ...texts].sort()).toEqual([...BEFORE, ...AFTER]);
    expect(new Set(listed.map(({ author }) => author))).toEqual(new Set(['wes']));
  },
);

test.each(seeds(40))(
  'E6 V2 an item nobody has decided on stays open, and each is settled once, through crashes and epochs, seed %i',
  async (seed) => {
    const world = begin(seed);
    const [phone, desk] = [world.device('wes'), world.device('lea')];
    for (const device of [phone, desk]) await device.start();
    await world.clock.advance(1_000);
    const made: string[] = [];
    const decided = new Set<string>();
    for (const car of ['414', '415', '416', '417']) {
      void phone.client!.edit({ type: 'remove', car }).then(({ id }) => made.push(id));
    }
    for (let i = 0; i < 25; i++) {
      await world.clock.advance(integer(world.random, 1, 300));
      const device = pick(world.random, [phone, desk]);
      const what = integer(world.random, 0, 9);
      if (what === 0) await crash(world, device);
      if (what === 1) world.atHub((hub) => hub.restart({ sockets: 'cut' }));
      if (what === 2) world.atHub((hub) => hub.restart({ sockets: 'kept' }));
      if (what === 3) await cutOff(world, device, integer(world.random, 1, 3_000));
      if (what === 4) loseStorage(world, `epoch-${i + 2}`);
      const { attention } = device.client!.view;
      if (what < 8 || i < 6 || attention.length === 0) continue;
      const item = pick(world.random, attention);
      decided.add(item.edit.id);
      device.client!.settle([item], { choice: what === 8 ? 'mine' : 'theirs' }).catch(() => {});
    }
    await world.clock.advance(90_000);
    expect(made).toHaveLength(4);
    const open = [...world.hub.state.attention.values()];
    const ids = open.map(({ edit }) => edit.id).sort();
    expect(ids).toEqual(expect.arrayContaining(made.filter((id) => !decided.has(id))));
    const settled = world.hub.twin.entriesSince(0).flatMap((entry) => entry.settled?.item ?? []);
    expect(new Set(settled).size).toBe(settled.length);
    const shown = ({ client }: WorldDevice) => client!.view.attention.map(({ edit }) => edit.id).sort();
    expect(shown(desk)).toEqual(ids);
    expect(shown(phone)).toEqual(
      open.flatMap(({ author, edit }) => (author === 'wes' ? edit.id : [])).sort(),
    );
    for (const { client } of [phone, desk]) expect(client!.view.pending).toEqual([]);
  },
);
