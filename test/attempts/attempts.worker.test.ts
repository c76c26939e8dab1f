import { afterAll, beforeAll, expect, test } from 'vitest';
import { subjectTally } from '../../worker/directory/attempts.ts';
import { SIGN_IN_TRIES_PER_EMAIL_MAX } from '../../worker/protocol/limits.ts';
import { takeD1Down } from '../support/d1-outage.ts';
import { type Hub, SESSION_KEY, startHub } from '../support/hub.ts';
import { addPerson, makeSite, PASSWORD, type TestPerson, type TestSite } from '../support/site.ts';

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
});
afterAll(() => hub.stop());

async function login(email: string, password: string): Promise<number> {
  const response = await fetch(`${hub.origin}/api/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: hub.origin },
    body: JSON.stringify({ email, password }),
  });
  await response.arrayBuffer();
  return response.status;
}

async function guess(email: string, times: number): Promise<number> {
  const statuses = await Promise.all(Array.from({ length: times }, (_, i) => login(email, `guess ${i}`)));
  expect(new Set([...statuses, 401, 429])).toEqual(new Set([401, 429]));
  return statuses.filter((status) => status === 401).length;
}

const newcomer = (name: string): Promise<TestPerson> => addPerson(hub, site.id, { role: 'worker', name });

test('B1 of a hundred parallel guesses exactly as many are looked at as may be', {
  timeout: 60_000,
}, async () => {
  // What is left of the address's own limit is not in the way.
  const own = await startHub();
  try {
    const there = await makeSite(own);
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const response = await fetch(`${own.origin}/api/auth/login`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', Origin: own.origin },
          body: JSON.stringify({ email: there.lead.email, password: `guess ${i}` }),
        });
        await response.arrayBuffer();
        return response.status;
      }),
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(SIGN_IN_TRIES_PER_EMAIL_MAX);
    expect(statuses.filter((status) => status === 429)).toHaveLength(100 - SIGN_IN_TRIES_PER_EMAIL_MAX);
  } finally {
    await own.stop();
  }
});

test('B1 the count survives an eviction, and a kill -9 in between', async () => {
  const { email } = await newcomer('Gus');
  const { key } = subjectTally('email', email, SESSION_KEY);
  const half = Math.floor(SIGN_IN_TRIES_PER_EMAIL_MAX / 2);
  expect(await guess(email, half)).toBe(half);
  await hub.evictCounter(key);
  expect(await guess(email, half - 1)).toBe(half - 1);
  await hub.restart();
  expect(await guess(email, 5)).toBe(SIGN_IN_TRIES_PER_EMAIL_MAX - 2 * half + 1);
  expect(await login(email, PASSWORD)).toBe(429);
  await hub.restart();
  expect(await login(email, PASSWORD)).toBe(429);
});

test('an outage of D1 locks nobody out: what it did not let be looked at does not count', async () => {
  const { email } = await newcomer('Ivy');
  const heal = takeD1Down(hub.stateDir);
  try {
    const tries = Array.from({ length: SIGN_IN_TRIES_PER_EMAIL_MAX }, () => login(email, PASSWORD));
    expect(new Set(await Promise.all(tries))).toEqual(new Set([503]));
  } finally {
    heal();
  }
  expect(await login(email, PASSWORD)).toBe(200);
});
