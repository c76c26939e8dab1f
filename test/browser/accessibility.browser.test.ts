import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { CLOSE } from '../../worker/protocol/errors.ts';
import { enrolDevice } from '../support/device.ts';
import { controlled, sessionOf } from '../support/pages.ts';
import { givePin } from '../support/pin.ts';
import { editsOf, openDevice } from '../support/raw-device.ts';
import type { TestSite } from '../support/site.ts';
import { action, pill, pillSays, ROSTER } from './board.ts';
import { bringAxe, type Look, lookAt } from './looks.ts';
import { SCREENS } from './screens.ts';
import { goOffline, goOnline, stage } from './stage.ts';
import { visit } from './visit.ts';

const on = stage();
/** Some seventy screens, each looked at twice and more. */
const ALL_SCREENS_MS = 180_000;
const LOOKS: readonly Look[] = ['phone', 'desktop'];

describe.each(LOOKS)('on a %s', (size) => {
  test('no screen before the board has a finding, dark or light', async () => {
    const context = await openContext(null, size);
    const page = await context.newPage();
    const found: string[] = [];
    for (const [path, heading] of [
      ['/', 'Sign in'],
      ['/setup', 'Set up your site'],
      [`/reset#${'x'.repeat(43)}`, 'Choose a new password'],
      ['/reset', 'Choose a new password'],
      ['/tablet', 'Use this as a shared tablet'],
    ] as const) {
      await page.goto(on.hub.origin + path);
      await page.getByRole('heading', { name: heading }).first().waitFor();
      found.push(...(await lookAt(page, size, heading)));
    }
    // With what can be wrong beside each field.
    await page.goto(`${on.hub.origin}/setup`);
    await page.getByRole('button', { name: 'Create the site' }).click();
    await page.getByText('Fill this in.').first().waitFor();
    found.push(...(await lookAt(page, size, 'setup with problems')));
    expect(found).toEqual([]);
  });

  test('no screen of a site has a finding, dark or light', { timeout: ALL_SCREENS_MS }, async () => {
    const site = await on.site(ROSTER);
    await site.lead.request('DELETE', 'cars/632880');
    const context = await openContext(site, size);
    const page = await context.newPage();
    const origin = await openWithConflict(page, site);
    const found: string[] = [];
    const desk = await (await openContext(site, size, 'admin')).newPage();
    await desk.goto(`${origin}/s/${site.id}`);
    await pill(desk).waitFor();
    for (const { name, path, heading, act, only, role } of SCREENS) {
      if (only && !only.includes(size)) continue;
      const shown = role === 'admin' ? desk : page;
      await visit(shown, `${origin}/s/${site.id}${path}`);
      await shown.getByRole('heading', { name: heading }).first().waitFor();
      await act?.(shown);
      found.push(...(await lookAt(shown, size, name)));
    }
    expect(found).toEqual([]);
  });

  test('a tablet nobody has said who they are on has no finding, dark or light', async () => {
    const site = await on.site(ROSTER);
    const device = await enrolDevice(on.hub, site.lead);
    await givePin(on.hub, site.worker.id, '4827');
    const context = await openContext(null, size);
    await context.addCookies([sessionOf({ ...site.worker, cookie: device.cookie })]);
    const page = await context.newPage();
    await page.goto(`${on.hub.origin}/s/${site.id}`);
    const ask = page.getByRole('button', { name: 'Who is here?' });
    await ask.waitFor();
    const found = await lookAt(page, size, 'locked');
    await ask.click();
    await page.getByRole('button', { name: 'Sign in by email and password' }).click();
    await page.getByLabel('Email').waitFor();
    found.push(...(await lookAt(page, size, 'locked, with a password')));
    await page.getByRole('button', { name: 'Somebody else' }).click();
    await page.locator('.face').waitFor();
    found.push(...(await lookAt(page, size, 'faces')));
    await page.locator('.face').click();
    await page.locator('.pin-keys').waitFor();
    for (const digit of '4826') await page.keyboard.press(digit);
    await page.getByText('This is not the PIN.').waitFor();
    found.push(...(await lookAt(page, size, 'a wrong PIN')));
    for (const digit of '4827') await page.keyboard.press(digit);
    await page.getByRole('button', { name: 'Lock, Wes' }).waitFor();
    found.push(...(await lookAt(page, size, 'open for somebody')));
    await page.goto(`${on.hub.origin}/s/${site.id}/more`);
    await page.getByRole('button', { name: 'Lock', exact: true }).click();
    await page.getByRole('link', { name: 'More' }).click();
    await page.getByRole('heading', { name: 'This is for people' }).waitFor();
    found.push(...(await lookAt(page, size, 'what is for people')));
    expect(found).toEqual([]);
  });

  test('an empty board has no finding, dark or light', async () => {
    const site = await on.site();
    const context = await openContext(site, size);
    const page = await context.newPage();
    await page.goto(`${on.hub.origin}/s/${site.id}/board`);
    await page.getByRole('heading', { name: 'No cars on the board yet' }).waitFor();
    const found = await lookAt(page, size, 'empty board');
    await page.goto(`${on.hub.origin}/sites`);
    await page.getByRole('heading', { name: 'Your sites' }).waitFor();
    found.push(...(await lookAt(page, size, 'sites')));
    await page.goto(`${on.hub.origin}/enrol#code=417293`);
    await page.getByRole('heading', { name: 'Add a tablet' }).waitFor();
    found.push(...(await lookAt(page, size, 'a tablet being added by its code')));
    expect(found).toEqual([]);
  });
});

