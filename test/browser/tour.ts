import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import type { Size } from '../support/browser.ts';
import type { TestSite } from '../support/site.ts';
import type { Wire } from '../support/wire.ts';
import { action, pillSays, row } from './board.ts';
import { goOffline, goOnline } from './stage.ts';

const SPREADSHEET = resolve(import.meta.dirname, '../data/roster-excel.csv');

/** Whom and what the tour needs: a lead's page on a site with the sample cars. */
export interface Tourist {
  page: Page;
  size: Size;
  site: TestSite;
  wire: Wire;
}

/** Shows the sign-in and the setup, one after the other, and names each once it stands. */
export async function* tourDoor(page: Page): AsyncGenerator<string> {
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  yield 'sign-in';
  await page.getByLabel('Email').fill('nobody@example.com');
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await action(page, 'Sign in').click();
  await page.getByRole('alert').waitFor();
  yield 'sign-in refused';
  await action(page, 'First time here? Set up the site').click();
  await page.getByRole('heading', { name: 'Set up your site' }).waitFor();
  yield 'setup';
  await action(page, 'Create the site').click();
  await page.getByText('Fill this in.').first().waitFor();
  yield 'setup with gaps';
}

/** Shows every screen of a site, one after the other, and names each once it stands. */
export async function* tour({ page, size, site, wire }: Tourist): AsyncGenerator<string> {
  const root = `/s/${site.id}`;
  const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
  const typed = async (digits: string) => {
    await page.keyboard.type(digits);
    await page
      .getByText(`Typed: ${digits}`)
      .or(page.getByLabel(`Typed: ${digits}`))
      .first()
      .waitFor();
  };

  await go(page, root);
  if (size === 'phone') await action(page, '1').waitFor();
  else await row(page, '128414').waitFor();
  yield 'home';
  await typed('128');
  yield 'keypad with matches';
  await page.keyboard.press('Escape');
  await typed('999');
  await page.getByText('No car has 999 in its number').waitFor();
  yield 'keypad without a match';
  await page.keyboard.press('Escape');

  await go(page, `${root}/board`);
  await row(page, '128414').waitFor();
  yield 'board list';
  await go(page, `${root}?car=128439`);
  await action(page, 'Empty').waitFor();
  yield 'car sheet';
  await action(page, 'Late').click();
  await page.getByText('128439 late').first().waitFor();
  await action(page, 'Late').click();
  await action(page, 'Set Not late').waitFor();
  yield 'car sheet with a way back';
  for (const [part, ready] of [
    ['move', page.getByRole('heading', { name: 'Move 128439 to' })],
    ['note', page.getByLabel('Note on 128439')],
    ['history', page.getByText('late').last()],
  ] as const) {
    await go(page, `${root}?car=128439&part=${part}`);
    await ready.waitFor();
    yield part;
  }
  await site.admin.request('DELETE', 'cars/690591');
  await go(page, `${root}?car=690591`);
  await action(page, 'Restore').waitFor();
  yield 'removed car';

  for (const [sheet, title] of [
    ['add', 'Add a car'],
    ['removed', 'Removed cars'],
    ['undo', 'Your last changes'],
    ['people', 'Who is here'],
    ['sync', 'Saved and sent'],
  ] as const) {
    await go(page, `${root}?sheet=${sheet}`);
    await heading(title);
    yield sheet;
  }
  await go(page, `${root}/history`);
  await page.getByText(/^imported a roster/).waitFor();
  yield 'history';
  for (const [screen, title] of [
    ['more', 'More'],
    ['settings', 'Settings'],
  ] as const) {
    await go(page, `${root}/${screen}`);
    await heading(title);
    yield screen;
  }
  await go(page, '/sites');
  await heading('Your sites');
  yield 'sites';

  await go(page, `${root}?car=128414&part=move`);
  await action(page, '300').waitFor();
  await goOffline(page, wire);
  await action(page, '300').click();
  await pillSays(page, 'Offline, 1 saved here');
  await site.worker.request('PATCH', 'cars/128414', { location: '400' });
  await go(page, `${root}?sheet=sync`);
  await page.getByText('128414 moved to 300').first().waitFor();
  yield 'sync with a queue';
  await goOnline(page, wire);
  await page.getByRole('heading', { name: 'These need you' }).waitFor();
  yield 'sync with a conflict';
  await action(page, 'Keep theirs').click();

  await go(page, `${root}/import`);
  const file = page.getByLabel('Choose a file');
  await heading('Import a roster');
  yield 'import: choose';
  await file.setInputFiles({ name: 'other.csv', mimeType: 'text/csv', buffer: Buffer.from('eggs\nsoup\n') });
  await page.getByRole('alert').waitFor();
  yield 'import: refused';
  await file.setInputFiles({ name: 'roster.csv', mimeType: 'text/csv', buffer: await readFile(SPREADSHEET) });
  const hold = page.getByRole('button', { name: /^Hold to import/ });
  await hold.waitFor();
  yield 'import: check';
  await hold.press('Enter');
  await page.getByRole('heading', { name: /cars? imported$/ }).waitFor();
  yield 'import: done';

  await go(page, `${root}/board`);
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await row(page, '128414').waitFor();
  yield 'board columns';
  await page.getByLabel('Search number, place or note').fill('nowhere');
  await page
    .getByText(/^(No cars|No car fits this filter)$/)
    .first()
    .waitFor();
  yield 'board columns without a match';
  await page.getByRole('button', { name: 'List', exact: true }).click();
  await heading('No car fits this filter');
  yield 'board without a match';
}

/** To an address of the app, without loading it anew. */
async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
}
