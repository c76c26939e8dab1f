import type { Page } from 'playwright-core';
import type { Size } from '../support/browser.ts';

/** Everything of the app that a person can have before them, and how they get there on a device that is signed in. */
export interface Screen {
  name: string;
  /** Below the site's own address. */
  path: string;
  /** What says that it stands. */
  heading: string | RegExp;
  /** What is done on it before it is looked at. */
  act?: (page: Page) => Promise<void>;
  only?: readonly Size[];
}

const SPREADSHEET = 'Car;Lane;Arrived;Remarks\n128414;300;yes;\n777001;Shop;no;new one\n12/84;Yard;no;\n';
const choose = async (page: Page): Promise<void> => {
  const buffer = Buffer.from(SPREADSHEET);
  await page.getByLabel('Choose a file').setInputFiles({ name: 'tonight.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: /^Import \d+ row/ }).waitFor();
};

/** The last one changes the board. */
export const SCREENS: readonly Screen[] = [
  { name: 'keypad', path: '', heading: 'Find a car', only: ['phone'] },
  {
    name: 'keypad with matches',
    path: '',
    heading: /Find a car|Board/,
    act: async (page) => {
      await page.getByRole('button', { name: '1', exact: true }).tap();
      await page
        .getByRole('list')
        .getByRole('button', { name: /^128414/ })
        .first()
        .waitFor();
    },
    only: ['phone', 'tablet'],
  },
  {
    name: 'keypad without a match',
    path: '',
    heading: /Find a car|Board/,
    act: async (page) => {
      for (const digit of '999') await page.getByRole('button', { name: digit, exact: true }).tap();
      await page.getByRole('button', { name: 'Add 999' }).waitFor();
    },
    only: ['phone', 'tablet'],
  },
  {
    name: 'digits typed on the board',
    path: '',
    heading: 'Board',
    act: async (page) => {
      const found = page.getByRole('region', { name: 'Find a car' });
      await page.getByRole('main').focus();
      await page.keyboard.press('1');
      await found.waitFor();
    },
    only: ['desktop'],
  },
  { name: 'board, list', path: '/board', heading: 'Board' },
  { name: 'board, columns', path: '/board?view=columns', heading: 'Board' },
  { name: 'board, filtered', path: '/board?show=arrived&at=300', heading: 'Board' },
  { name: 'board, nothing fits', path: '/board?q=nothing', heading: 'No car fits this filter' },
  { name: 'car', path: '?car=128439', heading: 'Car 128439' },
  {
    name: 'car, the way back from a state',
    path: '?car=128439',
    heading: 'Car 128439',
    act: async (page) => {
      await page.getByRole('button', { name: 'Empty', exact: true }).click();
      await page.getByRole('button', { name: 'Set Not empty' }).waitFor();
    },
  },
  { name: 'move', path: '?car=128414&part=move', heading: 'Move 128414 to' },
  { name: 'note', path: '?car=144255&part=note', heading: 'Car 144255' },
  { name: 'history of a car', path: '?car=128414&part=history', heading: 'History' },
  { name: 'removed car', path: '?car=632880', heading: 'Car 632880' },
  { name: 'add', path: '?sheet=add', heading: 'Add a car' },
  { name: 'removed cars', path: '?sheet=removed', heading: 'Removed cars' },
  { name: 'last changes', path: '?sheet=undo', heading: 'Your last changes' },
  { name: 'people', path: '?sheet=people', heading: 'Who is here' },
  { name: 'saved and sent, with a conflict', path: '?sheet=sync', heading: 'These need you' },
  { name: 'more', path: '/more', heading: 'More' },
  { name: 'settings', path: '/settings', heading: 'Settings' },
  { name: 'history', path: '/history', heading: 'History' },
  { name: 'import, choose', path: '/import', heading: 'Import a roster' },
  { name: 'import, check', path: '/import', heading: 'Import a roster', act: choose },
  {
    name: 'import, done',
    path: '/import',
    heading: 'Import a roster',
    act: async (page) => {
      await choose(page);
      await page.getByRole('button', { name: /^Import \d+ row/ }).click();
      await page.getByRole('heading', { name: /imported$/ }).waitFor();
    },
  },
];
