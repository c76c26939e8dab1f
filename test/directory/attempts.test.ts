import { expect, test } from 'vitest';
import { AttemptCount } from '../../worker/attempts/attempt-count.ts';
import {
  addressTally,
  countAttempt,
  forgetAttempts,
  networkOf,
  subjectTally,
} from '../../worker/directory/attempts.ts';
import type { AttemptNamespace } from '../../worker/env.ts';
import { SIGN_IN_TRIES_PER_ADDRESS_MAX, SIGN_IN_TRIES_PER_EMAIL_MAX } from '../../worker/protocol/limits.ts';
import { CounterStorage } from '../support/counter-storage.ts';

const KEY = 'k'.repeat(32);

/** The objects of a namespace, in memory. */
function counters(): AttemptNamespace & { keys: () => string[] } {
  const objects = new Map<string, AttemptCount>();
  return {
    keys: () => [...objects.keys()],
    getByName: (key) => {
      const count = objects.get(key) ?? new AttemptCount(new CounterStorage());
      objects.set(key, count);
      return {
        take: (max, windowMs) => count.take(max, windowMs, 1_800_000_000_000),
        giveBack: () => count.giveBack(),
        forget: () => count.forget(),
      };
    },
  };
}

const email = (name: string) => subjectTally('email', `${name}@example.com`, KEY);
const address = addressTally('192.0.2.7', KEY);

test('B1 an address over its limit adds nothing to an email, so that it can lock nobody out', async () => {
  const all = counters();
  for (let i = 0; i < SIGN_IN_TRIES_PER_ADDRESS_MAX; i++) {
    expect((await countAttempt(all, [address, email(`p${i}`)])).ok).toBe(true);
  }
  for (let i = 0; i < SIGN_IN_TRIES_PER_EMAIL_MAX; i++) {
    expect(await countAttempt(all, [address, email('ana')])).toMatchObject({ ok: false, by: address });
  }
  expect(all.keys()).not.toContain(email('ana').key);
  expect((await countAttempt(all, [addressTally('192.0.2.8', KEY), email('ana')])).ok).toBe(true);
});

test('B1 an email over its limit adds nothing to the address, in parallel too: it locks out nobody else behind it', async () => {
  const all = counters();
  for (let round = 0; round < 5; round++) {
    const tries = Array.from({ length: SIGN_IN_TRIES_PER_ADDRESS_MAX }, () =>
      countAttempt(all, [address, email('ana')]),
    );
    const looked = (await Promise.all(tries)).filter(({ ok }) => ok).length;
    expect(looked).toBe(round === 0 ? SIGN_IN_TRIES_PER_EMAIL_MAX : 0);
  }
  // What was looked at still counts, exactly.
  const others = SIGN_IN_TRIES_PER_ADDRESS_MAX - SIGN_IN_TRIES_PER_EMAIL_MAX;
  for (let i = 0; i < others; i++) expect((await countAttempt(all, [address, email(`p${i}`)])).ok).toBe(true);
  expect(await countAttempt(all, [address, email('late')])).toMatchObject({ ok: false, by: address });
});

test('one that was right is no attempt: a whole site signs in from one address', async () => {
  const all = counters();
  for (let i = 0; i < 3 * SIGN_IN_TRIES_PER_ADDRESS_MAX; i++) {
    const attempt = await countAttempt(all, [address, email('ana')]);
    if (!attempt.ok) throw new Error(`refused the ${i}th time`);
    await attempt.right();
  }
});

test('one that nobody could decide is given back under every key', async () => {
  const all = counters();
  for (let i = 0; i < 3 * SIGN_IN_TRIES_PER_EMAIL_MAX; i++) {
    const attempt = await countAttempt(all, [address, email('ana')]);
    if (!attempt.ok) throw new Error(`refused the ${i}th time`);
    await attempt.undecided();
  }
});

test('who has proved who they are in another way is let in again', async () => {
  const all = counters();
  for (let i = 0; i <= SIGN_IN_TRIES_PER_EMAIL_MAX; i++) await countAttempt(all, [email('ana')]);
  await forgetAttempts(all, email('ana'));
  expect((await countAttempt(all, [email('ana')])).ok).toBe(true);
});

test('a counter that cannot be reached lets nobody through', async () => {
  const dead: AttemptNamespace = {
    getByName: () => {
      const fail = () => Promise.reject(new Error('Durable Object reset'));
      return { take: fail, giveBack: fail, forget: fail };
    },
  };
  await expect(countAttempt(dead, [address])).rejects.toMatchObject({ name: 'D1Unavailable' });
});

test('keys name nobody, and differ by what they are of and by the installation', () => {
  const keys = [
    email('ana').key,
    subjectTally('person', 'ana@example.com', KEY).key,
    addressTally('ana@example.com', KEY).key,
    subjectTally('email', 'ana@example.com', 'x'.repeat(32)).key,
  ];
  expect(new Set(keys).size).toBe(4);
  for (const key of keys) expect(key).toMatch(/^[\w-]{22}$/);
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['', ''],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
])('the network of %j is %j', (one, network) => {
  expect(networkOf(one)).toBe(network);
});
