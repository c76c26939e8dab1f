import { expect, test } from 'vitest';
import { evict } from './evict.ts';
import { kill } from './kill.ts';
import { oldClient } from './old-client.ts';
import { pin } from './pin.ts';
import { broken } from './result.ts';
import { throwing } from './throw.ts';

// Short forms of `npm run torture`, each on a hub of its own: what must not happen, and not how long it takes.

test.concurrent('R3 E1 E2 V1 killed under load, workerd loses no edit that was acknowledged and doubles none', async () => {
  const result = await kill({ kills: 4, edits: 300, devices: 4, seed: 3 });
  expect(broken(result, ['kill -9 of workerd', 'edits acknowledged'])).toEqual([]);
}, 180_000);

test.concurrent('R4 H1 evicted under load, the hub drops no socket, loses no edit and takes nobody for another', async () => {
  const result = await evict({ evictions: 110, devices: 4, seed: 4 });
  expect(broken(result, ['evictions', 'sockets dropped'])).toEqual([]);
}, 180_000);

test.concurrent('E1 whatever throws in the hub, nothing is changed by half and everybody comes again', async () => {
  const result = await throwing({ devices: 3, seed: 5 });
  expect(broken(result, ['tables broken under load'])).toEqual([]);
}, 180_000);

test.concurrent('E2 a device that speaks the protocol before works through restarts beside those that do not', async () => {
  const result = await oldClient({ devices: 3, edits: 12, seed: 6 });
  expect(broken(result, [])).toEqual([]);
}, 180_000);

test.concurrent('R13 killed under a hundred guesses at once, workerd lets five PINs be looked at', async () => {
  const result = await pin({ people: 1, guesses: 100, kills: 2, seed: 7 });
  expect(broken(result, [])).toEqual([]);
}, 180_000);
