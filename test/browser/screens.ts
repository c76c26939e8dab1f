import type { Page } from 'playwright-core';
import type { EnrolledDevice, Fleet, Token, Verification } from '../../worker/protocol/api.ts';
import type { Size } from '../support/browser.ts';
import { fleetOf, troubledFleet } from '../support/fleet-devices.ts';
import { everySecurityEvent } from '../support/security-entries.ts';
import { revisit } from './visit.ts';

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
  /** A lead, unless it is for administrators. */
  role?: 'admin';
}

const SPREADSHEET = 'Car;Lane;Arrived;Remarks\n128414;300;yes;\n777001;Shop;no;new one\n12/84;Yard;no;\n';
const choose = async (page: Page): Promise<void> => {
  const buffer = Buffer.from(SPREADSHEET);
  await page.getByLabel('Choose a file').setInputFiles({ name: 'tonight.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: /^Import \d+ row/ }).waitFor();
};

const judge = async (page: Page, verdict: RegExp): Promise<void> => {
  await page.getByRole('button', { name: 'All clear?' }).click();
  await page.getByText(verdict).waitFor();
};

/** The hub is made to list these devices. */
const list = (page: Page, fleet: Fleet): Promise<unknown> =>
  page.route(/\/api\/.*\/fleet$/, (route) => route.fulfill({ json: fleet }));

/** The hub is made to list three sessions, the second of them this one. */
const answerSessions = async (page: Page): Promise<void> => {
  const at = Date.now();
  const session = {
    via: 'password',
    device: null,
    createdAt: at - 3_600_000,
    lastUsedAt: at,
    current: false,
  };
  const sessions = [
    { ...session, id: 'a', agent: 'Chrome on Android', place: 'Llanfairpwllgwyngyllgogerychwyrndrobwll, GB' },
    { ...session, id: 'b', agent: 'Samsung Internet on Android', place: 'Chicago, US', current: true },
    {
      ...session,
      id: 'c',
      via: 'pin',
      device: 'Dock 3',
      agent: null,
      place: null,
      lastUsedAt: at - 9 * 24 * 3_600_000,
    },
  ];
  await page.route(/\/sessions$/, (route) =>
    route.fulfill({ json: { person: { id: 'p1', name: 'Lea' }, sessions } }),
  );
};

/** The hub is made to list what another device of the person has overwritten. */
const answerOverwritten = async (page: Page): Promise<void> => {
  const one = { version: 1, updatedAt: Date.now() - 3_600_000 };
  const conflicts = [
    { ...one, key: 'setting.shortcuts', by: 9, value: false },
    { ...one, key: 'view.k3v9', by: 8, value: { name: 'Doors', query: 'q=door' } },
    { ...one, key: 'setting.theme', by: 7, value: 'light' },
  ];
  await page.route(/\/api\/sync$/, (route) =>
    route.request().method() === 'GET' ? route.fulfill({ json: { conflicts } }) : route.fallback(),
  );
};

/** The hub is made to say this of the history; null for an answer that does not come. */
const verify = async (page: Page, answer: Verification | null, says: string | RegExp): Promise<void> => {
  await page.route(/\/history\/verify/, (route) => (answer ? route.fulfill({ json: answer }) : undefined));
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByText(says).waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
};

const DAY_MS = 24 * 3_600_000;
const SECRET = `yardboard_${'k3v9XbQ'.repeat(6)}k.${'h2s8LmP3'.repeat(24)}.${'r7c2NdK'.repeat(6)}k`;

/** In use, never used and expired; one whose maker has left. */
const someTokens = (at: number): Token[] => {
  const madeBy = { id: 'p1', name: 'Maximiliana Konstantinopoulos', isHere: true };
  const token = { madeBy, madeAt: at - 40 * DAY_MS, usedAt: at, expiresAt: at + 50 * DAY_MS };
  return [
    { ...token, id: 't1', name: 'North gate', role: 'worker' },
    {
      ...token,
      id: 't2',
      name: 'Nightly roster import from the dispatch office',
      role: 'lead',
      usedAt: null,
    },
    {
      ...token,
      id: 't3',
      name: 'Wall',
      role: 'viewer',
      madeBy: { ...madeBy, isHere: false },
      expiresAt: at - DAY_MS,
    },
  ];
};

/** A tablet, somebody's phone that nobody has used for long, and a wall whose maker has left. */
const someDevices = (at: number): EnrolledDevice[] => {
  const madeBy = { id: 'p1', name: 'Maximiliana Konstantinopoulos', isHere: true };
  const device = { madeBy, madeAt: at - 40 * DAY_MS, usedAt: at, endsAt: at + 90 * DAY_MS, owner: null };
  return [
    {
      ...device,
      id: 'd1',
      name: 'Dock 3',
      kind: 'device',
      agent: 'Samsung Internet on Android',
      place: 'Llanfairpwllgwyngyllgogerychwyrndrobwll, GB',
    },
    {
      ...device,
      id: 'd2',
      name: 'The phone that Maximiliana carries on the night shift',
      kind: 'device',
      owner: { id: 'p1', name: 'Maximiliana Konstantinopoulos' },
      agent: null,
      place: null,
      usedAt: at - 91 * DAY_MS,
      endsAt: at - DAY_MS,
    },
    {
      ...device,
      id: 'd3',
      name: 'Break room',
      kind: 'wall',
      madeBy: { ...madeBy, isHere: false },
      agent: 'Chrome on Linux',
      place: null,
    },
  ];
};

/** The hub is made to list them. */
const listDevices = async (page: Page): Promise<void> => {
  const at = Date.now();
  await page.route(/\/api\/.*\/devices$/, (route) =>
    route.fulfill({ json: { at, devices: someDevices(at) } }),
  );
  await revisit(page);
  await page.getByRole('button', { name: 'End Dock 3' }).waitFor();
};

/** The browser has deleted what was not sent; told once. */
const lose = async (page: Page): Promise<void> => {
  const lost = [{ person: 'p1', name: 'Maximiliana Konstantinopoulos', count: 3, at: Date.now() }];
  const key = await page.evaluate((unsent) => {
    const name = `yardboard.lost.${location.pathname.split('/')[2]}`;
    localStorage.setItem(name, unsent);
    return name;
  }, JSON.stringify(lost));
  await page.reload();
  await page.getByRole('button', { name: 'I have read this' }).waitFor();
  await page.evaluate((name) => localStorage.removeItem(name), key);
};

/** Saves what the board shows; the views of other screens stand beside it. */
const saveView = async (page: Page): Promise<void> => {
  await page.getByLabel('Save what the board shows now as').fill('Late in the yard, newest first');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: /^Rename Late in the yard/ }).waitFor();
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
      // What has been typed stays while the app is open.
      await page.reload();
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
  { name: 'saved and sent, with a conflict', path: '?sheet=sync', heading: 'Saved and sent' },
  { name: 'what needs one', path: '?sheet=attention', heading: 'Needs you' },
  {
    name: 'what needs one, a third value',
    path: '?sheet=attention',
    heading: 'Needs you',
    act: async (page) => {
      await page.getByRole('button', { name: 'Edit…' }).first().click();
      await page.getByRole('group', { name: /^Where is/ }).waitFor();
    },
  },
  {
    name: 'what needs one, some chosen',
    path: '?sheet=attention',
    heading: 'Needs you',
    act: async (page) => {
      await page.getByRole('checkbox').first().check();
      await page.getByRole('heading', { name: '1 chosen' }).waitFor();
    },
  },
  { name: 'what needs one, with what is lost', path: '?sheet=attention', heading: 'Needs you', act: lose },
  {
    name: 'saved views',
    path: '/board?show=late&at=Yard&sheet=views',
    heading: 'Saved views',
    act: saveView,
  },
  {
    name: 'saved views, one being renamed and one deleted',
    path: '/board?q=door&sheet=views',
    heading: 'Saved views',
    act: async (page) => {
      await page.getByLabel('Save what the board shows now as').fill('Doors');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('button', { name: 'Delete Doors' }).click();
      await page.getByRole('button', { name: /^Rename Late in the yard/ }).click();
      await page.getByLabel(/^New name of Late in the yard/).waitFor();
    },
  },
  {
    name: 'board, with a saved view',
    path: '/board?show=late&at=Yard',
    heading: 'Board',
    act: (page) => page.getByRole('list', { name: 'Your views' }).waitFor(),
  },
  { name: 'more', path: '/more', heading: 'More' },
  {
    name: 'settings',
    path: '/settings',
    heading: 'Settings',
    act: async (page) => {
      await page.getByText(/kept for you/).waitFor();
      await page.getByRole('list', { name: 'Your devices' }).waitFor();
    },
  },
  {
    name: 'settings, with other devices and a password being changed',
    path: '/settings',
    heading: 'Settings',
    act: async (page) => {
      await answerSessions(page);
      await revisit(page);
      await page.getByRole('button', { name: 'Hold to end the 2 others' }).waitFor();
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.getByText('Fill this in.').waitFor();
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    },
  },
  {
    name: 'settings, with something that was overwritten',
    path: '/settings',
    heading: 'Settings',
    act: async (page) => {
      await answerOverwritten(page);
      await revisit(page);
      await page
        .getByRole('button', { name: /take back/ })
        .first()
        .waitFor();
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    },
  },
  {
    name: 'account of somebody, with a link for a new password',
    path: '/person?person=p1',
    heading: /^Account of/,
    act: async (page) => {
      await answerSessions(page);
      const link = { token: 'x'.repeat(43), expiresAt: Date.now() + 3_600_000 };
      await page.route(/\/people\/p1\/reset$/, (route) => route.fulfill({ status: 201, json: link }));
      await revisit(page);
      await page.getByRole('list', { name: 'Signed in on' }).waitFor();
      await page.getByRole('button', { name: 'Make a link' }).click();
      await page.getByText(/^Good until/).waitFor();
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    },
  },
  {
    name: 'settings, with a PIN being chosen',
    path: '/settings',
    heading: 'Settings',
    act: async (page) => {
      await page.getByRole('button', { name: 'Choose a PIN' }).click();
      await page.getByLabel('New PIN').fill('1234');
      await page.getByRole('button', { name: 'Use this PIN' }).click();
      await page.getByText('This is one of the first').waitFor();
    },
  },
  {
    name: 'account of somebody, with a new PIN',
    path: '/person?person=p1',
    heading: /^Account of/,
    act: async (page) => {
      const made = { pin: '481527', expiresAt: Date.now() + 3 * DAY_MS };
      await page.route(/\/people\/p1\/pin$/, (route) => route.fulfill({ status: 201, json: made }));
      await page.getByRole('button', { name: 'New PIN' }).press('Enter');
      await page.getByText('481527').waitFor();
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    },
  },
  {
    name: 'security log',
    path: '/security',
    heading: 'Security log',
    act: async (page) => {
      const log = { entries: everySecurityEvent(Date.now()), next: 1 };
      await page.route(/\/security\?/, (route) => route.fulfill({ json: log }));
      await revisit(page);
      await page.getByRole('button', { name: 'Show older' }).waitFor();
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    },
  },
  { name: 'history', path: '/history', heading: 'History' },
  {
    name: 'history, verified',
    path: '/history',
    heading: 'History',
    act: async (page) => {
      await page.getByRole('button', { name: 'Verify', exact: true }).click();
      await page.getByText(/as of \d|Nothing has reached the archive/).waitFor();
    },
  },
  {
    name: 'history, being verified',
    path: '/history',
    heading: 'History',
    act: (page) => verify(page, null, 'Asking the hub'),
  },
  {
    name: 'history, altered',
    path: '/history',
    heading: 'History',
    act: (page) => {
      const entry = { at: Date.now(), name: 'Maximiliana Konstantinopoulos' };
      return verify(page, { ok: false, checked: 4, version: 12, reason: 'altered', entry }, /not as it was/);
    },
  },
  {
    name: 'devices',
    path: '/fleet',
    heading: 'Devices',
    act: async (page) => {
      const at = Date.now();
      await list(page, fleetOf([{ heardAt: at, saidAt: at + 60_000 }], { at }));
      await judge(page, /^All clear: 1 device/);
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    },
  },
  {
    name: 'devices, with all there is to say of them',
    path: '/fleet',
    heading: 'Devices',
    act: async (page) => {
      const now = Date.now();
      await list(page, troubledFleet(now));
      await revisit(page);
      await judge(page, /^Not clear: \d+ of \d+ devices/);
      await page.getByText(/not been heard of for 12 hours$/).click();
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    },
  },
  {
    name: 'devices, none',
    path: '/fleet',
    heading: 'Devices',
    act: async (page) => {
      await list(page, fleetOf([], { at: Date.now() }));
      await revisit(page);
      await page.getByText('No device has been heard of').waitFor();
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    },
  },
  {
    name: 'tokens, none',
    path: '/tokens',
    heading: 'Tokens',
    act: async (page) => {
      await page.getByText('There is no token yet.').waitFor();
    },
  },
  {
    name: 'tokens, being made',
    path: '/tokens',
    heading: 'Tokens',
    act: async (page) => {
      await page.getByRole('button', { name: 'Make a token' }).click();
      await page.getByRole('button', { name: 'Make the token' }).click();
      await page.getByText('Fill this in.').waitFor();
    },
  },
  {
    name: 'tokens, one made',
    path: '/tokens',
    heading: 'Tokens',
    act: async (page) => {
      const at = Date.now();
      const tokens = someTokens(at);
      await page.route(/\/api\/.*\/tokens$/, (route) =>
        route.fulfill({
          json: route.request().method() === 'POST' ? { token: tokens[0], secret: SECRET } : { at, tokens },
        }),
      );
      await page.getByRole('button', { name: 'Make a token' }).click();
      await page.getByLabel('Name').fill('Gate');
      await page.getByRole('button', { name: 'Make the token' }).click();
      await page.getByRole('textbox', { name: /^Token of/ }).waitFor();
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    },
  },
  {
    name: 'tokens, one about to be ended',
    path: '/tokens',
    heading: 'Tokens',
    act: async (page) => {
      const at = Date.now();
      await page.route(/\/api\/.*\/tokens$/, (route) =>
        route.fulfill({ json: { at, tokens: someTokens(at) } }),
      );
      await revisit(page);
      await page.getByRole('button', { name: 'End North gate' }).click();
      await page.getByRole('button', { name: 'Hold to end North gate' }).waitFor();
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    },
  },
  {
    name: 'tablets and walls, none',
    path: '/devices',
    heading: 'Tablets and walls',
    act: (page) => page.getByText('There is no tablet and no wall yet.').waitFor(),
  },
  {
    name: 'tablets and walls, one being added',
    path: '/devices',
    heading: 'Tablets and walls',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add a tablet' }).click();
      await page.getByRole('button', { name: 'Add it to this site' }).click();
      await page.getByText('Fill this in.').waitFor();
    },
  },
  {
    name: 'tablets and walls, one being renamed',
    path: '/devices',
    heading: 'Tablets and walls',
    act: async (page) => {
      await listDevices(page);
      await page.getByRole('button', { name: 'Rename Break room' }).click();
      await page.getByLabel('New name of Break room').waitFor();
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    },
  },
  {
    name: 'tablets and walls, one about to be ended',
    path: '/devices',
    heading: 'Tablets and walls',
    act: async (page) => {
      await listDevices(page);
      await page.getByRole('button', { name: 'End Dock 3' }).click();
      await page.getByRole('button', { name: 'Hold to end Dock 3' }).waitFor();
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    },
  },
  { name: 'sites', path: '?sheet=sites', heading: 'Your sites', role: 'admin' },
  { name: 'new site', path: '/site?new=site', heading: 'New site', role: 'admin' },
  {
    name: 'site settings, with something begun',
    path: '/site',
    heading: 'Site settings',
    act: async (page) => {
      await page.getByRole('button', { name: 'Take 200 away' }).click();
      await page.getByLabel('Another location').fill('yard');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByText('Yard stands there twice.').waitFor();
    },
    role: 'admin',
  },
  {
    name: 'site settings, a location being renamed',
    path: '/site',
    heading: 'Site settings',
    act: async (page) => {
      await page.getByRole('button', { name: 'Rename 200' }).click();
      await page.getByLabel('New name of 200').fill('Yard');
      await page.keyboard.press('Enter');
      await page.getByText('Yard stands there twice.').waitFor();
    },
    role: 'admin',
  },
  {
    name: 'people',
    path: '/people',
    heading: 'People of this site',
    act: (page) => page.getByRole('button', { name: 'Change Wes' }).waitFor(),
  },
  {
    name: 'people, one of them opened',
    path: '/people',
    heading: 'People of this site',
    act: async (page) => {
      await page.getByRole('button', { name: 'Change Wes' }).click();
      await page.getByRole('button', { name: 'Hold to remove Wes from the site' }).waitFor();
    },
  },
  {
    name: 'people, an invitation to be made',
    path: '/people',
    heading: 'People of this site',
    act: async (page) => {
      await page.getByText('Invite somebody').click();
      await page.getByRole('button', { name: 'Make a link' }).waitFor();
    },
  },
  {
    name: 'people, an invitation made',
    path: '/people',
    heading: 'People of this site',
    act: async (page) => {
      await page.getByText('Invite somebody').click();
      await page.getByLabel('Whom it is for').fill('Maximiliana Konstantinopoulos');
      await page.getByRole('button', { name: 'Make a link' }).click();
      await page.getByRole('img', { name: /QR code/ }).waitFor();
    },
  },
  {
    name: 'walls, one without a name',
    path: '/walls',
    heading: 'Add a wall',
    act: async (page) => {
      await page.getByRole('button', { name: 'Make a link' }).click();
      await page.getByText('Fill this in.').waitFor();
    },
  },
  {
    name: 'walls, one made',
    path: '/walls',
    heading: 'Add a wall',
    act: async (page) => {
      const made = {
        wall: { id: 'w1', name: 'North dock, over the door to the office' },
        token: 'x'.repeat(43),
      };
      await page.route(/\/walls$/, (route) =>
        route.request().method() === 'POST' ? route.fulfill({ status: 201, json: made }) : route.continue(),
      );
      await page.getByLabel('Where it hangs').fill('North dock');
      await page.getByRole('button', { name: 'Make a link' }).click();
      await page.getByRole('img', { name: 'QR code of the link' }).waitFor();
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    },
  },
  {
    name: 'site settings, with shifts',
    path: '/site',
    heading: 'Site settings',
    act: async (page) => {
      for (let i = 0; i < 2; i++) await page.getByRole('button', { name: 'Add a shift' }).click();
      await page.getByRole('group', { name: 'Shift 2' }).getByLabel('Name').fill('shift 1');
      await page.getByText('There is a shift called shift 1 already.').waitFor();
    },
    role: 'admin',
  },
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
