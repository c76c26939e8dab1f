import { resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FORMAT } from '../../app/sync/store.ts';
import type { Car } from '../../worker/protocol/car.ts';
import { device, launchBrowser, newProfile } from '../support/browser.ts';
import { type OldStore, oldStores } from './formats.ts';
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

test.each(oldStores())(
  'O2 all that a version with format $format left is there in this one',
  async ({ format, stored }) => {
    const [before, after] = [await open(), await open()];
    // The tab of the older version stays open: it gives way, and what it left is carried over.
    await before.evaluate((left) => window.storage.leave('old', left.stored, left.format), {
      stored,
      format,
    });
    const loaded = await after.evaluate(() => window.storage.load('old'));
    const { meta, cars, edits } = stored;
    expect(loaded).toEqual({ meta: { ...meta, format: FORMAT }, cars: byId(cars), edits });
    // And the tab of the older version cannot write into the new layout.
    const late = before.evaluate((left) => window.storage.leave('old', left.stored, left.format), {
      stored,
      format,
    });
    await expect(late).rejects.toThrow('VersionError');
  },
);

test('a store of a later version of the app says so, and stays as it is', async () => {
  const [later, page] = [await open(), await open()];
  const [{ stored }] = oldStores() as [OldStore];
  await later.evaluate((left) => window.storage.leave('later', left.stored, left.version), {
    stored,
    version: FORMAT + 1,
  });
  expect(await page.evaluate(() => window.storage.load('later'))).toEqual({ kind: 'newer' });
});

test('O3 two tabs with one store: the one that has loaded it last writes, the other is refused', async () => {
  const [a, b] = [await open(), await open()];
  for (const page of [a, b]) await page.evaluate(() => window.storage.keep('both'));
  expect(await b.evaluate(() => window.storage.add(1))).toBeNull();
  expect(await a.evaluate(() => window.storage.add(2))).toBe('taken');
  expect(await a.evaluate(() => window.storage.keep('both'))).toEqual([1]);
  expect(await a.evaluate(() => window.storage.add(2))).toBeNull();
  expect(await b.evaluate(() => window.storage.add(3))).toBe('taken');
});

test('a disk without room for the smallest note can still be read, and written to once there is room', async () => {
  const page = await open();
  const session = await context.newCDPSession(page);
  const origin = 'http://localhost:1';
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000_000 });
  await page.evaluate(() => window.storage.keep('crowded'));
  const kept = await page.evaluate(() => window.storage.fill());
  expect(kept).toBeGreaterThan(0);
  const again = await open();
  expect(await again.evaluate(() => window.storage.keep('crowded'))).toHaveLength(kept);
  expect(await again.evaluate(() => window.storage.add(99_999))).toBe('quota');
  await session.send('Storage.overrideQuotaForOrigin', { origin });
  expect(await again.evaluate(() => window.storage.add(99_999))).toBeNull();
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

function byId(cars: readonly Car[]): Car[] {
  return cars.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

describe('O3 one tab at a time has the lock', () => {
  const ask = (page: Page, how: 'if-free' | 'queue' | 'steal', site = 'yard'): Promise<void> =>
    page.evaluate((asked) => window.storage.ask(asked.site, asked.how), { how, site });
  const say = (page: Page, ...events: string[]) =>
    expect.poll(() => page.evaluate(() => window.storage.events())).toEqual(events);

  test('a second tab does not get it, and one that queues gets it when the first has gone', async () => {
    const [a, b] = [await open(), await open()];
    await ask(a, 'if-free');
    await say(a, 'held');
    await ask(b, 'if-free');
    await say(b, 'refused');
    await ask(b, 'queue');
    await a.close();
    await say(b, 'refused', 'held');
  });

  test('a tab that lets go is followed by the next, and hears no more of it', async () => {
    const [a, b] = [await open(), await open()];
    await ask(a, 'if-free');
    await say(a, 'held');
    await ask(b, 'queue');
    await a.evaluate(() => window.storage.letGo());
    await say(b, 'held');
    await say(a, 'held');
  });

  test('one that gives up its place in the queue does not get it later', async () => {
    const [a, b, c] = [await open(), await open(), await open()];
    await ask(a, 'if-free');
    await say(a, 'held');
    await ask(b, 'queue');
    await b.evaluate(() => window.storage.letGo());
    await ask(c, 'queue');
    await a.evaluate(() => window.storage.letGo());
    await say(c, 'held');
    await say(b);
  });

  test('it can be taken by force, which the one before is told', async () => {
    const [a, b] = [await open(), await open()];
    await ask(a, 'if-free');
    await say(a, 'held');
    await ask(b, 'steal');
    await say(b, 'held');
    await say(a, 'held', 'lost');
  });

  test('sites do not stand in each other’s way', async () => {
    const [a, b] = [await open(), await open()];
    await ask(a, 'if-free', 'north');
    await ask(b, 'if-free', 'south');
    await say(a, 'held');
    await say(b, 'held');
  });
});
