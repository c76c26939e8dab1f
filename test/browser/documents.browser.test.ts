import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { DocumentChanges, DocumentsExport } from '../../worker/protocol/documents.ts';
import { controlled } from '../support/pages.ts';
import { PASSWORD, type TestPerson } from '../support/site.ts';
import { action, closeSheet, pillSays, ROSTER } from './board.ts';
import { goOffline, goOnline, stage } from './stage.ts';

const on = stage();

/** What is kept comes after the first screen, and what is sent when there is nothing else to do. */
const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 20_000 });

const views = (page: Page) => page.getByRole('list', { name: 'Your views' });
const chip = (page: Page, name: string) => views(page).getByRole('button', { name, exact: true });
const theme = (page: Page) => page.evaluate(() => document.documentElement.dataset.theme);

/** Saves what the board shows. */
async function saveView(page: Page, name: string): Promise<void> {
  await action(page, 'Saved views').click();
  await page.getByLabel('Save what the board shows now as').fill(name);
  await action(page, 'Save').click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Rename ${name}` })
    .waitFor();
  await closeSheet(page);
}

/** What the hub has for a person, by key. */
async function kept({ cookie }: TestPerson): Promise<Record<string, unknown>> {
  const response = await fetch(`${on.hub.origin}/api/sync`, { headers: { Cookie: cookie } });
  const { documents }: DocumentChanges = await response.json();
  return Object.fromEntries(documents.map(({ key, value }) => [key, value]));
}

test('a view saved at a desk is one tap away on the phone, and is renamed and deleted on both', async () => {
  const { lead } = await on.site(ROSTER);
  const [desk, phone] = await Promise.all([on.open(lead, 'desktop'), on.open(lead, 'phone')]);
  await desk.getByLabel('Location').selectOption('Yard');
  await desk.getByRole('button', { name: /^Late, / }).click();
  await desk.getByLabel('Order').selectOption('Newest first');
  await saveView(desk, 'Late in the yard');
  await chip(desk, 'Late in the yard').waitFor();
  expect(await chip(desk, 'Late in the yard').getAttribute('aria-pressed')).toBe('true');
  await eventually(async () => Object.keys(await kept(lead))).toHaveLength(1);

  await phone.reload();
  await phone.getByRole('link', { name: 'Board' }).tap();
  await chip(phone, 'Late in the yard').tap();
  await eventually(() => phone.getByLabel('Location').inputValue()).toBe('Yard');
  await eventually(() => new URL(phone.url()).search).toBe('?show=late&at=Yard&order=updated');

  await action(phone, 'Saved views').tap();
  await action(phone, 'Rename Late in the yard').tap();
  await phone.getByLabel('New name of Late in the yard').fill('Overdue');
  await phone.getByRole('dialog').getByRole('listitem').getByRole('button', { name: 'Save' }).tap();
  await action(phone, 'Delete Overdue').tap();
  await phone.getByText('Overdue deleted').waitFor();
  await action(phone, 'Undo').tap();
  await action(phone, 'Rename Overdue').waitFor();
  await eventually(async () => JSON.stringify(await kept(lead))).toContain('Overdue');
  await desk.reload();
  await chip(desk, 'Overdue').waitFor();

  await action(phone, 'Delete Overdue').tap();
  await eventually(() => kept(lead)).toEqual({});
  await desk.reload();
  await action(desk, 'Saved views').waitFor();
  expect(await views(desk).count()).toBe(0);
});

test('without a network a view is saved all the same, is there after a restart, and goes out later', async () => {
  const { worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const page = await on.open(worker, 'tablet', wire);
  await action(page, 'Saved views').waitFor();
  await controlled(page);
  await goOffline(page, wire);
  await page.getByRole('searchbox').fill('door');
  await saveView(page, 'Doors');
  await page.reload();
  await chip(page, 'Doors').waitFor();
  await page.goto(page.url().replace(/\/s\/([^/?]+).*/, '/s/$1/settings'));
  await page.getByText('1 of them is on this device only').waitFor();
  expect(await kept(worker)).toEqual({});
  await goOnline(page, wire);
  await expect
    .poll(async () => Object.values(await kept(worker)))
    .toMatchObject([{ name: 'Doors', query: 'q=door' }]);
  await page.getByText('1 thing is kept for you.', { exact: true }).waitFor();
});

test('a setting follows its person to another device, and stays hidden from who comes after them', async () => {
  const { lead, worker } = await on.site(ROSTER);
  const shared = await on.open(lead, 'phone');
  await shared.getByRole('link', { name: 'More' }).tap();
  await action(shared, 'Settings').tap();
  await shared.getByText('0 things are kept for you.').waitFor();
  await shared.getByRole('radio', { name: 'Light', exact: true }).check();
  await shared.getByRole('checkbox', { name: 'Use less data' }).check();
  await eventually(() => kept(lead)).toEqual({ 'setting.theme': 'light' });

  const desk = await on.open(lead, 'desktop');
  await desk.locator('html[data-theme=light]').waitFor({ state: 'attached' });
  await desk.goto(`${desk.url()}/settings`);
  await desk.getByRole('heading', { name: 'Your data' }).waitFor();
  // The saver belongs to the phone.
  expect(await desk.getByRole('checkbox', { name: 'Use less data' }).isChecked()).toBe(false);

  await shared.getByRole('link', { name: 'More' }).tap();
  await action(shared, 'Sign out').tap();
  await shared.getByRole('heading', { name: 'Sign in' }).waitFor();
  // Dark, as the device is.
  expect(await theme(shared)).toBe('dark');
  await shared.getByLabel('Email').fill(worker.email);
  await shared.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await action(shared, 'Sign in').tap();
  await shared.getByRole('link', { name: 'More' }).tap();
  await action(shared, 'Settings').tap();
  await shared.getByText('0 things are kept for you.').waitFor();
  expect(await shared.getByRole('radio', { name: /^Automatic/ }).isChecked()).toBe(true);
  expect(await kept(worker)).toEqual({});
});

test('tabs of one browser show the same', async () => {
  const { lead } = await on.site(ROSTER);
  const one = await on.open(lead, 'desktop');
  const other = await one.context().newPage();
  await other.goto(one.url());
  await pillSays(other, 'Live');
  await action(other, 'Saved views').waitFor();
  await saveView(one, 'Everything');
  await chip(other, 'Everything').waitFor();
});

test('one’s data is a file', async () => {
  const { lead } = await on.site(ROSTER);
  const page = await on.open(lead, 'desktop');
  await saveView(page, 'Everything');
  await page.goto(`${page.url().split('?')[0]}/settings`);
  await eventually(async () => Object.keys(await kept(lead))).toHaveLength(1);
  await page.getByText(/kept for you/).waitFor();
  await page.getByRole('list', { name: 'Your devices' }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download as JSON' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('yardboard-documents.json');
  const file: DocumentsExport = JSON.parse(readFileSync(await download.path(), 'utf8'));
  expect(file).toMatchObject({ person: { id: lead.id }, documents: [{ value: { name: 'Everything' } }] });
});

test('what another device has overwritten is taken back or dropped, and cannot be seen without a network', async () => {
  const { worker } = await on.site(ROSTER);
  const put = (key: string, value: unknown) =>
    fetch(`${on.hub.origin}/api/sync/${key}`, {
      method: 'PUT',
      headers: { Cookie: worker.cookie, Origin: on.hub.origin, 'Content-Type': 'application/json' },
      body: JSON.stringify({ value, base: 0 }),
    });
  for (const value of ['light', 'dark']) await put('setting.theme', value);
  for (const value of [false, true]) await put('setting.shortcuts', value);
  const wire = await on.wire();
  const page = await on.open(worker, 'tablet', wire);
  const lost = page.getByRole('region', { name: 'What was overwritten' });
  await page.goto(`${page.url().split('?')[0]}/settings`);
  await lost.getByText('It was: Light').waitFor();
  await action(page, 'Appearance: take back Light').tap();
  await page.locator('html[data-theme=light]').waitFor({ state: 'attached' });
  await eventually(() => kept(worker)).toMatchObject({ 'setting.theme': 'light' });

  const hold = lost.getByRole('button', { name: 'Hold to drop it' });
  await hold.press('Enter');
  await lost.getByText('Dropped. Single-key shortcuts stays as it is now.').waitFor();
  await page.reload();
  await lost.getByText('Nothing is lost.').waitFor();
  expect(await kept(worker)).toEqual({ 'setting.theme': 'light', 'setting.shortcuts': true });

  await controlled(page);
  await goOffline(page, wire);
  await lost.getByText('can be seen once there is a connection').waitFor();
  await goOnline(page, wire);
  await lost.getByText('Nothing is lost.').waitFor();
});
