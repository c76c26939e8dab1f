import { describe, expect, test } from 'vitest';
import { AttemptCount } from '../../worker/attempts/attempt-count.ts';
import {
  addressTally,
  countAttempt,
  enrolmentTallies,
  forgetAttempts,
  networkOf,
  subjectTally,
} from '../../worker/directory/attempts.ts';
import type { AttemptNamespace } from '../../worker/env.ts';
import {
  ENROLMENTS_MAX,
  ENROLMENTS_PER_ADDRESS_MAX,
  ENROLMENTS_PER_BLOCK_MAX,
  SIGN_IN_TRIES_PER_ADDRESS_MAX,
  SIGN_IN_TRIES_PER_EMAIL_MAX,
} from '../../worker/protocol/limits.ts';
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

describe('B1 enrolments begun', () => {
  /** How many of these addresses' enrolments are let through, one after the other, `each` of each. */
  async function begun(all: AttemptNamespace, addresses: string[], each: number): Promise<number> {
    let count = 0;
    for (const one of addresses) {
      for (let i = 0; i < each; i++) {
        if ((await countAttempt(all, enrolmentTallies(one, KEY))).ok) count++;
      }
    }
    return count;
  }
  const networks = (block: string) => Array.from({ length: 20 }, (_, i) => `2001:db8:${block}:${i}::1`);

  test('from all networks of one block of IPv6 do not take the places of all sites, in parallel neither', async () => {
    const all = counters();
    expect(await begun(all, networks('aa'), ENROLMENTS_PER_ADDRESS_MAX)).toBe(ENROLMENTS_PER_BLOCK_MAX);
    const parallel = networks('bb').map((one) => begun(all, [one], ENROLMENTS_PER_ADDRESS_MAX));
    const sum = (await Promise.all(parallel)).reduce((total, count) => total + count, 0);
    expect(sum).toBe(ENROLMENTS_PER_BLOCK_MAX);
    expect(ENROLMENTS_PER_BLOCK_MAX).toBeLessThan(ENROLMENTS_MAX / 4);
    expect(await begun(all, ['2001:db8:cc::1'], 1)).toBe(1);
  });

  test('from one network are no more than from an address, and leave the others of its block their own', async () => {
    const all = counters();
    const [one = '', other = ''] = networks('aa');
    expect(await begun(all, [one], 3 * ENROLMENTS_PER_ADDRESS_MAX)).toBe(ENROLMENTS_PER_ADDRESS_MAX);
    expect(await begun(all, [other], ENROLMENTS_PER_ADDRESS_MAX)).toBe(ENROLMENTS_PER_ADDRESS_MAX);
  });

  test('by IPv4 count by address alone', async () => {
    const all = counters();
    const addresses = ['192.0.2.7', '192.0.2.8', '192.0.2.9'];
    expect(await begun(all, addresses, ENROLMENTS_PER_ADDRESS_MAX + 1)).toBe(3 * ENROLMENTS_PER_ADDRESS_MAX);
  });
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

test('the block an address is in has the first 48 bits of it, and an IPv4 address is its own', () => {
  expect(networkOf('2001:0DB8:0001:0002::1', 48)).toBe('2001:db8:1');
  expect(networkOf('192.0.2.7', 48)).toBe('192.0.2.7');
});
