import { chance, integer, pick, type Random } from '../support/random.ts';
import type { SimulatedDevice } from './device.ts';
import { DEVICE_FAULTS } from './device-faults.ts';
import { HUB_FAULTS } from './hub-faults.ts';
import { NETWORK_FAULTS } from './network-faults.ts';
import { discard, editSomething, flood, settleSomething, undoSomething } from './work.ts';
import type { World } from './world.ts';

/** Does something to a world. `device` is where, of what is done to one. */
export type Deed = (world: World, device: SimulatedDevice, random: Random) => void | Promise<void>;

export interface ActRow {
  /** How often, among the others. */
  weight: number;
  isFault: boolean;
  run: Deed;
}

const WORK = {
  work: { weight: 60, isFault: false, run: editSomething },
  flood: { weight: 3, isFault: false, run: flood },
  undo: { weight: 8, isFault: false, run: undoSomething },
  discard: { weight: 2, isFault: false, run: discard },
  settle: { weight: 8, isFault: false, run: settleSomething },
  look: { weight: 4, isFault: false, run: look },
  'less data': { weight: 2, isFault: false, run: useLessData },
  start: { weight: 10, isFault: false, run: (_, device) => device.start() },
  request: { weight: 2, isFault: false, run: request },
} satisfies Record<string, ActRow>;

export const ACTS = { ...WORK, ...NETWORK_FAULTS, ...DEVICE_FAULTS, ...HUB_FAULTS } satisfies Record<
  string,
  ActRow
>;

export type ActName = keyof typeof ACTS;

function look(_: World, { app }: SimulatedDevice, next: Random): void {
  const { client } = app ?? {};
  if (!client) return;
  const dice = next();
  if (dice < 0.3) void client.syncNow();
  else if (dice < 0.5) client.where(pick(next, ['101', '102', null]));
  else client.hint(pick(next, ['online', 'visible', 'visible', 'hidden']));
}

function useLessData({ situations }: World, { app }: SimulatedDevice, next: Random): void {
  const isOn = chance(next, 0.4);
  if (app?.client && isOn) situations.saw('a device that uses less data');
  app?.client?.saveData(isOn);
}

/** Somebody without a device, over HTTP. */
function request(world: World, { person }: SimulatedDevice, next: Random): void {
  const id = `request-${integer(next, 1, 2 ** 30)}`;
  if (!world.hub.isUp) return;
  const car = pick(next, ['101', '102', '103']);
  const session = world.sessionOf(person);
  world.hub.request(session, id, { type: 'note', car, text: 'from elsewhere' }).catch(() => {});
}
