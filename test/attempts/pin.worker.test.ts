import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyOf } from '../../worker/directory/attempts.ts';
import { PIN_TRIES_MAX } from '../../worker/protocol/limits.ts';
import { enrolDevice, type TestDevice } from '../support/device.ts';
import { type Hub, SESSION_KEY, startHub } from '../support/hub.ts';
import { addPinWorker, enterPin } from '../support/pin.ts';
import { guessPins, mostLooked } from '../support/pin-guesses.ts';
import { makeSite, type TestSite } from '../support/site.ts';

const PIN = '7295';
let hub: Hub;
let site: TestSite;
let tablet: TestDevice;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
  tablet = await enrolDevice(hub, site.lead);
});
afterAll(() => hub.stop());

test('R13 of a thousand PINs guessed at once five are looked at', { timeout: 60_000 }, async () => {
  const { id } = await addPinWorker(hub, site.id, 'Gus', PIN);
  const { looked, strange, ms } = await guessPins(hub, tablet.cookie, id, 1_000);
  expect(strange).toEqual([]);
  expect(looked).toBeGreaterThanOrEqual(PIN_TRIES_MAX);
  expect(looked).toBeLessThanOrEqual(mostLooked(ms));
  expect((await enterPin(hub, tablet.cookie, id, PIN)).status).toBe(429);
});

test('R13 the count survives an eviction and a kill -9 in between: five in all', {
  timeout: 60_000,
}, async () => {
  const { id } = await addPinWorker(hub, site.id, 'Ivy', PIN);
  const guess = async (times: number) => (await guessPins(hub, tablet.cookie, id, times)).looked;
  expect(await guess(2)).toBe(2);
  await hub.evictCounter(keyOf(`pin ${tablet.id} ${id} 0`, SESSION_KEY));
  expect(await guess(1)).toBe(1);
  await hub.restart();
  expect(await guess(50)).toBe(PIN_TRIES_MAX - 3);
  await hub.restart();
  expect((await enterPin(hub, tablet.cookie, id, PIN)).status).toBe(429);
});
