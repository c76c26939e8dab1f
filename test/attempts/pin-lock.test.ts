import { expect, test } from 'vitest';
import { PinLock } from '../../worker/attempts/pin-lock.ts';
import {
  PIN_TRIES_BLOCK,
  PIN_TRIES_KEPT_MS,
  PIN_TRIES_MAX,
  PIN_WAIT_MS_MIN,
} from '../../worker/protocol/limits.ts';
import { CounterStorage } from '../support/counter-storage.ts';

const NOW = 1_800_000_000_000;

function pad() {
  const storage = new CounterStorage();
  const lock = new PinLock(storage);
  return { storage, lock };
}

/** Tries as soon as each may be, until a lead has to help; gives the seconds waited before each. */
async function waits(lock: PinLock): Promise<number[]> {
  const waited = [];
  let now = NOW;
  for (;;) {
    const turn = await lock.take(now);
    if (!turn.ok && turn.code === 'pin-blocked') return waited;
    if (turn.ok) {
      waited.push(0);
      continue;
    }
    waited.push(turn.seconds);
    now += turn.seconds * 1_000;
    expect((await lock.take(now)).ok).toBe(true);
  }
}

test('R13 of a thousand PINs at once exactly five are looked at', async () => {
  const { storage, lock } = pad();
  const turns = await Promise.all(Array.from({ length: 1_000 }, () => lock.take(NOW)));
  expect(turns.filter(({ ok }) => ok)).toHaveLength(PIN_TRIES_MAX);
  expect(turns.at(-1)).toEqual({ ok: false, code: 'pin-locked', seconds: PIN_WAIT_MS_MIN / 1_000 });
  expect(storage.writes).toBe(PIN_TRIES_MAX);
  expect(storage.rows.size).toBe(1);
});

test('R13 five are free, then each waits for twice as long as the one before, and after ten a lead has to help', async () => {
  expect(await waits(pad().lock)).toEqual([0, 0, 0, 0, 0, 30, 60, 120, 240, 480]);
});

test('each says what comes of it if it is wrong', async () => {
  const { lock } = pad();
  const said = [];
  for (let i = 0; i < PIN_TRIES_BLOCK; i++) {
    const turn = await lock.take(NOW + i * 3_600_000);
    said.push(turn.ok && turn.ifWrong);
  }
  expect(said).toEqual([...Array(4).fill('none'), ...Array(5).fill('wait'), 'lead']);
});

test('R13 the count outlives the object that keeps it: another one on the same storage goes on', async () => {
  const { storage, lock } = pad();
  for (let i = 0; i < PIN_TRIES_MAX; i++) await lock.take(NOW);
  expect((await new PinLock(storage).take(NOW + PIN_WAIT_MS_MIN - 1)).ok).toBe(false);
  expect((await new PinLock(storage).take(NOW + PIN_WAIT_MS_MIN)).ok).toBe(true);
});

test('what is refused makes no wait longer', async () => {
  const { lock } = pad();
  for (let i = 0; i < PIN_TRIES_MAX; i++) await lock.take(NOW);
  for (let i = 0; i < 100; i++) await lock.take(NOW + 10_000);
  expect(await lock.take(NOW + 10_000)).toMatchObject({ seconds: 20 });
});

test('one that nobody could look at is given back', async () => {
  const { lock } = pad();
  for (let i = 0; i < PIN_TRIES_MAX; i++) await lock.take(NOW);
  await lock.giveBack();
  expect((await lock.take(NOW)).ok).toBe(true);
  expect((await lock.take(NOW)).ok).toBe(false);
});

test('B1 a few wrong ones are forgotten after a day; ten are not', async () => {
  const { storage, lock } = pad();
  await lock.take(NOW);
  expect(storage.alarmAt).toBe(NOW + PIN_TRIES_KEPT_MS);
  await lock.due(NOW + PIN_TRIES_KEPT_MS - 1);
  expect(lock.holds()).toBe(true);
  await lock.due(NOW + PIN_TRIES_KEPT_MS);
  expect(storage.rows.size).toBe(0);
  await waits(lock);
  await lock.due(NOW + 10 * PIN_TRIES_KEPT_MS);
  expect(await lock.take(NOW + 10 * PIN_TRIES_KEPT_MS)).toEqual({ ok: false, code: 'pin-blocked' });
});
