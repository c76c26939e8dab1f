import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext } from 'playwright-core';
import { device, launchBrowser, type Size } from '../support/browser.ts';
import { findBrowser } from '../support/browser-path.ts';
import type { HubTarget } from './hub-target.ts';
import type { Findings } from './target.ts';

/** Whose first screen it is, by the end of the finding's name. */
const VISITS: readonly { name: string; size: Size; isSignedIn: boolean; shows: string }[] = [
  { name: 'signInKiB', size: 'phone', isSignedIn: false, shows: 'input[type=password]' },
  { name: 'keypadKiB', size: 'phone', isSignedIn: true, shows: '.shell h1' },
  { name: 'boardKiB', size: 'desktop', isSignedIn: true, shows: '.shell h1' },
];

/**
 * The scripts that a browser new to the site has asked for by the time the first screen stands, gzipped one by one.
 * What the app loads afterwards, ahead of need, is not in it. Nothing where there is no browser.
 */
export async function measureFirstLoad({ hub, target }: HubTarget, client: string): Promise<Findings> {
  if (!findBrowser()) {
    console.error('No Chromium, so first-load is not measured.');
    return {};
  }
  const browser = await launchBrowser();
  const found: Findings = {};
  try {
    for (const { name, size, isSignedIn, shows } of VISITS) {
      const cookie = isSignedIn ? target.people[0]?.headers.Cookie : undefined;
      const scripts = await scriptsOf(browser, hub.origin, { size, cookie, shows });
      const sizes = scripts.map((path) => gzipSync(readFileSync(join(client, path))).length);
      found[name] = sizes.reduce((sum, bytes) => sum + bytes, 0) / 1024;
    }
  } finally {
    await browser.close();
  }
  return found;
}

async function scriptsOf(
  browser: Browser,
  origin: string,
  { size, cookie, shows }: { size: Size; cookie: string | undefined; shows: string },
): Promise<string[]> {
  const context = await browser.newContext(device(size));
  try {
    if (cookie !== undefined) await signIn(context, cookie);
    const page = await context.newPage();
    await page.goto(origin, { waitUntil: 'commit' });
    const scripts = await page.waitForFunction((selector) => {
      if (!document.querySelector(selector)) return null;
      return performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
    }, shows);
    return (await scripts.jsonValue())?.filter((path) => path.endsWith('.js')) ?? [];
  } finally {
    await context.close();
  }
}

async function signIn(context: BrowserContext, cookie: string): Promise<void> {
  const [name = '', value = ''] = cookie.split(/=(.*)/s);
  const host = { domain: 'localhost', path: '/', secure: true, httpOnly: true };
  await context.addCookies([{ name, value, ...host, sameSite: 'Strict' }]);
}
