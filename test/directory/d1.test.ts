import { expect, test, vi } from 'vitest';
import { ask, D1Unavailable } from '../../worker/directory/d1.ts';

test('D1 that does not answer in time is unavailable, and leaves no timer behind (H1)', async () => {
  vi.useFakeTimers();
  try {
    const asked = ask(new Promise(() => {}), 5_000);
    const refused = expect(asked).rejects.toBeInstanceOf(D1Unavailable);
    await vi.advanceTimersByTimeAsync(5_000);
    await refused;
    await ask(Promise.resolve(1), 5_000);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('D1 that fails is unavailable, with the cause kept for the log', async () => {
  const cause = new Error('D1_ERROR: Network connection lost.');
  await expect(ask(Promise.reject(cause))).rejects.toMatchObject({ name: 'D1Unavailable', cause });
});

test('a statement that is wrong in itself is a bug, not an outage', async () => {
  const bug = new Error('D1_ERROR: UNIQUE constraint failed: people.email: SQLITE_CONSTRAINT');
  await expect(ask(Promise.reject(bug))).rejects.toBe(bug);
});
