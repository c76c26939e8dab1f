import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openDevice } from '../support/raw-device.ts';
import { PASSWORD, signIn } from '../support/site.ts';
import { pillSays } from './board.ts';
import { stage } from './stage.ts';

const on = stage();
const NEW = 'rain on the belt';

async function openSettings(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'More' }).click();
  await page.getByRole('button', { name: 'Settings' }).click();
}

/** The rows of the devices that are listed. */
const rows = (page: Page) => page.getByRole('list', { name: 'Your devices' }).getByRole('listitem');

test('I3 a person sees where they are signed in, ends one and then all others, and stays', async () => {
  const site = await on.site();
  const cookies = await Promise.all([1, 2, 3].map(() => signIn(on.hub.origin, site.worker.email)));
  const page = await on.open(site.worker, 'phone');
  await openSettings(page);
  await expect.poll(() => rows(page).count()).toBe(4);
  await expect.poll(() => rows(page).filter({ hasText: 'this device' }).count()).toBe(1);
  expect(await rows(page).filter({ hasText: 'this device' }).getByRole('button').count()).toBe(0);

  const device = await openDevice(on.hub.origin, site.id, cookies[2] ?? '');
  await device.hello();
  await page.getByRole('button', { name: /^End / }).first().tap();
  await page.getByText('1 device has been signed out.').waitFor();
  await expect.poll(() => rows(page).count()).toBe(3);
  await page.getByRole('button', { name: 'Hold to end the 2 others' }).press('Enter');
  await page.getByText('3 devices have been signed out.').waitFor();
  await expect.poll(() => rows(page).count()).toBe(1);
  expect(await device.closed).toBe(4401);
  await pillSays(page, 'Live');
});

test('a password is changed where one is told what is wrong with another', async () => {
  const site = await on.site();
  const page = await on.open(site.worker, 'desktop');
  await openSettings(page);
  await page.getByRole('button', { name: 'Change password' }).click();
  const current = page.getByLabel('Present password');
  const next = page.getByLabel('New password');
  const change = page.getByRole('button', { name: 'Change password' });
  await current.fill('not this one');
  await next.fill('short');
  await change.click();
  await page.getByText('This is shorter than 8 characters.').waitFor();
  await next.fill('password123');
  await change.click();
  await page.getByText('one of the first that somebody would try').waitFor();
  await next.fill(NEW);
  await change.click();
  await page.getByText('This is not your present password.').waitFor();
  await current.fill(PASSWORD);
  await change.click();
  await page.getByText('Your password is changed.').waitFor();
  await signIn(on.hub.origin, site.worker.email, NEW);
  await pillSays(page, 'Live');
});

test('an admin finds in the log who was locked out, makes them a link, and they sign in by it', async () => {
  const site = await on.site();
  for (let i = 0; i < 12; i++) await signIn(on.hub.origin, site.worker.email, 'forgotten').catch(() => {});
  const desk = await on.open(site.admin, 'desktop');
  await desk.getByRole('link', { name: 'More' }).click();
  await desk.getByRole('button', { name: 'Security log' }).click();
  await desk.getByLabel('What', { exact: true }).selectOption('Signing in and out');
  await desk.getByLabel('Person', { exact: true }).selectOption('Wes');
  await desk.getByRole('button', { name: 'Sign-ins as Wes were locked' }).first().click();
  await desk.getByRole('heading', { name: 'Account of Wes' }).waitFor();
  await desk.getByRole('button', { name: 'Make a link' }).click();
  const link = await desk.getByLabel('Link for Wes').inputValue();
  expect(link).toMatch(new RegExp(`^${on.hub.origin}/reset#[\\w-]{43}$`));

  const phone = await (await on.device(null, 'phone')).newPage();
  await phone.goto(link);
  await phone.getByLabel('New password').fill('iloveyou');
  expect(new URL(phone.url()).hash).toBe('');
  await phone.getByRole('button', { name: 'Sign in with it' }).tap();
  await phone.getByText('one of the first that somebody would try').waitFor();
  await phone.getByLabel('New password').fill(NEW);
  await phone.getByRole('button', { name: 'Sign in with it' }).tap();
  await pillSays(phone, 'Live');

  const late = await (await on.device(null, 'phone')).newPage();
  await late.goto(link);
  await late.getByLabel('New password').fill('another good one');
  await late.getByRole('button', { name: 'Sign in with it' }).tap();
  await late.getByText('This link has been used').waitFor();
});
