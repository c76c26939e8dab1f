import { resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { device, launchBrowser, newProfile } from '../support/browser.ts';
import type { StoragePage } from './page.ts';
import { STORE_RULES } from './store-contract.ts';

declare global {
  interface Window {
    storage: StoragePage;
  }
}

let browser: Browser;
let context: BrowserContext;
let script: string;

beforeAll(async () => {
  [browser, script] = await Promise.all([launchBrowser(), bundle(resolve(import.meta.dirname, 'page.ts'))]);
});
afterAll(() => browser.close());
beforeEach(async () => {
  context = await browser.newContext(device('desktop'));
  return () => context.close();
});

/** A page of an origin nobody serves, with the store in it. */
async function open(from: BrowserContext = context): Promise<Page> {
  const page = await from.newPage();
  await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await page.goto('http://localhost:1/');
  await page.addScriptTag({ content: script });
  return page;
}

async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'page' } },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !('output' in output)) throw new Error('nothing was built');
  return output.output[0].code;
}

test.each(STORE_RULES)('IndexedDB: $title', async ({ title }) => {
  const page = await open();
  expect(await page.evaluate((rule) => window.storage.check(rule), title)).toBeNull();
});

test('O1 what was committed is there after the browser was closed', async () => {
  const profile = newProfile();
  const before = await profile.open('desktop');
  const page = await open(before);
  await page.evaluate(() => window.storage.keep('closed'));
  expect(await page.evaluate(() => window.storage.add(1))).toBeNull();
  await before.close();
  const after = await profile.open('desktop');
  const again = await open(after);
  expect(await again.evaluate(() => window.storage.keep('closed'))).toEqual([1]);
  await after.close();
  profile.remove();
});

test('O1 two tabs that write under one key: the second is refused, and the first keeps what it wrote', async () => {
  const [a, b] = [await open(), await open()];
  for (const page of [a, b]) await page.evaluate(() => window.storage.keep('both'));
  expect(await a.evaluate(() => window.storage.add(1))).toBeNull();
  expect(await b.evaluate(() => window.storage.add(1))).toBe('taken');
  expect(await b.evaluate(() => window.storage.add(2))).toBeNull();
});

test('a store that is cleared under an open tab says so once, and then takes everything again', async () => {
  const [page, other] = [await open(), await open()];
  await page.evaluate(() => window.storage.keep('cleared'));
  expect(await page.evaluate(() => window.storage.add(1))).toBeNull();
  // Nobody stands in the way of that.
  expect(await other.evaluate(() => window.storage.remove('cleared'))).toBe(true);
  expect(await page.evaluate(() => window.storage.add(2))).toBe('wiped');
  expect(await page.evaluate(() => window.storage.add(1))).toBeNull();
});

test('a device without room says `quota`, and what was stored before stays', async () => {
  const page = await open();
  const session = await context.newCDPSession(page);
  // Before anything is stored: Chromium remembers for a while how much room there was.
  await session.send('Storage.overrideQuotaForOrigin', {
    origin: 'http://localhost:1',
    quotaSize: 2_000_000,
  });
  await page.evaluate(() => window.storage.keep('full'));
  expect(await page.evaluate(() => window.storage.add(1))).toBeNull();
  expect(await page.evaluate(() => window.storage.addLarge(20))).toBe('quota');
  expect(await page.evaluate(() => window.storage.keep('full'))).toEqual([1]);
});

describe('O3 one tab at a time', () => {
  const hold = (page: Page, takeOver: boolean, answers = true): Promise<boolean> =>
    page.evaluate((how) => window.storage.hold('yard', how.takeOver, how.answers), { takeOver, answers });
  const events = (page: Page): Promise<string[]> => page.evaluate(() => window.storage.events());

  test('a second tab does not get the lock, and gets it once the first has gone', async () => {
    const [a, b] = [await open(), await open()];
    expect(await hold(a, false)).toBe(true);
    expect(await hold(b, false)).toBe(false);
    await a.close();
    await expect.poll(() => hold(b, false)).toBe(true);
  });

  test('a second tab that asks for it gets it, once the first has let go', async () => {
    const [a, b] = [await open(), await open()];
    await hold(a, false);
    expect(await hold(b, true)).toBe(true);
    expect([await events(a), await events(b)]).toEqual([['lost'], []]);
    // And back again.
    expect(await hold(a, true)).toBe(true);
    expect([await events(a), await events(b)]).toEqual([['lost'], ['lost']]);
  });

  test('a tab that never answers is not waited for', async () => {
    const [a, b] = [await open(), await open()];
    await hold(a, false, false);
    expect(await hold(b, true)).toBe(true);
    expect(await hold(a, false)).toBe(false);
  });

  test('sites do not stand in each other’s way', async () => {
    const [a, b] = [await open(), await open()];
    expect(await a.evaluate(() => window.storage.hold('north', false))).toBe(true);
    expect(await b.evaluate(() => window.storage.hold('south', false))).toBe(true);
  });
});
