import { expect, test } from 'vitest';
import { AttemptCount } from '../../worker/attempts/attempt-count.ts';
import { PinLock } from '../../worker/attempts/pin-lock.ts';
import { countPin, type PinTried } from '../../worker/directory/pin-attempts.ts';
import type { PinLockNamespace } from '../../worker/env.ts';
import { PIN_TRIES_MAX, PIN_TRIES_PER_PERSON_MAX } from '../../worker/protocol/limits.ts';
import { CounterStorage } from '../support/counter-storage.ts';

const KEY = 'k'.repeat(32);
const NOW = 1_800_000_000_000;
const WES: PinTried = { device: 'd1', person: 'wes', round: 0, pin: 'stored' };

/** The objects of a namespace, in memory. */
function counters(): PinLockNamespace & { keys: () => string[] } {
  const objects = new Map<string, { count: AttemptCount; lock: PinLock }>();
  return {
    keys: () => [...objects.keys()],
    getByName: (key) => {
      const storage = new CounterStorage();
      const object = objects.get(key) ?? { count: new AttemptCount(storage), lock: new PinLock(storage) };
      objects.set(key, object);
      return {
        take: (max, windowMs) => object.count.take(max, windowMs, NOW),
        giveBack: () => object.count.giveBack(),
        takePin: () => object.lock.take(NOW),
        giveBackPin: () => object.lock.giveBack(),
        forget: () => object.count.forget(),
      };
    },
  };
}

test('R13 a lock on one device locks nobody elsewhere, nor anybody else on it', async () => {
  const all = counters();
  for (let i = 0; i < 100; i++) {
    expect((await countPin(all, WES, KEY)).ok).toBe(i < PIN_TRIES_MAX);
  }
  expect((await countPin(all, { ...WES, device: 'd2' }, KEY)).ok).toBe(true);
  expect((await countPin(all, { ...WES, person: 'ana' }, KEY)).ok).toBe(true);
});

test('R13 nobody goes from device to device: a person has so many wrong ones on all of them together', async () => {
  const all = counters();
  let looked = 0;
  for (let i = 0; i < 20 * PIN_TRIES_MAX; i++) {
    const attempt = await countPin(all, { ...WES, device: `d${i % 20}` }, KEY);
    if (attempt.ok) looked++;
    else expect(attempt).toMatchObject({ code: 'pin-locked' });
  }
  expect(looked).toBe(PIN_TRIES_PER_PERSON_MAX);
  expect((await countPin(all, { ...WES, person: 'ana' }, KEY)).ok).toBe(true);
});

test('one that was right forgets the device’s count, and not what others have tried elsewhere', async () => {
  const all = counters();
  let looked = 0;
  for (let i = 0; i < 20 * PIN_TRIES_MAX; i++) {
    if ((await countPin(all, { ...WES, device: `d${i % 20}` }, KEY)).ok) looked++;
    const own = await countPin(all, { ...WES, device: 'own' }, KEY);
    if (own.ok) await own.right();
  }
  expect(looked).toBe(PIN_TRIES_PER_PERSON_MAX);
});

test('one that nobody could decide is given back under both', async () => {
  const all = counters();
  for (let i = 0; i < 3 * PIN_TRIES_PER_PERSON_MAX; i++) {
    const attempt = await countPin(all, WES, KEY);
    if (!attempt.ok) throw new Error(`refused the ${i}th time`);
    await attempt.undecided();
  }
});

test('another round begins the counts by device anew, as when a lead unlocks', async () => {
  const all = counters();
  for (let i = 0; i <= PIN_TRIES_MAX; i++) await countPin(all, WES, KEY);
  expect((await countPin(all, WES, KEY)).ok).toBe(false);
  expect((await countPin(all, { ...WES, round: 1 }, KEY)).ok).toBe(true);
});

test('R13 whoever unlocks again and again has no more guesses than anybody; another PIN begins all counts anew', async () => {
  const all = counters();
  let looked = 0;
  let round = 0;
  for (; round < PIN_TRIES_PER_PERSON_MAX; round++) {
    for (let i = 0; i < PIN_TRIES_MAX; i++) if ((await countPin(all, { ...WES, round }, KEY)).ok) looked++;
  }
  expect(looked).toBe(PIN_TRIES_PER_PERSON_MAX);
  expect((await countPin(all, { ...WES, round, pin: 'another' }, KEY)).ok).toBe(true);
});

test('keys name nobody', async () => {
  const all = counters();
  await countPin(all, WES, KEY);
  for (const key of all.keys()) expect(key).toMatch(/^[\w-]{22}$/);
  expect(all.keys()).toHaveLength(2);
});
