import { expect, test, vi } from 'vitest';
import { addPerson, signIn, type TestSite } from '../support/site.ts';
import { action, pillSays, ROSTER } from './board.ts';
import { stage } from './stage.ts';

const on = stage();

const archivedVersion = ({ id }: TestSite): Promise<unknown> =>
  on.hub.db.prepare('SELECT version FROM archive_sites WHERE site = ?').bind(id).first('version');

test('an administrator makes a site, changes it, and goes back and forth between it and the first', async () => {
  const site = await on.site(ROSTER);
  await vi.waitFor(async () => expect(await archivedVersion(site)).toBe(1), {
    timeout: 20_000,
    interval: 200,
  });
  const page = await on.open(site.admin, 'desktop');
  // With one site there is nothing to switch to: an administrator makes another from here.
  await page.getByRole('link', { name: 'More' }).click();
  await page.getByRole('button', { name: 'Your sites' }).click();
  const sheet = page.getByRole('dialog', { name: 'Your sites' });
  await sheet.getByText('open here').waitFor();
  await sheet.getByText(/^\d expected, 1 late, \d arrived, 1 empty$/).waitFor();
  await sheet.getByRole('button', { name: 'New site' }).click();
  await page.getByLabel('Name of the site').fill('South yard');
  await page.getByLabel('Time zone').selectOption('America/Denver');
  await page.getByRole('button', { name: 'Take Shop away' }).click();
  await page.getByLabel('Another location').fill('Dock');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Move Dock up' }).click();
  await action(page, 'Create the site').click();
  await page.getByRole('heading', { name: 'No cars on the board yet' }).waitFor();
  await pillSays(page, 'Live');

  await page.getByRole('button', { name: 'South yard' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Site \d+/ })
    .click();
  await page
    .getByRole('main')
    .getByRole('button', { name: /^128414/ })
    .waitFor();
  await page.getByRole('button', { name: /^Site \d+$/ }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^South yard/ })
    .click();
  await page.getByRole('heading', { name: 'No cars on the board yet' }).waitFor();
});

test('what an administrator changes is on every live board of the site at once', async () => {
  const site = await on.site(ROSTER);
  const desk = await on.open(site.admin, 'desktop');
  const phone = await on.open(site.worker, 'phone');
  const at = async (): Promise<string[]> => {
    await phone.goto(`${on.hub.origin}/s/${site.id}?car=128414&part=move`);
    const grid = phone.getByRole('dialog');
    await grid.getByRole('button', { name: /^Shop/ }).waitFor();
    return grid.getByRole('button').allTextContents();
  };
  expect((await at()).join()).not.toContain('Dock');
  await desk.goto(`${on.hub.origin}/s/${site.id}/site`);
  await desk.getByLabel('Name', { exact: true }).fill('North hub');
  await desk.getByLabel('Another location').fill('Dock');
  await desk.getByRole('button', { name: 'Add', exact: true }).click();
  await action(desk, 'Save').click();
  await desk.getByText('Saved. Every board of the site has it now.').waitFor();
  await desk.getByRole('banner').getByText('North hub').waitFor();
  await phone.getByRole('dialog').getByRole('button', { name: /^Dock/ }).waitFor();
});

test('a location cannot be taken away while a car stands there, and one that comes meanwhile is said', async () => {
  const site = await on.site(ROSTER);
  const page = await on.open(site.admin, 'phone');
  await page.goto(`${on.hub.origin}/s/${site.id}/site`);
  const yard = page.getByRole('button', { name: 'Take Yard away' });
  await yard.waitFor();
  expect(await yard.getAttribute('aria-disabled')).toBe('true');
  await page.getByRole('button', { name: 'Take 200 away' }).tap();
  await site.worker.request('PATCH', 'cars/128414', { location: '200' });
  await action(page, 'Save').tap();
  await page.getByText(/^A car has come to 200 meanwhile/).waitFor();
});

test('somebody with several sites goes from one to another on a phone, and a lead sees their numbers', async () => {
  const [first, second] = [await on.site(ROSTER), await on.site()];
  const person = await addPerson(on.hub, first.id, { role: 'lead', name: 'Lou' });
  await on.hub.db
    .prepare("INSERT INTO memberships (person, site, role, created_at) VALUES (?, ?, 'worker', 0)")
    .bind(person.id, second.id)
    .run();
  const cookie = await signIn(on.hub.origin, person.email);
  const context = await on.device({ ...person, cookie }, 'phone');
  const page = await context.newPage();
  await page.goto(`${on.hub.origin}/sites`);
  await page.getByRole('button', { name: /as of/ }).tap();
  await page.getByRole('heading', { name: 'Find a car' }).waitFor();
  await page.getByRole('banner').getByRole('button', { name: /^Site/ }).tap();
  const others = page.getByRole('dialog').getByRole('button', { name: `Site ${second.id.slice(5)}` });
  expect(await others.textContent()).not.toMatch(/expected/);
  await others.tap();
  await page.waitForURL(`**/s/${second.id}`);
});

test('a location has another name at once on every board, with its cars, under the filter and the view that showed it', async () => {
  const site = await on.site(ROSTER);
  const desk = await on.open(site.admin, 'desktop');
  const wall = await on.open(site.lead, 'desktop');
  const car = wall.getByRole('main').getByRole('button', { name: /^128414/ });
  await wall.getByLabel('Location').selectOption('Yard');
  await car.waitFor();
  await action(wall, 'Saved views').click();
  await wall.getByLabel('Save what the board shows now as').fill('Lane');
  await action(wall, 'Save').click();
  await wall.keyboard.press('Escape');
  const chip = wall.getByRole('list', { name: 'Your views' }).getByRole('button', { name: 'Lane' });
  await chip.waitFor();

  await desk.goto(`${on.hub.origin}/s/${site.id}/site`);
  await desk.getByRole('button', { name: 'Rename Yard' }).click();
  await desk.getByLabel('New name of Yard').fill('Dock 3');
  await desk.keyboard.press('Enter');
  await action(desk, 'Save').click();
  await desk.getByText('Saved. Every board of the site has it now.').waitFor();

  await wall.getByLabel('Location').getByRole('option', { name: 'Dock 3' }).waitFor({ state: 'attached' });
  await expect.poll(() => wall.getByLabel('Location').inputValue()).toBe('Dock 3');
  await car.waitFor();
  expect(await chip.getAttribute('aria-pressed')).toBe('true');
  await desk.goto(`${on.hub.origin}/s/${site.id}/history`);
  await desk.getByText('gave a location another name: Yard is now Dock 3').waitFor();
});
