import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** Debian's build of Chromium without the windows around the pages: it draws them with half the work. */
const SHELL = '/usr/bin/chromium-headless-shell';
/** Where Debian, Ubuntu, Chrome's own package and macOS put the whole of it. */
const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** A Chromium on this machine: `CHROMIUM_PATH`, an installed one, or one of Playwright's. */
export function findBrowser(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH is ${named}, and there is nothing.`);
    return named;
  }
  return [...INSTALLED, chromium.executablePath()].find((path) => existsSync(path));
}

/** What pages are opened with that need nothing but a page: the shell where there is one, or else the whole browser. */
export function findShell(): string | undefined {
  return !process.env.CHROMIUM_PATH && existsSync(SHELL) ? SHELL : findBrowser();
}
