import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeD1Down } from '../support/d1-outage.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { openSocket } from '../support/socket.ts';

const dist = resolve(import.meta.dirname, 'fixture');
let hub: Hub;

beforeAll(async () => {
  hub = await startHub({ dist });
});
afterAll(() => hub.stop());

const count = async (site: string): Promise<unknown> =>
  (await fetch(`${hub.origin}/api/site/${site}`)).json();

/** Sends one message on an open socket and resolves with the answer. */
function ask(socket: WebSocket): Promise<unknown> {
  return new Promise((answer) => {
    socket.addEventListener('message', (event) => answer(JSON.parse(String(event.data))), { once: true });
    socket.send('count');
  });
}

test('the Worker answers with its secrets set, and two sites are two objects', async () => {
  expect(await (await fetch(`${hub.origin}/api/health`)).json()).toEqual({ token: hub.setupToken });
  expect(await count('one')).toEqual({ inMemory: 1, stored: 1 });
  expect(await count('one')).toEqual({ inMemory: 2, stored: 2 });
  expect(await count('two')).toEqual({ inMemory: 1, stored: 1 });
});

test('an evicted object forgets its memory, keeps its storage and its open sockets', async () => {
  const socket = await openSocket(`${hub.origin}/api/site/evicted`);
  expect(await ask(socket)).toMatchObject({ inMemory: 1, stored: 1 });
  await hub.evict('evicted');
  expect(await ask(socket)).toMatchObject({ inMemory: 1, stored: 2 });
  expect(await hub.sql('evicted', 'SELECT count(*) AS n FROM counted')).toEqual([{ n: 2 }]);
  socket.close();
});

test('a socket made by Node carries a cookie and an origin of its choice', async () => {
  const headers = { Cookie: 'session=abc', Origin: 'http://elsewhere.test' };
  const socket = await openSocket(`${hub.origin}/api/site/headers`, headers);
  expect(await ask(socket)).toMatchObject({ cookie: 'session=abc', origin: 'http://elsewhere.test' });
  socket.close();
});

test('a killed hub is gone, and comes back at the same address with all it had acknowledged', async () => {
  expect(await count('killed')).toEqual({ inMemory: 1, stored: 1 });
  await hub.db.prepare('CREATE TABLE probe AS SELECT 7 AS n').run();
  const pid = hub.pid;
  await hub.kill();
  expect(() => process.kill(pid, 0)).toThrow();
  await expect(fetch(`${hub.origin}/api/health`)).rejects.toThrow();
  await hub.restart();
  expect(await count('killed')).toEqual({ inMemory: 1, stored: 2 });
  expect(await hub.db.prepare('SELECT n FROM probe').first('n')).toBe(7);
});

test('D1 can be taken away and given back while the objects go on', async () => {
  const read = (): Promise<unknown> => hub.db.prepare('SELECT 7 AS n FROM d1_migrations').all();
  await read();
  const giveBack = takeD1Down(hub.stateDir);
  await expect(read()).rejects.toThrow();
  await expect(hub.db.prepare('CREATE TABLE refused (n)').run()).rejects.toThrow();
  expect(await count('without-d1')).toEqual({ inMemory: 1, stored: 1 });
  giveBack();
  await read();
  await hub.db.prepare('CREATE TABLE accepted (n)').run();
});

test('hubs beside each other share nothing, and one that is stopped leaves nothing', async () => {
  const [a, b] = await Promise.all([startHub({ dist }), startHub({ dist })]);
  expect(new Set([a.origin, b.origin, hub.origin]).size).toBe(3);
  expect(new Set([a.pid, b.pid, hub.pid]).size).toBe(3);
  await fetch(`${a.origin}/api/site/one`);
  expect(await b.sql('one', 'SELECT count(*) AS n FROM counted')).toEqual([{ n: 0 }]);
  await Promise.all([a.stop(), b.stop()]);
  expect(existsSync(a.stateDir)).toBe(false);
});
