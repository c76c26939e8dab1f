import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { TestPerson } from '../support/site.ts';
import { action, pillSays, ROSTER, row, rowSays } from './board.ts';
import { historyOf, stage } from './stage.ts';

const on = stage();
const SPREADSHEET = resolve(import.meta.dirname, '../data/roster-excel.csv');

/** The rows under a heading of the import, as a person reads them. */
function rows(page: Page, heading: RegExp) {
  const group = page.getByRole('group').filter({ has: page.getByText(heading) });
  return group.getByRole('listitem');
}

/** The board as the hub exports it. */
async function carsOf(person: TestPerson): Promise<string> {
  return (await person.get('cars.csv')).text();
}

async function openImport(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Import' }).click();
  await page.getByRole('heading', { name: 'Import a roster' }).waitFor();
}

test('a spreadsheet is checked row by row, imported, and what is exported imports to no change', async () => {
  const { lead } = await on.site();
  const desk = await on.open(lead, 'desktop');
  await openImport(desk);
  await desk.getByLabel('Choose a file').setInputFiles(SPREADSHEET);
  const bad = rows(desk, /These 4 rows are left out/);
  await bad.first().waitFor();
  expect((await bad.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))).toEqual([
    'Line 11 144255 An earlier line says something else about the same car. Shop Line 4 stands.',
    'Line 13 no number The row has no car number.',
    'Line 15 12/84 That cannot be a car number: only digits, letters and hyphens, 16 at most.',
    expect.stringMatching(/^Line 17 173677x+…? That cannot be a car number/),
  ]);
  const added = rows(desk, /^New/);
  expect(await added.count()).toBe(20);
  const quoted = added.filter({ hasText: '156035' });
  expect(await quoted.textContent()).toMatch(/Line 5\s*156035\s*at 500, empty, Called "Big Red"/);
  expect(await historyOf(lead)).toHaveLength(0);

  // More than ten rows are confirmed by holding; the hand lets go when it is done.
  const hold = desk.getByRole('button', { name: 'Hold to import 20 rows' });
  await hold.hover();
  await desk.mouse.down();
  await desk.getByRole('heading', { name: '20 cars imported' }).waitFor();
  await desk.mouse.up();
  await action(desk, 'To the board').click();
  await rowSays(desk, '156035', 'Empty', '500');
  await rowSays(desk, '128439', 'Door sticks, use rear');

  await desk.getByRole('link', { name: 'More' }).click();
  const [download] = await Promise.all([
    desk.waitForEvent('download'),
    desk.getByRole('link', { name: 'Export as CSV' }).click(),
  ]);
  const exported = { name: 'again.csv', mimeType: 'text/csv', buffer: await readFile(await download.path()) };
  await openImport(desk);
  await desk.getByLabel('Choose a file').setInputFiles(exported);
  await desk.getByText('The board already is as the file says.').waitFor();
  await desk.getByRole('definition').filter({ hasText: /^20$/ }).waitFor();
  expect(await historyOf(lead)).toHaveLength(1);
});

test('an import is confirmed by the keyboard too, and taken back as a whole', async () => {
  const { lead } = await on.site(ROSTER);
  const desk = await on.open(lead, 'desktop');
  const before = await carsOf(lead);
  await openImport(desk);
  await desk.getByLabel('Choose a file').setInputFiles(SPREADSHEET);
  await desk.getByRole('button', { name: /^Hold to import/ }).press('Enter');
  await desk.getByRole('heading', { name: /cars imported/ }).waitFor();
  expect((await (await lead.get('cars/128211')).json()).location).toBe('500');
  await action(desk, 'Undo').click();
  await desk.getByRole('heading', { name: 'Taken back' }).waitFor();
  await action(desk, 'To the board').click();
  // Nothing changes its place under a pointer.
  await desk.mouse.move(0, 0);
  await rowSays(desk, '128211', 'Arrived', '100');
  await row(desk, '156617').waitFor({ state: 'detached' });
  await pillSays(desk, 'Live');
  expect(await carsOf(lead)).toEqual(before);
});

test('rows pasted from a sheet add and change cars and leave the others alone', async () => {
  const { lead } = await on.site(ROSTER);
  const desk = await on.open(lead, 'desktop');
  await openImport(desk);
  await desk
    .getByLabel('Or paste the rows')
    .fill('Car\tLane\tArrived\n128414\t300\tyes\n777001\tShop\tno\n128113\tNowhere\tno\n');
  await action(desk, 'Check the rows').click();
  await rows(desk, /^New/).filter({ hasText: '777001' }).getByText('at Shop').waitFor();
  await rows(desk, /^Changed/)
    .filter({ hasText: '128414' })
    .getByText('arrived, moved to 300')
    .waitFor();
  await rows(desk, /This row is left out/)
    .filter({ hasText: 'Line 4' })
    .getByText('The site has no such location.')
    .waitFor();
  await action(desk, 'Import 2 rows').click();
  await desk.getByRole('heading', { name: '2 cars imported' }).waitFor();
  await action(desk, 'Undo').click();
  await desk.getByRole('heading', { name: 'Taken back' }).waitFor();
  await action(desk, 'To the board').click();
  await rowSays(desk, '128414', 'Expected', 'Yard');
  await row(desk, '777001').waitFor({ state: 'detached' });
});

test('what is not a roster is refused in words, and nothing changes', async () => {
  const { lead } = await on.site(ROSTER);
  const desk = await on.open(lead, 'desktop');
  await openImport(desk);
  const choose = (text: string) =>
    desk.getByLabel('Choose a file').setInputFiles({
      name: 'other.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(text),
    });
  await choose('breakfast,lunch\neggs,soup\n');
  await desk.getByRole('alert').getByText('no column is named as a car number').waitFor();
  await choose('');
  await desk.getByRole('alert').getByText('This file is empty.').waitFor();
  expect(await historyOf(lead)).toHaveLength(1);
});
