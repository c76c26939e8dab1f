import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ROSTER } from './board.ts';
import { stage } from './stage.ts';

const on = stage();

const ask = (site: string, secret: string): Promise<Response> =>
  fetch(`${on.hub.origin}/api/sites/${site}/cars`, { headers: { Authorization: `Bearer ${secret}` } });

/** Makes one on the screen, and reads it there. */
async function make(page: Page, name: string): Promise<string> {
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('radio', { name: 'preloader' }).check();
  await page.getByLabel('It is good for').selectOption('30 days');
  await page.getByRole('button', { name: 'Make the token' }).click();
  return page.getByRole('textbox', { name: `Token of ${name}` }).inputValue();
}

test('I3 a lead makes a token, which is shown once, and ends it by holding', async () => {
  const site = await on.site(ROSTER);
  const page = await on.open(site.lead, 'phone');
  await page.getByRole('link', { name: 'More' }).click();
  await page.getByRole('button', { name: 'Tokens' }).click();
  await page.getByText('There is no token yet.').waitFor();

  const secret = await make(page, 'North gate');
  expect(secret).toMatch(/^yardboard_/);
  expect((await ask(site.id, secret)).status).toBe(200);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: on.hub.origin });
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByText('Copied').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await page.getByRole('button', { name: 'I have kept it' }).click();

  await page.reload();
  const card = page.getByRole('listitem').filter({ hasText: 'North gate' });
  await card.getByText('preloader').waitFor();
  await card.getByText(/^made by Lee/).waitFor();
  expect(await page.content()).not.toContain(secret);

  await card.getByRole('button', { name: 'End North gate' }).click();
  const hold = card.getByRole('button', { name: 'Hold to end North gate' });
  // A tap is not enough.
  await hold.tap();
  await card.getByRole('button', { name: 'Keep it' }).click();
  expect((await ask(site.id, secret)).status).toBe(200);
  await card.getByRole('button', { name: 'End North gate' }).click();
  await hold.press('Enter');
  await page.getByText('North gate has been ended').waitFor();
  await page.getByText('There is no token yet.').waitFor();
  expect((await ask(site.id, secret)).status).toBe(401);
});

test('a name that somebody has is said to be taken, where it was typed', async () => {
  const site = await on.site(ROSTER);
  const page = await on.open(site.lead, 'desktop');
  await page.goto(`${on.hub.origin}/s/${site.id}/tokens`);
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.getByLabel('Name').fill('Wes');
  await page.getByRole('button', { name: 'Make the token' }).click();
  await page.getByText('Somebody here has that name already.').waitFor();
  expect(await page.getByLabel('Name').getAttribute('aria-invalid')).toBe('true');
});

test('I2 a preloader does not find the tokens, and is told so where they look for them', async () => {
  const site = await on.site(ROSTER);
  const page = await on.open(site.worker, 'phone');
  await page.goto(`${on.hub.origin}/s/${site.id}/more`);
  await page.getByRole('button', { name: 'History' }).waitFor();
  expect(await page.getByRole('button', { name: 'Tokens' }).count()).toBe(0);
  await page.goto(`${on.hub.origin}/s/${site.id}/tokens`);
  await page.getByText('Your role may not do that.').waitFor();
});
