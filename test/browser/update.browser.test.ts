import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Hub, startHub } from '../support/hub.ts';
import { makeSite } from '../support/site.ts';
import { action, closeSheet, findByKeypad, pillSays, ROSTER, rowSays } from './board.ts';
import { goOffline, goOnline, historyOf, load, stage } from './stage.ts';

const on = stage();

test('a tab that is opened without a network shows the board of this device', async () => {
  const { worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const page = await on.open(worker, 'phone', wire);
  const { context } = { context: page.context() };
  await page.close();
  await context.setOffline(true);
  wire.cut();
  const fresh = await context.newPage();
  await fresh.goto(wire.origin);
  await pillSays(fresh, 'Offline');
  await fresh.getByRole('link', { name: 'Board' }).tap();
  await rowSays(fresh, '128439', 'Empty', '300', 'Door sticks, use rear');
  // Screens that have not been opened yet are there too.
  await fresh.getByRole('link', { name: 'More' }).tap();
  await action(fresh, 'Settings').tap();
  await fresh.getByRole('group', { name: 'Appearance' }).waitFor();
});

test('O2 a new version waits until the person asks for it, and ten queued edits outlive the change', async () => {
  using build = ownBuild();
  const { dist } = build;
  await using hub: Hub = await startHub({ dist });
  const site = await makeSite(hub);
  await load(site, ROSTER);
  const wire = await on.wire(hub);
  const page = await on.open(site.worker, 'phone', wire);
  expect(await buildOf(page)).toBeNull();

  deploy(dist);
  await hub.restart();
  // Starting the app is when the browser looks for a new version.
  await page.reload();
  await page.getByText('New version ready').waitFor();
  expect(await buildOf(page)).toBeNull();
  await pillSays(page, 'Live');

  await goOffline(page, wire);
  for (const car of ['128414', '128074', '128113', '144255', '690591']) {
    await findByKeypad(page, car.slice(-3), car);
    await action(page, 'Arrived').tap();
    await action(page, 'Late').tap();
    await closeSheet(page);
  }
  await pillSays(page, 'Offline, 10 saved here');
  await Promise.all([page.waitForEvent('load'), action(page, 'Update').tap()]);
  await pillSays(page, 'Offline, 10 saved here');
  expect(await buildOf(page)).toBe('next');
  expect(await page.getByText('New version ready').count()).toBe(0);

  await goOnline(page, wire);
  await pillSays(page, 'Live');
  const done = (await historyOf(site.worker)).slice(0, -1).reverse();
  expect(done.map(({ cars }) => `${cars[0]?.id} ${Object.keys(cars[0]?.after ?? {})[0]}`)).toEqual(
    ['128414', '128074', '128113', '144255', '690591'].flatMap((car) => [`${car} arrived`, `${car} late`]),
  );
});

test('O2 a new version that nobody asks for takes over once nobody is at the page, and keeps what was queued', async () => {
  using build = ownBuild();
  await using hub: Hub = await startHub({ dist: build.dist });
  const site = await makeSite(hub);
  await load(site, ROSTER);
  const wire = await on.wire(hub);
  const page = await on.open(site.worker, 'phone', wire);
  deploy(build.dist);
  await hub.restart();
  await page.addInitScript(holdLongTimers);
  await page.reload();
  await page.getByText('New version ready').waitFor();
  await goOffline(page, wire);
  await findByKeypad(page, '414', '128414');
  await action(page, 'Arrived').tap();
  await closeSheet(page);
  await pillSays(page, 'Offline, 1 saved here');
  expect(await buildOf(page)).toBeNull();
  await Promise.all([page.waitForEvent('load'), page.evaluate(() => window.letMinutesPass())]);
  await pillSays(page, 'Offline, 1 saved here');
  expect(await buildOf(page)).toBe('next');
});

declare global {
  interface Window {
    letMinutesPass(): void;
  }
}

/** Timers of a minute and more wait until the test says that the time has passed. */
function holdLongTimers(): void {
  const { setTimeout } = window;
  const held: (() => void)[] = [];
  const isLong = (ms: number | undefined): boolean => ms !== undefined && ms >= 60_000;
  const later = (call: () => void, ms?: number): number =>
    isLong(ms) ? held.push(call) : setTimeout(call, ms);
  Object.assign(window, {
    setTimeout: later,
    letMinutesPass: () => {
      for (const call of held.splice(0)) call();
    },
  });
}

/** A build of the test's own, to be replaced by another. */
function ownBuild(): { dist: string } & Disposable {
  const dist = mkdtempSync(join(tmpdir(), 'yardboard-dist-'));
  cpSync(process.env.YARDBOARD_DIST ?? 'dist', dist, { recursive: true });
  return { dist, [Symbol.dispose]: () => rmSync(dist, { recursive: true }) };
}

/** Puts another version where this one is served from: another page, and a service worker that says so. */
function deploy(dist: string): void {
  const change = (file: string, from: RegExp, to: string): void => {
    const path = join(dist, 'client', file);
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(from);
    writeFileSync(path, text.replace(from, to));
  };
  change('index.html', /<head>/, '<head><meta name="build" content="next">');
  change('sw.js', /(?<="?revision"?:"|`)[0-9a-f]{32}(?="|`,"?url"?:"index.html)/, 'next');
}

function buildOf(page: Page): Promise<string | null> {
  return page.evaluate(() => document.querySelector('meta[name=build]')?.getAttribute('content') ?? null);
}