test('on a phone no state of the connection has a finding, dark or light', async () => {
  const site = await on.site(ROSTER);
  const context = await openContext(site, 'phone');
  let ends: { code: number } | undefined;
  await context.routeWebSocket(/\/live$/, (socket) => socket.close(ends));
  const page = await context.newPage();
  const path = `${on.hub.origin}/s/${site.id}?sheet=sync`;
  const found: string[] = [];
  await page.goto(path);
  await page.getByText('does not let the board keep a connection open').waitFor();
  found.push(...(await lookAt(page, 'phone', 'over HTTP')));

  await page.goto(`${on.hub.origin}/s/${site.id}/settings`);
  await page.getByRole('checkbox', { name: 'Use less data' }).check();
  await page.goto(path);
  await page.getByText('asks for news once a minute').waitFor();
  found.push(...(await lookAt(page, 'phone', 'with less data')));
  await page.goto(`${on.hub.origin}/s/${site.id}/settings`);
  await page.getByRole('checkbox', { name: 'Use less data' }).uncheck();

  ends = { code: CLOSE.unknownProtocol };
  await page.goto(path);
  await pill(page, 'Update needed').waitFor({ state: 'attached' });
  await action(page, 'Update').waitFor();
  found.push(...(await lookAt(page, 'phone', 'too old for the hub')));

  // A later version of the app has been at work in the store.
  await page.evaluate(async () => {
    for (const { name = '', version = 1 } of await indexedDB.databases()) {
      await new Promise((done) => {
        indexedDB.open(name, version + 1).onsuccess = done;
      });
    }
  });
  await page.goto(path);
  await page.getByRole('heading', { name: 'This version of the app is out of date' }).waitFor();
  found.push(...(await lookAt(page, 'phone', 'older than its store')));
  expect(found).toEqual([]);
});

/** Nothing moves meanwhile: a colour half-way to another is no finding. */
async function openContext(
  site: TestSite | null,
  size: Look,
  role: 'lead' | 'admin' = 'lead',
): Promise<BrowserContext> {
  const context = await on.device(site?.[role] ?? null, size, { reducedMotion: 'reduce' });
  await bringAxe(context);
  return context;
}

/** Opens the app, and has somebody else change the same things, so that one has to decide on each. */
async function openWithConflict(page: Page, site: TestSite): Promise<string> {
  const wire = await on.wire();
  await page.goto(`${wire.origin}/s/${site.id}?car=128414`);
  await pillSays(page, 'Live');
  await page.getByRole('button', { name: 'Late', exact: true }).click();
  await pillSays(page, 'Live');
  await controlled(page);
  await goOffline(page, wire);
  await page.getByRole('button', { name: 'Move', exact: true }).click();
  await page.getByRole('button', { name: '300', exact: true }).click();
  for (const car of ['128590', '690591']) {
    await page.goto(`${wire.origin}/s/${site.id}?car=${car}&part=move`);
    await page.getByRole('button', { name: '300', exact: true }).click();
  }
  for (const car of ['128414', '128590'])
    await site.admin.request('PATCH', `cars/${car}`, { location: '400' });
  await site.admin.request('DELETE', 'cars/690591');
  await goOnline(page, wire);
  await pillSays(page, '3 need you');
  await leaveOpen(site);
  await pillSays(page, '3 need you\\. 3 of others');
  return wire.origin;
}

/** Somebody else leaves things open, too: several values of one edit, and what they may not do. */
async function leaveOpen(site: TestSite): Promise<void> {
  const device = await openDevice(on.hub.origin, site.id, site.worker.cookie);
  const { seq, version: base } = await device.hello();
  await site.admin.request('PATCH', 'cars/156035', { location: '400', empty: true });
  const edits = editsOf(
    [
      { type: 'set', car: '156035', fields: { location: '300', arrived: false, empty: false } },
      { type: 'remove', car: '128074' },
      { type: 'set', car: '999111', fields: { arrived: true } },
    ],
    { seq: seq + 1, base },
  );
  device.send({ type: 'push', edits });
  await device.next('outcomes');
  device.socket.close();
}
