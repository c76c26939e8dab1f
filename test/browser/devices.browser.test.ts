import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { action, pillSays, ROSTER, row, rowSays, sheet } from './board.ts';
import { stage } from './stage.ts';

const on = stage();

/** A browser that nobody is signed in on asks for digits; these are them. */
async function askForDigits(): Promise<{ page: Page; code: string }> {
  const page = await on.open(null, 'tablet');
  await page.getByRole('button', { name: 'Use this as a shared tablet' }).tap();
  const shown = page.getByRole('img', { name: /^Digits of this tablet/ });
  const code = ((await shown.textContent()) ?? '').replaceAll(/\s/g, '');
  expect(code).toMatch(/^\d{6}$/);
  await page.getByRole('img', { name: /as a QR code/ }).waitFor();
  return { page, code };
}

test('R12 a tablet shows six digits, a lead types them, and it shows the board until the lead ends it', async () => {
  const site = await on.site(ROSTER);
  const { page: tablet, code } = await askForDigits();

  const lead = await on.open(site.lead, 'phone');
  await lead.getByRole('link', { name: 'More' }).tap();
  await lead.getByRole('button', { name: 'Tablets and walls' }).tap();
  await lead.getByRole('button', { name: 'Add a tablet' }).tap();
  await lead.getByLabel('The six digits it shows').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await lead.getByLabel('What to call it').fill('Dock 3');
  await lead.getByRole('button', { name: 'Add it to this site' }).tap();
  await lead.getByText('Dock 3 belongs to this site now').waitFor();

  // By itself, with nobody before it.
  await pillSays(tablet, 'Live');
  await site.worker.request('PATCH', 'cars/128414', { late: true });
  await rowSays(tablet, '128414', 'Late');
  await row(tablet, '128414').tap();
  await sheet(tablet, '128414').waitFor();
  // Writing takes a person.
  await action(tablet, 'Arrived').tap();
  await tablet.getByRole('dialog', { name: 'Who is here?' }).waitFor();
  await tablet.reload();
  await pillSays(tablet, 'Live');

  await lead.getByRole('button', { name: 'Rename Dock 3' }).tap();
  await lead.getByLabel('New name of Dock 3').fill('Dock 4');
  await lead.getByRole('button', { name: 'Save', exact: true }).tap();
  await lead.getByRole('button', { name: 'End Dock 4' }).tap();
  await lead.getByRole('button', { name: 'Hold to end Dock 4' }).press('Enter');
  await lead.getByText('Dock 4 has been ended').waitFor();
  await tablet.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('a lead’s phone that reads the code asks for a name alone, after a sign-in where there is none', async () => {
  const site = await on.site(ROSTER);
  const { page: tablet, code } = await askForDigits();
  const phone = await (await on.device(null, 'phone')).newPage();
  await phone.goto(`${on.hub.origin}/enrol#code=${code}`);
  await phone.getByLabel('Email').fill(site.lead.email);
  await phone.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await phone.getByRole('button', { name: 'Sign in', exact: true }).tap();
  await phone.getByText(`${code.slice(0, 3)} ${code.slice(3)}`).waitFor();
  expect(new URL(phone.url()).hash).toBe('');
  await phone.getByLabel('What to call it').fill('Gate');
  await phone.getByRole('button', { name: 'Add it to this site' }).tap();
  await phone.getByText('Gate belongs to this site now').waitFor();
  await pillSays(tablet, 'Live');
  await phone.getByRole('button', { name: 'To the devices' }).tap();
  await phone.getByRole('button', { name: 'End Gate' }).waitFor();
});

test('who is no lead is told that a lead does it', async () => {
  const site = await on.site(ROSTER);
  const phone = await on.open(site.worker, 'phone');
  await phone.goto(`${on.hub.origin}/enrol#code=417293`);
  await phone.getByText('Only a lead adds a tablet.').waitFor();
  await phone.getByRole('button', { name: 'To the board' }).tap();
  await pillSays(phone, 'Live');
});
