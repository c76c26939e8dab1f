import { setTimeout as sleep } from 'node:timers/promises';
import type { Intent } from '../../worker/protocol/edit.ts';
import { DEFAULT_LOCATIONS } from '../../worker/protocol/site.ts';
import { chance, integer, pick, type Random, random } from '../support/random.ts';
import type { Device } from './device.ts';
import type { Yard } from './yard.ts';

/** A device with more than this waiting makes no more edits until the hub has answered some. */
const WAITING_MAX = 400;
const BURST_MAX = 60;
/** As fast as the machine goes. */
const PAUSE_MS_MAX = 60;

/** People at work on every device of a yard that is on, in singles and bursts, with pauses, until told to stop. */
export interface Shift {
  readonly made: number;
  stop(): Promise<void>;
}

export function beginShift({ devices, cars }: Yard, seed: number, pauseMsMax = PAUSE_MS_MAX): Shift {
  let made = 0;
  let isOver = false;
  const work = async (device: Device, next: Random): Promise<void> => {
    while (!isOver) {
      if (device.isOn && device.client.view.pending.length < WAITING_MAX) {
        if (device.client.view.attention.length > 20) await device.settleAll();
        for (let left = chance(next, 0.25) ? integer(next, 2, BURST_MAX) : 1; left > 0; left--) {
          act(device, next, cars);
          made++;
        }
      }
      await sleep(integer(next, 1, pauseMsMax));
    }
  };
  const all = devices.map((device, i) => work(device, random(seed + i)));
  return {
    get made() {
      return made;
    },
    stop: async () => {
      isOver = true;
      await Promise.all(all);
    },
  };
}

/** One thing a person does. */
export function act(device: Device, next: Random, cars: readonly string[]): void {
  const [own] = device.client.view.own;
  if (own && !own.undone && chance(next, 0.02)) device.undo(own);
  else device.edit(intent(device, next, cars));
}

function intent(device: Device, next: Random, cars: readonly string[]): Intent {
  const car = pick(next, cars);
  const kind = integer(next, 0, 99);
  if (kind < 40) return { type: 'set', car, fields: { location: pick(next, DEFAULT_LOCATIONS) } };
  if (kind < 60) return { type: 'set', car, fields: { arrived: chance(next, 0.5) } };
  if (kind < 75) return { type: 'set', car, fields: { late: chance(next, 0.5) } };
  if (kind < 78) return { type: 'set', car, fields: { notes: '' } };
  if (kind < 92) return { type: 'note', car, text: device.nextText() };
  if (device.person.role === 'worker') return { type: 'set', car, fields: { empty: chance(next, 0.5) } };
  if (kind < 95) return { type: 'add', car: device.nextText(), fields: { location: 'Yard' } };
  if (kind < 97) return { type: 'remove', car };
  if (kind < 99) return { type: 'restore', car };
  const rows = [
    { car: device.nextText(), fields: { location: '300' } },
    { car, fields: { late: true } },
  ];
  return { type: 'import', rows, mode: 'merge' };
}
