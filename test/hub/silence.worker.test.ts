import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Hub, startHub } from '../support/hub.ts';
import { isSettled, openNodeClient, viewOnce } from '../support/node-client.ts';
import { makeSite } from '../support/site.ts';
import { startWire } from '../support/wire.ts';

let hub: Hub;

beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.stop());

test('R9 H1 a half-open device is gone from presence within 45 s, by no more than what others do', async () => {
  const site = await makeSite(hub);
  await using wire = await startWire(hub.origin);
  const open = ({ cookie, id }: typeof site.lead, origin: string) =>
    openNodeClient({ origin, site: site.id, cookie, person: id });
  const watcher = await open(site.lead, hub.origin);
  const away = await open(site.worker, wire.origin);
  const isHere = () => watcher.view.people.some(({ id }) => id === site.worker.id);
  await viewOnce(away, isSettled);
  await viewOnce(watcher, isHere);
  // Until its first ping, after which it is known to be one that pings.
  await sleep(6_000);
  wire.stall();
  const stalledAt = performance.now();
  for (let car = 0; isHere() && performance.now() - stalledAt < 60_000; car++) {
    watcher.where(String(car));
    await sleep(2_000);
  }
  expect(isHere()).toBe(false);
  // The last two seconds are this test's.
  expect(performance.now() - stalledAt).toBeLessThan(47_000);
  await Promise.all([watcher.stop(), away.stop()]);
}, 90_000);
