import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { device, launchBrowser, newProfile } from '../support/browser.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { watchPages } from '../support/pages.ts';
import { startWire } from '../support/wire.ts';

let hub: Hub;
let browser: Browser;

beforeAll(async () => {
  [hub, browser] = await Promise.all([
    startHub({ dist: resolve(import.meta.dirname, 'fixture') }),
    launchBrowser(),
  ]);
});
afterAll(() => Promise.all([hub.stop(), browser.close()]));

test('a page is shown, and an error nobody sees on it is noted', async () => {
  const context = await browser.newContext(device('phone'));
  const problems = watchPages(context);
  const page = await context.newPage();
  await page.goto(hub.origin);
  expect(await page.textContent('#text')).toBe('fixture');
  problems.check();
  const seen = context.waitForEvent('weberror');
  await page.goto(`${hub.origin}/throw`);
  await seen;
  expect(() => problems.check()).toThrow('seen');
  await context.close();
});

test('a profile keeps what it stored while its browser is off', async () => {
  const profile = newProfile();
  const before = await profile.open('desktop');
  const page = await before.newPage();
  await page.goto(hub.origin);
  await page.evaluate(() => localStorage.setItem('kept', 'yes'));
  await before.close();
  const after = await profile.open('desktop');
  const again = await after.newPage();
  await again.goto(hub.origin);
  expect(await again.evaluate(() => localStorage.getItem('kept'))).toBe('yes');
  await after.close();
  profile.remove();
});

test('a wire that is cut closes the socket of a page, and a healed one lets it back', async () => {
  await using wire = await startWire(hub.origin);
  const page = await browser.newPage();
  await page.goto(wire.origin);
  const closed = page.evaluate(
    () =>
      new Promise<number>((done) => {
        const socket = new WebSocket('/api/site/wire');
        socket.onopen = () => console.log('open');
        socket.onclose = (event) => done(event.code);
      }),
  );
  await page.waitForEvent('console', (message) => message.text() === 'open');
  wire.cut();
  expect(await closed).toBe(1006);
  await expect(page.evaluate(() => fetch('/api/health'))).rejects.toThrow();
  wire.heal();
  expect(await page.evaluate(async () => (await fetch('/api/health')).status)).toBe(200);
  await page.close();
});

test('a stalled wire keeps the connection and holds everything back until it is healed', async () => {
  await using wire = await startWire(hub.origin);
  const health = async (origin: string): Promise<number> => (await fetch(`${origin}/api/health`)).status;
  expect(await health(wire.origin)).toBe(200);
  wire.stall();
  let answered = false;
  const late = health(wire.origin).finally(() => {
    answered = true;
  });
  // Time enough: each of these goes the whole way past the wire.
  for (let round = 0; round < 20; round += 1) expect(await health(hub.origin)).toBe(200);
  expect(answered).toBe(false);
  wire.heal();
  expect(await late).toBe(200);
});
