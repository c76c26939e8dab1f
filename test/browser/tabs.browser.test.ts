import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Wire } from '../support/wire.ts';
import { action, arrive, closeSheet, findByKeypad, pill, pillSays, ROSTER, rowSays } from './board.ts';
import { arrivedAtHub, goOffline, goOnline, stage } from './stage.ts';

const on = stage();

/** Another tab of the same device, with the board up in it. */
async function another(page: Page, wire: Wire): Promise<Page> {
  const next = await page.context().newPage();
  await next.goto(wire.origin);
  await pill(next).waitFor();
  return next;
}

/** Sockets a tab opens from here on. */
function socketsOf(page: Page): { count: number } {
  const sockets = { count: 0 };
  page.on('websocket', () => sockets.count++);
  return sockets;
}

test('O3 two tabs of one device share one socket and one board, and both work', async () => {
  const { worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const a = await on.open(worker, 'phone', wire);
  const page = await a.context().newPage();
  const sockets = socketsOf(page);
  await page.goto(wire.origin);
  await pillSays(page, 'Live');
  await arrive(a, '128414');
  await arrive(page, '128074');
  await a.getByRole('link', { name: 'Board' }).tap();
  await rowSays(a, '128074', 'Arrived');
  await page.getByRole('link', { name: 'Board' }).tap();
  await rowSays(page, '128414', 'Arrived');
  await Promise.all([pillSays(a, 'Live'), pillSays(page, 'Live')]);
  expect(await arrivedAtHub(worker)).toEqual(['128414', '128074']);
  expect(sockets.count).toBe(0);
});

test('O3 when the tab that leads is closed, the other goes on', async () => {
  const { worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const a = await on.open(worker, 'phone', wire);
  const b = await another(a, wire);
  const socket = b.waitForEvent('websocket');
  await a.close();
  await socket;
  await arrive(b, '128414');
  await pillSays(b, 'Live');
  expect(await arrivedAtHub(worker)).toEqual(['128414']);
});

test('O3 E2 when the tab that leads crashes, what was done in the other is there, once', async () => {
  on.expectProblem(/The page crashed/);
  const { worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const a = await on.open(worker, 'phone', wire);
  const b = await another(a, wire);
  wire.cut();
  await pillSays(b, 'Offline');
  await arrive(b, '128414', '128074');
  const socket = b.waitForEvent('websocket');
  const crashed = a.waitForEvent('crash');
  await findByKeypad(b, '113', '128113');
  const tapped = action(b, 'Arrived').tap();
  await crash(a);
  await Promise.all([tapped, crashed]);
  await socket;
  await b.getByText('128113 arrived').first().waitFor();
  await closeSheet(b);
  await pillSays(b, 'Offline, 3 saved here');
  wire.heal();
  await pillSays(b, 'Live');
  expect(await arrivedAtHub(worker)).toEqual(['128414', '128074', '128113']);
});

test('O3 a tab that leads and is frozen is not waited for; when it wakes it shows what the other has done', async () => {
  const { worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const a = await on.open(worker, 'phone', wire);
  const b = await another(a, wire);
  const browser = await a.context().newCDPSession(a);
  const socket = b.waitForEvent('websocket');
  // A tab that holds a lock is spared by the browser's own way of freezing one.
  await browser.send('Debugger.enable');
  await browser.send('Debugger.pause');
  await arrive(b, '128414');
  await socket;
  await pillSays(b, 'Live');
  await browser.send('Debugger.disable');
  await arrive(a, '128074');
  await a.getByRole('link', { name: 'Board' }).tap();
  await rowSays(a, '128414', 'Arrived');
  await pillSays(a, 'Live');
  expect(await arrivedAtHub(worker)).toEqual(['128414', '128074']);
});

test('O1 O3 two tabs without a network: what was done in both outlives the reload of both, and goes out once', async () => {
  const { worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const a = await on.open(worker, 'phone', wire);
  const b = await another(a, wire);
  await goOffline(a, wire);
  await arrive(a, '128414');
  await arrive(b, '128074');
  await arrive(a, '128113');
  await Promise.all([pillSays(a, 'Offline, 3 saved here'), pillSays(b, 'Offline, 3 saved here')]);
  await Promise.all([a.reload(), b.reload()]);
  await Promise.all([pillSays(a, 'Offline, 3 saved here'), pillSays(b, 'Offline, 3 saved here')]);
  await goOnline(a, wire);
  await Promise.all([pillSays(a, 'Live'), pillSays(b, 'Live')]);
  expect(await arrivedAtHub(worker)).toEqual(['128414', '128074', '128113']);
});

test('O3 Sync now works in a tab that follows', async () => {
  const { worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const a = await on.open(worker, 'phone', wire);
  const b = await another(a, wire);
  wire.cut();
  await arrive(b, '128414');
  await pillSays(b, 'Offline, 1 saved here');
  wire.heal();
  await pill(b).tap();
  await action(b, 'Sync now').tap();
  await b.getByText('All sent, and the board is current.').waitFor();
  expect(await arrivedAtHub(worker)).toEqual(['128414']);
});

/** The tab's process dies as it does when it runs out of memory. */
async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  // Nothing answers any more.
  void session.send('Page.crash').catch(() => {});
}
