import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { findBrowser, findShell } from './browser-path.ts';

/** The screens that pictures are taken at, and that every layout has to fit. */
export const SIZES = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  tablet: { viewport: { width: 820, height: 1180 }, hasTouch: true, isMobile: true, deviceScaleFactor: 1 },
  desktop: { viewport: { width: 1440, height: 900 } },
} satisfies Record<string, BrowserContextOptions>;

export type Size = keyof typeof SIZES;

/** One time zone and language wherever the tests run; what moves is drawn many times, by a machine without a GPU. */
const DEVICE = {
  locale: 'en-US',
  timezoneId: 'America/Chicago',
  colorScheme: 'dark',
  reducedMotion: 'reduce',
} satisfies BrowserContextOptions;

/** For `browser.newContext(…)`: one person's device. */
export function device(size: Size, more: BrowserContextOptions = {}): BrowserContextOptions {
  return { ...DEVICE, ...SIZES[size], ...more };
}

/** For pages. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch(launchOptions(findShell()));
}

/** For what the shell has not: installing an app, Background Sync. */
export function launchWholeBrowser(): Promise<Browser> {
  return chromium.launch(launchOptions(findBrowser()));
}

/** A device that can be switched off and on again with what it has stored. */
export interface Profile {
  readonly dir: string;
  /** Starts a browser on the profile. Close the context to switch the device off. */
  open(size: Size, more?: BrowserContextOptions): Promise<BrowserContext>;
  /** Takes the battery out: SIGKILL for the browser that is open on the profile and all its processes. */
  kill(): void;
  remove(): void;
}

export function newProfile(): Profile {
  const dir = mkdtempSync(join(tmpdir(), 'yardboard-profile-'));
  return {
    dir,
    open: (size, more) =>
      chromium.launchPersistentContext(dir, { ...launchOptions(findBrowser()), ...device(size, more) }),
    kill: () => {
      // The browser marks its profile with `host-pid`, and leads a process group of its own.
      const pid = Number(readlinkSync(join(dir, 'SingletonLock')).split('-').at(-1));
      process.kill(-pid, 'SIGKILL');
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

function launchOptions(executablePath: string | undefined): { executablePath: string; args: string[] } {
  if (!executablePath)
    throw new Error('No Chromium: run npm test, which installs one, or set CHROMIUM_PATH.');
  return {
    executablePath,
    args: [
      // Root in a container has no namespaces to build a sandbox from.
      '--no-sandbox',
      '--disable-gpu',
      // /dev/shm has 64 MB in most containers.
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  };
}
