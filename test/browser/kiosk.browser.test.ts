import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { enrolDevice } from '../support/device.ts';
import { controlled, sessionOf } from '../support/pages.ts';
import { givePin } from '../support/pin.ts';
import type { TestPerson, TestSite } from '../support/site.ts';
import type { Wire } from '../support/wire.ts';
import { action, pillSays, ROSTER, row, rowSays, sheet } from './board.ts';
import { goOffline, goOnline, historyOf, stage } from './stage.ts';

const on = stage();
const WES = '4827';
const LEE = '93057';

interface Kiosk {
  site: TestSite;
  page: Page;
  wire: Wire;
}

/** A tablet of a site that everybody uses, where a worker and a lead have a PIN; nobody has said who they are. */
async function tablet(workers: { isTemporary?: boolean } = {}): Promise<Kiosk> {
  const site = await on.site(ROSTER);
  const [device, wire] = await Promise.all([
    enrolDevice(on.hub, site.lead),
    on.wire(),
    givePin(on.hub, site.worker.id, WES, workers),
    givePin(on.hub, site.lead.id, LEE),
  ]);
  const context = await on.device(null, 'tablet');
  await context.addCookies([sessionOf({ ...site.worker, cookie: device.cookie })]);
  const page = await context.newPage();
  await page.goto(wire.origin);
  await ready(page);
  await controlled(page);
  return { site, page, wire };
}

async function ready(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Who is here?' }).waitFor();
}

const faces = (page: Page) => page.getByRole('dialog', { name: 'Who is here?' });

async function showPin(page: Page, { name }: TestPerson, pin: string): Promise<void> {
  await page.getByRole('button', { name, exact: false }).filter({ hasText: name }).last().tap();
  for (const digit of pin) await page.locator('.pin-key', { hasText: digit }).tap();
}

/** A PIN of a known length, which its last digit ends. */
async function type(page: Page, pin: string): Promise<void> {
  for (const digit of pin) await page.keyboard.press(digit);
}

/** A PIN that is new, which OK ends. */
async function choose(page: Page, pin: string): Promise<void> {
  await type(page, pin);
  await page.getByRole('button', { name: 'OK', exact: true }).tap();
}

/** Says who is here without anything that is to be done then. */
async function enter(page: Page, person: TestPerson, pin: string): Promise<void> {
  await page.getByRole('button', { name: 'Who is here?' }).tap();
  await showPin(page, person, pin);
  await page.getByRole('button', { name: `Lock, ${person.name}` }).waitFor();
}

async function leave(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Lock, / }).tap();
  await ready(page);
}

async function mark(page: Page, car: string, what: string): Promise<void> {
  await row(page, car).tap();
  await sheet(page, car).waitFor();
  await action(page, what).tap();
}

test('E4 a locked tablet shows the live board; what is done on it waits for a face and a PIN, and is theirs', async () => {
  const { site, page } = await tablet();
  await pillSays(page, 'Live');
  await site.lead.request('PATCH', 'cars/128414', { late: true });
  await rowSays(page, '128414', 'Late');

  await mark(page, '128414', 'Arrived');
  await faces(page).getByText('Then: 128414 arrived').waitFor();
  await showPin(page, site.worker, '9999');
  await page.getByText('This is not the PIN.').waitFor();
  expect((await historyOf(site.lead)).map(({ by }) => by)).not.toContain(site.worker.id);
  await type(page, WES);
  await rowSays(page, '128414', 'Arrived');
  await sheet(page, '128414').waitFor();
  await pillSays(page, 'Live');
  const [entry] = await historyOf(site.lead);
  expect(entry).toMatchObject({ by: site.worker.id });
});

test('a tablet locks after a minute without anybody, and nothing but a PIN opens it: no reload, no second tab', async () => {
  const { site, page, wire } = await tablet();
  await page.clock.install();
  await page.reload();
  await ready(page);
  await enter(page, site.worker, WES);
  await row(page, '128414').tap();
  await action(page, 'Note').tap();
  await page.getByLabel('Note on 128414').fill('left mirror');
  await page.clock.fastForward(51_000);
  await page.getByRole('alertdialog', { name: /^Locks in \d+ seconds?$/ }).waitFor();
  await page.getByRole('button', { name: 'Stay' }).tap();
  await page.getByRole('alertdialog').waitFor({ state: 'hidden' });
  await page.clock.fastForward(61_000);
  await ready(page);
  await page.reload();
  await ready(page);
  const second = await page.context().newPage();
  await second.goto(wire.origin);
  await ready(second);
  await second.close();

  // Whoever comes next finds nothing of it; whose it is does.
  await enter(page, site.lead, LEE);
  await openNote(page, '128414', '');
  await leave(page);
  await enter(page, site.worker, WES);
  await openNote(page, '128414', 'left mirror');
});

