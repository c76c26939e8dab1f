import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  action,
  closeSheet,
  findByKeypad,
  pill,
  pillSays,
  ROSTER,
  row,
  rowSays,
  sheet,
} from '../browser/board.ts';
import { historyOf, stage } from '../browser/stage.ts';
import { device } from '../support/browser.ts';
import { controlled, sessionOf } from '../support/pages.ts';
import type { TestPerson } from '../support/site.ts';
import { browser } from './browser.ts';
import { broken } from './result.ts';
import { storedEdits } from './stored-edits.ts';

const on = stage();
const YEAR_MS = 365 * 86_400_000;

test('R6 O1 O2 E2 a browser killed while its queue is on its way shows all of it again and sends it once', async () => {
  const result = await browser({ kills: 1, edits: 20, seed: 2 });
  expect(broken(result, ['kill -9 of Chromium', 'edits that were saved'])).toEqual([]);
}, 120_000);

test('R6 O1 a tab that crashes with edits queued has them again when it is opened anew', async () => {
  const { lead, worker } = await on.site(ROSTER);
  await using wire = await on.wire();
  const context = await on.browser.newContext(device('desktop'));
  await context.addCookies([sessionOf(worker)]);
  const tab = await context.newPage();
  await tab.goto(wire.origin);
  await pillSays(tab, 'Live');
  await controlled(tab);
  wire.cut();
  await late(tab, '128414', '128074', '690591');
  await pillSays(tab, 'Offline, 3 saved here');
  const crashed = tab.waitForEvent('crash');
  tab.goto('chrome://crash').catch(() => {});
  await crashed;
  await tab.close();

  const again = await context.newPage();
  await again.goto(wire.origin);
  await pillSays(again, 'Offline, 3 saved here');
  wire.heal();
  await sendAll(again);
  expect(await lates(lead)).toEqual(['128414', '128074', '690591']);
  await context.close();
});

test('R6 V2 what the device held is stored again when its store is wiped under it, and is sent once', async () => {
  const site = await on.site(ROSTER);
  const wire = await on.wire();
  const page = await on.open(site.worker, 'desktop', wire);
  wire.cut();
  await late(page, '128414', '128074');
  await pillSays(page, 'Offline, 2 saved here');
  const browserSide = await page.context().newCDPSession(page);
  await browserSide.send('Storage.clearDataForOrigin', { origin: wire.origin, storageTypes: 'indexeddb' });
  await late(page, '690591');
  await pillSays(page, 'Offline, 3 saved here');
  expect((await storedEdits(page, site.id)).map(({ edit }) => 'car' in edit && edit.car)).toEqual([
    '128414',
    '128074',
    '690591',
  ]);
  wire.heal();
  await sendAll(page);
  expect(await lates(site.lead)).toEqual(['128414', '128074', '690591']);
});

test('R6 O1 a device without room says so, and does not show as done what it cannot keep', async () => {
  const { lead, worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const page = await on.open(worker, 'phone', wire);
  wire.cut();
  await findByKeypad(page, '414', '128414');
  await action(page, 'Late').tap();
  await pillSays(page, 'Offline, 1 saved here');
  // As the browser says it, which the store's own tests get from a real quota: it lets small records through for long.
  await page.evaluate(() => {
    const { add } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.add = () => {
      throw new DOMException('no room', 'QuotaExceededError');
    };
    addEventListener('room', () => Object.assign(IDBObjectStore.prototype, { add }));
  });
  await action(page, 'Arrived').tap();
  await sheet(page, '128414').getByText('could not be saved').first().waitFor();
  await sheet(page, '128414').getByText('Late').first().waitFor();
  await page.evaluate(() => dispatchEvent(new Event('room')));
  await closeSheet(page);
  await pillSays(page, 'Offline, 1 saved here');
  wire.heal();
  await sendAll(page);
  expect(await lates(lead)).toEqual(['128414']);
});

test('R6 C1 a page that was frozen with an edit on its way is current again when it runs again', async () => {
  const { lead, worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const page = await on.open(worker, 'desktop', wire);
  const browserSide = await page.context().newCDPSession(page);
  wire.stall();
  await late(page, '128414');
  await browserSide.send('Page.setWebLifecycleState', { state: 'frozen' });
  await lead.request('PATCH', 'cars/128074', { location: '300' });
  wire.drop();
  wire.heal();
  await browserSide.send('Page.setWebLifecycleState', { state: 'active' });
  await rowSays(page, '128074', '300');
  await rowSays(page, '128414', 'Late');
  await pillSays(page, 'Live');
  expect(await lates(lead)).toEqual(['128414']);
});

test.each([
  ['five years fast', 5 * YEAR_MS],
  ['five years slow', -5 * YEAR_MS],
])('R6 E4 a device whose clock is %s works as any other, and the hub’s time counts', async (_, offMs) => {
  const { lead, worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const context = await on.device(worker, 'desktop');
  await context.addInitScript((ms) => {
    const { now } = Date;
    const Real = Date;
    // All of its time is wrong, however it is asked for.
    globalThis.Date = new Proxy(Real, {
      construct: (target, values) => Reflect.construct(target, values.length === 0 ? [now() + ms] : values),
      get: (target, name) => (name === 'now' ? () => now() + ms : Reflect.get(target, name)),
    });
  }, offMs);
  const page = await context.newPage();
  await page.goto(wire.origin);
  await pillSays(page, 'Live');
  await controlled(page);
  wire.cut();
  await late(page, '128414');
  await pillSays(page, 'Offline, 1 saved here');
  wire.heal();
  await sendAll(page);
  const [entry] = await historyOf(lead);
  expect(entry).toMatchObject({ by: worker.id, cars: [{ id: '128414', after: { late: true } }] });
  expect(Math.abs((entry?.at ?? 0) - Date.now())).toBeLessThan(120_000);
});

/** Sets cars late, each from its row and its sheet. */
async function late(page: Page, ...cars: string[]): Promise<void> {
  for (const car of cars) {
    await row(page, car).click();
    await sheet(page, car).waitFor();
    await action(page, 'Late').click();
    await rowSays(page, car, 'Late');
  }
}

async function sendAll(page: Page): Promise<void> {
  await pill(page).click();
  await action(page, 'Sync now').click();
  await page.getByText('All sent, and the board is current.').waitFor();
  await page.keyboard.press('Escape');
  await pillSays(page, 'Live');
}

/** The cars that have been set late, in that order. */
async function lates(person: TestPerson): Promise<string[]> {
  const entries = (await historyOf(person)).reverse();
  return entries.flatMap(({ type, cars }) =>
    type === 'set' ? cars.filter(({ after }) => after.late).map(({ id }) => id) : [],
  );
}
