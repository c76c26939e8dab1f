import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { controlled } from '../support/pages.ts';
import { PASSWORD } from '../support/site.ts';
import { action, closeSheet, findByKeypad, pill, pillSays, ROSTER, rowSays } from './board.ts';
import { goOffline, goOnline, historyOf, stage } from './stage.ts';

const on = stage();

/** Ten things a preloader does, and what the hub's history says of each afterwards. */
const NIGHT = [
  { car: '128414', does: ['Arrived'], after: { arrived: true } },
  { car: '128414', does: ['Move', '300'], after: { location: '300' } },
  { car: '128074', does: ['Late'], after: { late: true } },
  { car: '128211', does: ['Empty'], after: { empty: true } },
  { car: '128211', does: ['Move', 'Shop'], after: { location: 'Shop' } },
  { car: '144255', does: ['Arrived'], after: { arrived: true } },
  { car: '144255', note: 'left mirror', after: { notes: 'Bulk stop first\nleft mirror' } },
  { car: '690591', does: ['Arrived'], after: { arrived: true } },
  { car: '690591', does: ['Empty'], after: { empty: true } },
  { car: '173467', note: 'door open', after: { notes: 'door open' } },
];
const SHOWN: [car: string, ...words: string[]][] = [
  ['128414', 'Arrived', '300'],
  ['128074', 'Late'],
  ['128211', 'Empty', 'Shop'],
  ['144255', 'Arrived', 'left mirror'],
  ['690591', 'Empty'],
  ['173467', 'door open'],
];

test('O1 O2 E2 ten edits made without a network outlive the browser’s death and reach the hub once each', async () => {
  const { worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const phone = on.profile();
  // The app has been used on this phone before: it is installed, and the browser has had time to store who is here.
  const earlier = await on.switchOn(phone, worker, 'phone');
  const first = await earlier.newPage();
  await first.goto(wire.origin);
  await pillSays(first, 'Live');
  await controlled(first);
  await earlier.close();

  const tonight = await on.switchOn(phone, worker, 'phone');
  const page = await tonight.newPage();
  await page.goto(wire.origin);
  await pillSays(page, 'Live');
  wire.cut();
  for (const step of NIGHT) await perform(page, step);
  await pillSays(page, 'Offline, 10 saved here');
  const dead = tonight.waitForEvent('close');
  phone.kill();
  await dead;

  const after = await on.switchOn(phone, worker, 'phone');
  const again = await after.newPage();
  await again.goto(wire.origin);
  await pillSays(again, 'Offline, 10 saved here');
  await again.getByRole('link', { name: 'Board' }).tap();
  for (const [car, ...words] of SHOWN) await rowSays(again, car, ...words);

  wire.heal();
  await pill(again).tap();
  await action(again, 'Sync now').tap();
  await again.getByText('All sent, and the board is current.').waitFor();
  await closeSheet(again);
  await pillSays(again, 'Live');
  for (const [car, ...words] of SHOWN) await rowSays(again, car, ...words);
  const entries = (await historyOf(worker)).reverse();
  const expected = NIGHT.map(({ car, after }) => ({ by: worker.id, cars: [{ id: car, after }] }));
  expect(entries).toMatchObject([{ type: 'import' }, ...expected]);
});

test('O2 a sign-out says how many changes are not sent, keeps them, and the next sign-in sends them', async () => {
  const { lead, worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const page = await on.open(worker, 'phone', wire);
  await goOffline(page, wire);
  for (const step of NIGHT.slice(0, 3)) await perform(page, step);
  await pillSays(page, 'Offline, 3 saved here');
  await page.getByRole('link', { name: 'More' }).tap();
  await action(page, 'Sign out').tap();
  await page.getByText('3 changes are not sent yet.').waitFor();
  await action(page, 'Stay signed in').tap();
  await action(page, 'Sign out').tap();
  await action(page, 'Sign out anyway').tap();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByText('3 changes by Wes are kept on this device.').waitFor();
  expect(await historyOf(lead)).toHaveLength(1);

  await goOnline(page, wire);
  await page.getByLabel('Email').fill(worker.email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await action(page, 'Sign in').tap();
  await pillSays(page, 'Live');
  expect((await historyOf(lead)).reverse().slice(1)).toMatchObject(
    NIGHT.slice(0, 3).map(({ car, after }) => ({ by: worker.id, cars: [{ id: car, after }] })),
  );
});

test('O2 what is queued here can be looked at and taken back before it is sent', async () => {
  const { worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const page = await on.open(worker, 'phone', wire);
  await goOffline(page, wire);
  for (const step of NIGHT.slice(0, 2)) await perform(page, step);
  await pillSays(page, 'Offline, 2 saved here');
  await pill(page).tap();
  const sheet = page.getByRole('dialog', { name: 'Saved and sent' });
  await sheet.getByText('Saved on this device: 2 changes wait for the network.').waitFor();
  const queued = sheet.getByRole('region', { name: 'Waiting to be sent' }).getByRole('listitem');
  await queued.filter({ hasText: '128414 arrived' }).getByText('saved here').waitFor();
  await action(page, 'Sync now').tap();
  await sheet.getByText('No luck yet.').waitFor();
  await queued.filter({ hasText: '128414 moved to 300' }).getByRole('button', { name: 'Discard' }).tap();
  await goOnline(page, wire);
  await action(page, 'Sync now').tap();
  await sheet.getByText('All sent, and the board is current.').waitFor();
  await sheet.getByText('Nothing waits on this device.').waitFor();
  expect(await (await worker.get('cars/128414')).json()).toMatchObject({ arrived: true, location: 'Yard' });
});

async function perform(page: Page, step: { car: string; does?: string[]; note?: string }): Promise<void> {
  await findByKeypad(page, step.car.slice(-3), step.car);
  for (const name of step.does ?? []) await action(page, name).tap();
  if (step.note !== undefined) {
    await action(page, 'Note').tap();
    await page.getByLabel(`Note on ${step.car}`).fill(step.note);
    await action(page, 'Add note').tap();
    await action(page, 'Note').waitFor();
  }
  await closeSheet(page);
}