test('a PIN that a lead gave is right once: whoever types it chooses another, and what they asked for is done', async () => {
  const { site, page } = await tablet({ isTemporary: true });
  await mark(page, '128414', 'Arrived');
  await showPin(page, site.worker, WES);
  await page.getByText('Choose a new PIN').waitFor();
  await choose(page, '1234');
  await page.getByText('This is one of the first that somebody would try.').waitFor();
  await choose(page, '62719');
  await page.getByText('The new PIN once more').waitFor();
  await choose(page, '62718');
  await page.getByText('These were two different PINs.').waitFor();
  expect((await historyOf(site.lead)).map(({ by }) => by)).not.toContain(site.worker.id);
  await choose(page, '62719');
  await page.getByText('The new PIN once more').waitFor();
  await choose(page, '62719');
  await rowSays(page, '128414', 'Arrived');
  await pillSays(page, 'Live');
  await leave(page);
  await enter(page, site.worker, '62719');
});

test('without a network five wrong PINs lock their person for half a minute, in which the right one is not looked at', async () => {
  const { site, page, wire } = await tablet();
  await enter(page, site.worker, WES);
  await vaultHas(page, site.worker);
  await leave(page);
  await pillSays(page, 'Live');
  await goOffline(page, wire);
  await page.clock.install();
  await page.getByRole('button', { name: 'Who is here?' }).tap();
  await page.getByRole('button', { name: site.worker.name }).last().tap();
  for (const wrong of [1, 2, 3, 4, 5]) {
    await type(page, `999${wrong}`);
    await expect.poll(() => vaultOf(page, site.worker)).toMatchObject({ wrong });
    await page.locator('.pin-key[aria-disabled=false]').first().waitFor();
  }
  await type(page, WES);
  await page.getByText('Too many wrong PINs.').waitFor();
  await page.clock.fastForward(31_000);
  await type(page, WES);
  await page.getByRole('button', { name: `Lock, ${site.worker.name}` }).waitFor();
});

test('E4 without a network two people come and go, and what each did arrives under their own name', async () => {
  const { site, page, wire } = await tablet();
  // Each has shown the tablet their PIN while the hub was there.
  for (const [person, pin] of [
    [site.worker, WES],
    [site.lead, LEE],
  ] as const) {
    await enter(page, person, pin);
    await vaultHas(page, person);
    await leave(page);
    await pillSays(page, 'Live');
  }
  await goOffline(page, wire);

  await mark(page, '128414', 'Arrived');
  await showPin(page, site.worker, '9999');
  await page.getByText('This is not the PIN.').waitFor();
  await type(page, WES);
  await rowSays(page, '128414', 'Arrived');
  await leave(page);
  await mark(page, '690591', 'Late');
  await showPin(page, site.lead, LEE);
  await rowSays(page, '690591', 'Late');
  await pillSays(page, 'Offline, 1 saved here');
  await page.reload();
  await pillSays(page, 'Offline, 1 saved here');
  await leave(page);

  await goOnline(page, wire);
  await expect
    .poll(async () => (await historyOf(site.lead)).map(({ by, cars }) => [by, cars[0]?.id]), {
      timeout: 40_000,
    })
    .toEqual(
      expect.arrayContaining([
        [site.worker.id, '128414'],
        [site.lead.id, '690591'],
      ]),
    );
  // Nobody has opened it by that.
  await ready(page);
});

test('a locked tablet shows nobody’s saved views, though whose they are is still signed in', async () => {
  const { site, page, wire } = await tablet();
  await enter(page, site.worker, WES);
  await vaultHas(page, site.worker);
  await page.getByRole('button', { name: 'Saved views' }).tap();
  await page.getByLabel('Save what the board shows now as').fill('My doors');
  await page.getByRole('button', { name: 'Save', exact: true }).tap();
  await page.getByRole('button', { name: 'Rename My doors' }).waitFor();
  await page.keyboard.press('Escape');
  const views = page.getByRole('list', { name: 'Your views' });
  await views.waitFor();
  await goOffline(page, wire);
  await leave(page);
  expect(await views.count()).toBe(0);
  await enter(page, site.worker, WES);
  await views.waitFor();
});

async function openNote(page: Page, car: string, text: string): Promise<void> {
  await row(page, car).tap();
  await action(page, 'Note').tap();
  expect(await page.getByLabel(`Note on ${car}`).inputValue()).toBe(text);
}

/** Until the tablet can tell a person's PIN by itself: that takes it a moment. */
async function vaultHas(page: Page, person: TestPerson): Promise<void> {
  await expect.poll(() => vaultOf(page, person)).toMatchObject({ isSealed: true });
}

/** What the tablet keeps of a person's PIN. */
function vaultOf(page: Page, { id }: TestPerson): Promise<{ isSealed: boolean; wrong: number }> {
  return page.evaluate(
    (person) =>
      new Promise((resolve) => {
        const request = indexedDB.open('yardboard.vault');
        request.onsuccess = () => {
          const database = request.result;
          const record = database.transaction('people').objectStore('people').get(person);
          record.onsuccess = () => {
            database.close();
            resolve({ isSealed: record.result?.sealed != null, wrong: record.result?.tries.wrong ?? 0 });
          };
        };
      }),
    id,
  );
}
