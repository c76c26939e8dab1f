import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { action, pillSays, ROSTER, sheet } from './board.ts';
import { goOffline, goOnline, stage } from './stage.ts';

const on = stage();

/** The line of somebody's device in the list. */
function lineOf(page: Page, name: string) {
  return page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${name}`) }) });
}

async function ask(page: Page, verdict: RegExp): Promise<void> {
  await page.getByRole('button', { name: 'All clear?' }).press('Enter');
  await page.getByRole('status').getByText(verdict).waitFor();
}

test('O2 a lead sees who has been cut off, is told that it is not clear, and when it is', async () => {
  const site = await on.site(ROSTER);
  const wire = await on.wire();
  const phone = await on.open(site.worker, 'phone', wire);
  const desk = await on.open(site.lead, 'desktop');

  await desk.getByRole('link', { name: 'More' }).click();
  await desk.getByRole('button', { name: 'Devices' }).click();
  await lineOf(desk, 'Wes').filter({ hasText: 'Current' }).waitFor();
  await lineOf(desk, 'Lee').filter({ hasText: 'Current' }).waitFor();
  await ask(desk, /^All clear: 2 devices have everything, nobody holds a change, as of \d/);

  await goOffline(phone, wire);
  await phone.goto(`${wire.origin}/s/${site.id}?car=128414`);
  await sheet(phone, '128414').waitFor();
  await action(phone, 'Arrived').click();
  await pillSays(phone, 'Offline, 1 saved here');
  await lineOf(desk, 'Wes').filter({ hasText: 'Offline since' }).waitFor();
  await ask(desk, /^Not clear: 1 of 2 devices/);
  const verdict = await desk.getByRole('region', { name: 'All clear?' }).getByRole('status').textContent();
  expect(verdict).toMatch(/Wes.*Offline since \d/);
  expect(verdict).not.toContain('Lee');

  await goOnline(phone, wire);
  await pillSays(phone, 'Live');
  await ask(desk, /^All clear: 2 devices/);
});

test('without a network the list stays, with the time it is of, and it is said that nobody can be asked', async () => {
  const site = await on.site(ROSTER);
  const wire = await on.wire();
  const phone = await on.open(site.lead, 'phone', wire);
  await phone.goto(`${wire.origin}/s/${site.id}/fleet`);
  const cards = phone.getByRole('list', { name: 'Devices of the last 12 hours' });
  await cards.getByText('Current').waitFor();
  await goOffline(phone, wire);
  await phone.getByText('No connection: this is what was known last').waitFor();
  await cards.getByText('Current').waitFor();
  await phone.getByText(/as of \d/).waitFor();
  await ask(phone, /^The devices could not be asked/);
});

test('I2 a preloader does not find the devices, and is told so where they look for them', async () => {
  const site = await on.site(ROSTER);
  const page = await on.open(site.worker, 'phone');
  await page.goto(`${on.hub.origin}/s/${site.id}/more`);
  await page.getByRole('button', { name: 'History' }).waitFor();
  expect(await page.getByRole('button', { name: 'Devices' }).count()).toBe(0);
  await page.goto(`${on.hub.origin}/s/${site.id}/fleet`);
  await page.getByText('Your role may not do that.').waitFor();
});
