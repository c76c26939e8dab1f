import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { SIZES, type Size } from '../support/browser.ts';
import type { TestSite } from '../support/site.ts';
import { pillSays, ROSTER } from './board.ts';
import { bringAxe, findings, sidewaysScroll, smallTargets } from './looks.ts';
import { SCREENS } from './screens.ts';
import { goOffline, goOnline, stage } from './stage.ts';

const on = stage();
const WIDTHS: readonly Size[] = ['phone', 'tablet', 'desktop'];

describe.each(WIDTHS)('on a %s', (size) => {
  test('no screen before the board has a finding, dark or light', async () => {
    const context = await openContext(null, size);
    const page = await context.newPage();
    const found: string[] = [];
    for (const [path, heading] of [
      ['/', 'Sign in'],
      ['/setup', 'Set up your site'],
    ] as const) {
      await page.goto(on.hub.origin + path);
      await page.getByRole('heading', { name: heading }).first().waitFor();
      found.push(...(await lookAt(page, size, heading)));
    }
    // With what can be wrong beside each field.
    await page.getByRole('button', { name: 'Create the site' }).click();
    await page.getByText('Fill this in.').first().waitFor();
    found.push(...(await lookAt(page, size, 'setup with problems')));
    expect(found).toEqual([]);
  });

  test('no screen of a site has a finding, dark or light', async () => {
    const site = await on.site(ROSTER);
    await site.lead.request('DELETE', 'cars/632880');
    const context = await openContext(site, size);
    const page = await context.newPage();
    const origin = await openWithConflict(page, site);
    const found: string[] = [];
    for (const { name, path, heading, act, only } of SCREENS) {
      if (only && !only.includes(size)) continue;
      await page.goto(`${origin}/s/${site.id}${path}`);
      await page.getByRole('heading', { name: heading }).first().waitFor();
      await act?.(page);
      found.push(...(await lookAt(page, size, name)));
    }
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
    expect(found).toEqual([]);
  });
});

/** Nothing moves meanwhile: a colour half-way to another is no finding. */
async function openContext(site: TestSite | null, size: Size): Promise<BrowserContext> {
  const context = await on.device(site?.lead ?? null, size, { reducedMotion: 'reduce' });
  await bringAxe(context);
  return context;
}

/** Opens the app, and has somebody else change the same thing, so that one has to decide. */
async function openWithConflict(page: Page, site: TestSite): Promise<string> {
  const wire = await on.wire();
  await page.goto(`${wire.origin}/s/${site.id}?car=128414`);
  await pillSays(page, 'Live');
  await page.getByRole('button', { name: 'Late', exact: true }).click();
  await pillSays(page, 'Live');
  await goOffline(page, wire);
  await page.getByRole('button', { name: 'Move', exact: true }).click();
  await page.getByRole('button', { name: '300', exact: true }).click();
  await site.admin.request('PATCH', 'cars/128414', { location: '400' });
  await goOnline(page, wire);
  await pillSays(page, '1 needs you');
  return wire.origin;
}

async function lookAt(page: Page, size: Size, screen: string): Promise<string[]> {
  const found: string[] = [];
  await wear(page, 'dark');
  found.push(...(await findings(page)));
  // Nothing else differs.
  await wear(page, 'light');
  found.push(...(await findings(page, ['color-contrast'])).map((finding) => `light, ${finding}`));
  found.push(...(await sidewaysScroll(page)));
  if (size !== 'desktop') found.push(...(await smallTargets(page)));
  if (size === 'phone') {
    await page.setViewportSize({ width: 320, height: 568 });
    found.push(...(await sidewaysScroll(page)).map((finding) => `at 320 px, ${finding}`));
    await page.setViewportSize(SIZES.phone.viewport);
  }
  return found.map((finding) => `${screen}: ${finding}`);
}

/** As the app itself does when the person chooses. */
function wear(page: Page, theme: 'dark' | 'light'): Promise<void> {
  return page.evaluate((chosen) => {
    document.documentElement.dataset.theme = chosen;
  }, theme);
}
