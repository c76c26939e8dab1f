import { expect, test } from 'vitest';
import { emptyState } from '../../worker/engine/state.ts';
import { Storage } from '../../worker/hub/storage.ts';
import { sqliteStorage } from './sqlite-storage.ts';

const SITE = { id: 'hub-1', name: 'Hub 1', timeZone: 'UTC', locations: ['Yard'] };

function newStorage(): Storage {
  const storage = new Storage(sqliteStorage());
  storage.create();
  storage.run({ type: 'put-meta', meta: emptyState(SITE, 'epoch-1', 'head') });
  return storage;
}

test('B1 sessions are read in the order in which they end, whatever their hashes', () => {
  const storage = newStorage();
  const ends = { a: 3, b: 1, c: 4, d: 2 };
  for (const [hash, expiresAt] of Object.entries(ends)) {
    const session = { hash, person: hash, name: hash, role: 'worker', expiresAt, revoked: false } as const;
    storage.run({ type: 'put-session', session });
  }
  expect([...(storage.load()?.sessions.keys() ?? [])]).toEqual(['b', 'd', 'a', 'c']);
});

test('B1 a name that was forgotten is forgotten in storage', () => {
  const storage = newStorage();
  for (const person of ['ann', 'bo']) storage.run({ type: 'put-name', person, name: person });
  storage.run({ type: 'delete-name', person: 'ann' });
  expect([...(storage.load()?.names.keys() ?? [])]).toEqual(['bo']);
});
