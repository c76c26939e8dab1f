import { expect, test } from 'vitest';
import { d1 } from './d1.ts';
import { flood } from './flood.ts';
import { proxy } from './proxy.ts';
import { broken } from './result.ts';

// Short forms of `npm run torture`, each on a hub of its own: what must not happen, and not how long it takes.

test.concurrent('R15 C1 E2 whatever the network does to a device, its queue empties once that is over', async () => {
  const result = await proxy({ runs: 60, devices: 12, faultMs: 700, longFaultMs: 700, seed: 7 });
  expect(broken(result, ['partitions', 'queues stuck'])).toEqual([]);
}, 180_000);

test.concurrent('R5 A1 A2 with D1 down and with D1 slow people go on, and the archive is whole afterwards', async () => {
  const result = await d1({ seconds: 2, devices: 3, seed: 8 });
  expect(broken(result, [])).toEqual([]);
}, 180_000);

test.concurrent('R10 B1 no frame that can be made by hand changes anything or costs anybody else their socket', async () => {
  const result = await flood({ edits: 1_500, seed: 9 });
  expect(broken(result, ['edits of one device at once'])).toEqual([]);
}, 180_000);
