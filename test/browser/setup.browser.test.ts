import { expect, test } from 'vitest';
import { action, pillSays } from './board.ts';
import { stage } from './stage.ts';

const on = stage();

test('the first administrator sets up the site with the token, and is on its empty board', async () => {
  const page = await on.open(null, 'desktop');
  await page.goto(`${on.hub.origin}/#token=not-the-token`);
  await page.getByRole('heading', { name: 'Set up your site' }).waitFor();
  await action(page, 'Create the site').click();
  expect(await page.getByText('Fill this in.').count()).toBeGreaterThan(1);
  await page.getByLabel('Name of the site').fill('North hub');
  await page.getByLabel('Time zone').selectOption('America/Denver');
  await page.getByLabel('Locations').fill('Yard\n100\n200\nShop');
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('Email').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await action(page, 'Create the site').click();
  await page.getByLabel('Setup token').waitFor();
  await page.getByRole('alert').getByText('A value is missing or cannot be right.').waitFor();

  // As it is printed where the server was started.
  await page.goto('about:blank');
  await page.goto(`${on.hub.origin}/#token=${on.hub.setupToken}`);
  await page.getByLabel('Name of the site').fill('North hub');
  // The token is not for bystanders, history or screenshots.
  expect(page.url()).not.toContain('token');
  expect(await page.getByLabel('Setup token').count()).toBe(0);
  await page.getByLabel('Time zone').selectOption('America/Denver');
  await page.getByLabel('Locations').fill('Yard\n100\n200\nShop');
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('Email').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await action(page, 'Create the site').click();
  await page.getByRole('heading', { name: 'No cars on the board yet' }).waitFor();
  await pillSays(page, 'Live');

  await action(page, 'Add car').click();
  await page.getByLabel('Car number').fill('128414');
  await page.getByRole('dialog').getByLabel('Location').selectOption('Shop');
  await page.getByRole('dialog').getByRole('button', { name: 'Add car' }).click();
  await page.getByRole('complementary', { name: 'Car 128414' }).waitFor();
  await pillSays(page, 'Live');
});

test('an installation that has been set up cannot be set up again', async () => {
  await on.site();
  const page = await on.open(null, 'phone');
  await page.goto(`${on.hub.origin}/setup`);
  await page.getByLabel('Setup token').fill(on.hub.setupToken);
  await page.getByLabel('Name of the site').fill('Another');
  await page.getByLabel('Your name').fill('Bea');
  await page.getByLabel('Email').fill('bea@example.com');
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await action(page, 'Create the site').tap();
  await page.getByText('This installation has been set up already.').waitFor();
});
