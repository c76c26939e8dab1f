import { expect, test } from 'vitest';
import { AttemptCount } from '../../worker/attempts/attempt-count.ts';
import { CounterStorage } from '../support/counter-storage.ts';

const NOW = 1_800_000_000_000;
const WINDOW_MS = 60_000;
const MAX = 3;

function counter() {
  const storage = new CounterStorage();
  const count = new AttemptCount(storage);
  return { storage, count, take: (now = NOW) => count.take(MAX, WINDOW_MS, now) };
}

test('B1 so many attempts are let through in a window, and the first refusal is told from the others', async () => {
  const { take } = counter();
  for (let i = 0; i < MAX; i++) expect(await take()).toEqual({ ok: true });
  expect(await take(NOW + 10_000)).toEqual({ ok: false, seconds: 50, isFirst: true });
  expect(await take(NOW + WINDOW_MS - 1)).toEqual({ ok: false, seconds: 1, isFirst: false });
});

test('B1 what is refused writes nothing, however often it is tried', async () => {
  const { storage, take } = counter();
  for (let i = 0; i <= MAX; i++) await take();
  const { writes } = storage;
  for (let i = 0; i < 1_000; i++) expect((await take()).ok).toBe(false);
  expect(storage.writes).toBe(writes);
  expect(storage.rows.size).toBe(1);
});

test('the count outlives the object that keeps it: another one on the same storage goes on', async () => {
  const { storage, take } = counter();
  for (let i = 0; i < MAX; i++) await take();
  expect((await new AttemptCount(storage).take(MAX, WINDOW_MS, NOW)).ok).toBe(false);
});

test('a window ends, whether or not the alarm has come', async () => {
  const { storage, take } = counter();
  for (let i = 0; i <= MAX; i++) await take();
  expect(await take(NOW + WINDOW_MS)).toEqual({ ok: true });
  expect(storage.alarmAt).toBe(NOW + 2 * WINDOW_MS);
});

test('B1 it forgets by its own alarm, so that nothing stays for ever', async () => {
  const { storage, count, take } = counter();
  await take();
  expect(storage.alarmAt).toBe(NOW + WINDOW_MS);
  await count.due(NOW + WINDOW_MS);
  expect(storage.rows.size).toBe(0);
});

test('an alarm that comes too early sets itself again and forgets nothing', async () => {
  const { storage, count, take } = counter();
  for (let i = 0; i < MAX; i++) await take();
  storage.alarmAt = null;
  await count.due(NOW + WINDOW_MS - 1);
  expect(storage.alarmAt).toBe(NOW + WINDOW_MS);
  expect((await take()).ok).toBe(false);
});

test('an attempt that was none is given back, and not more than there were', async () => {
  const { count, take } = counter();
  await count.giveBack();
  for (let i = 0; i < MAX; i++) await take();
  await count.giveBack();
  expect((await take()).ok).toBe(true);
  expect((await take()).ok).toBe(false);
});

test('what is forgotten leaves neither a row nor an alarm', async () => {
  const { storage, count, take } = counter();
  for (let i = 0; i <= MAX; i++) await take();
  await count.forget();
  expect([storage.rows.size, storage.alarmAt]).toEqual([0, null]);
  expect((await take()).ok).toBe(true);
});
