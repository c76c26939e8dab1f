import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { TestPerson } from '../support/site.ts';
import type { Wire } from '../support/wire.ts';
import { action, closeSheet, findByKeypad, pill, pillSays, ROSTER, row, rowSays } from './board.ts';
import { goOffline, goOnline, historyOf, stage } from './stage.ts';

const on = stage();

/** On a phone without a network, cars are moved to 300; meanwhile somebody else moves them to 400. */
async function disagree(phone: Page, wire: Wire, other: TestPerson, cars: readonly string[]): Promise<void> {
  await goOffline(phone, wire);
  for (const car of cars) {
    await findByKeypad(phone, car.slice(-3), car);
    await action(phone, 'Move').tap();
    await action(phone, '300').tap();
    await closeSheet(phone);
    const response = await other.request('PATCH', `cars/${car}`, { location: '400' });
    expect(response.status).toBe(200);
  }
  await pillSays(phone, `Offline, ${cars.length} saved here`);
  await goOnline(phone, wire);
  await pillSays(phone, cars.length === 1 ? '1 needs you' : `${cars.length} need you`);
}

/** What is open about a car. */
function itemOn(page: Page, car: string) {
  return page.getByRole('dialog', { name: 'Needs you' }).getByRole('listitem').filter({ hasText: car });
}

const locationOf = async (person: TestPerson, car: string): Promise<unknown> =>
  (await (await person.get(`cars/${car}`)).json()).location;

test('two who moved the same car to different places: the one who comes back decides, and each choice is done', async () => {
  const { lead, worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const phone = await on.open(worker, 'phone', wire);
  await disagree(phone, wire, lead, ['128414', '128074', '128113']);
  await pill(phone).tap();
  for (const car of ['128414', '128074', '128113']) {
    const item = itemOn(phone, car);
    await item.getByText('moved to 300').waitFor();
    await item.getByText('Lee').waitFor();
    await item.getByText('moved to 400').waitFor();
  }
  // What waits outlives the page.
  await phone.reload();
  await phone.getByRole('dialog', { name: 'Needs you' }).waitFor();
  await itemOn(phone, '128414').getByRole('button', { name: 'Use mine' }).tap();
  await itemOn(phone, '128414').waitFor({ state: 'detached' });
  await phone.getByText('128414 moved to 300').first().waitFor();
  await itemOn(phone, '128113').getByRole('button', { name: 'Edit…' }).tap();
  await itemOn(phone, '128113').getByRole('button', { name: '500', exact: true }).tap();
  await itemOn(phone, '128113').waitFor({ state: 'detached' });
  await itemOn(phone, '128074').getByRole('button', { name: 'Keep theirs' }).tap();
  await itemOn(phone, '128074').waitFor({ state: 'detached' });
  await phone.getByText('Nothing needs you.').waitFor();
  await closeSheet(phone);
  await pillSays(phone, 'Live');
  await phone.getByRole('link', { name: 'Board' }).tap();
  await rowSays(phone, '128414', '300');
  await rowSays(phone, '128074', '400');
  await rowSays(phone, '128113', '500');
  for (const [car, location] of [
    ['128414', '300'],
    ['128074', '400'],
    ['128113', '500'],
  ] as const) {
    expect(await locationOf(lead, car)).toBe(location);
  }
  const made = (await historyOf(lead)).filter(({ type }) => type !== 'settle');
  expect(made).toHaveLength(6);
});

test('many are settled at once, or those that are chosen, and a decision made without a network is kept', async () => {
  const { lead, worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const phone = await on.open(worker, 'phone', wire);
  const cars = ['128414', '128074', '128113', '128590'];
  await disagree(phone, wire, lead, cars);
  await goOffline(phone, wire);
  await pillSays(phone, 'Offline\\. 4 need you');
  await pill(phone).tap();
  await action(phone, '4 need you').tap();
  await itemOn(phone, '128414').getByRole('checkbox').check();
  await itemOn(phone, '128590').getByRole('checkbox').check();
  await action(phone, 'Use mine for 2').tap();
  // Said once it is durable.
  await phone
    .getByText(/^2 changes made again/)
    .first()
    .waitFor();
  await phone.reload();
  await itemOn(phone, '128074').waitFor();
  expect(await itemOn(phone, '128414').count()).toBe(0);
  await action(phone, 'Keep theirs for 2').tap();
  await phone.getByText('Nothing needs you.').waitFor();
  await goOnline(phone, wire);
  await closeSheet(phone);
  await pillSays(phone, 'Live');
  expect(await Promise.all(cars.map((car) => locationOf(lead, car)))).toEqual(['300', '400', '400', '300']);
});

test('the change that a decision made is taken back like any other', async () => {
  const { lead, worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const phone = await on.open(worker, 'phone', wire);
  await disagree(phone, wire, lead, ['128414']);
  await pill(phone).tap();
  await action(phone, 'Use mine').tap();
  await phone.getByRole('dialog').getByRole('button', { name: 'Undo' }).tap();
  await closeSheet(phone);
  await pillSays(phone, 'Live');
  await expect.poll(() => locationOf(lead, '128414')).toBe('400');
});

test('without a mouse: the tray opens from the pill alone, and the focus goes from what is decided to what comes next', async () => {
  const { lead, worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const desk = await on.open(worker, 'desktop', wire);
  await goOffline(desk, wire);
  for (const car of ['128414', '128074']) {
    await row(desk, car).click();
    await action(desk, 'Move').click();
    await action(desk, '300').click();
    expect((await lead.request('PATCH', `cars/${car}`, { location: '400' })).ok).toBe(true);
  }
  await pillSays(desk, 'Offline, 2 saved here');
  const focus = () => desk.evaluate(() => document.activeElement?.textContent ?? '');
  const before = await focus();
  await goOnline(desk, wire);
  await pillSays(desk, '2 need you');
  // Nothing has opened, and the focus is where it was.
  expect([await focus(), await desk.getByRole('dialog').count()]).toEqual([before, 0]);

  await pill(desk).focus();
  await desk.keyboard.press('Enter');
  await expect.poll(focus).toBe('Needs you');
  const theirs = itemOn(desk, '128414').getByRole('button', { name: 'Keep theirs' });
  for (let stops = 0; stops < 20; stops++) {
    await desk.keyboard.press('Tab');
    if (await theirs.evaluate((button) => button === document.activeElement)) break;
  }
  await desk.keyboard.press('Enter');
  await itemOn(desk, '128414').waitFor({ state: 'detached' });
  await expect.poll(focus).toBe('128074Location');
  await desk.keyboard.press('Tab');
  await desk.keyboard.press('Enter');
  await desk.getByText('Nothing needs you.').waitFor();
  await expect.poll(focus).toBe('Needs you');
  await desk.keyboard.press('Escape');
  await pillSays(desk, 'Live');
  expect(await Promise.all(['128414', '128074'].map((car) => locationOf(lead, car)))).toEqual(['400', '300']);
});

test('a car that was removed meanwhile is not brought back by a change to it: who may restore it is asked', async () => {
  const { admin, lead, worker } = await on.site(ROSTER);
  const [wire, other] = await Promise.all([on.wire(), on.wire()]);
  const phone = await on.open(lead, 'phone', wire);
  const helper = await on.open(worker, 'phone', other);
  for (const [page, line] of [
    [phone, wire],
    [helper, other],
  ] as const) {
    await page.bringToFront();
    await goOffline(page, line);
    await findByKeypad(page, '414', '128414');
    await action(page, page === phone ? 'Arrived' : 'Late').tap();
    await closeSheet(page);
    await pillSays(page, 'Offline, 1 saved here');
  }
  expect((await admin.request('DELETE', 'cars/128414')).ok).toBe(true);

  await goOnline(helper, other);
  await pillSays(helper, '1 needs you');
  await pill(helper).tap();
  await helper.getByText('Ask a lead to restore it.').waitFor();
  expect(await action(helper, 'Restore with my change').count()).toBe(0);
  await action(helper, 'Drop it').tap();
  await helper.getByText('Nothing needs you.').waitFor();
  await closeSheet(helper);
  await pillSays(helper, 'Live');
  expect((await lead.get('cars/128414')).status).toBe(404);

  await goOnline(phone, wire);
  await pillSays(phone, '1 needs you');
  await pill(phone).tap();
  await action(phone, 'Restore with my change').tap();
  await phone.getByText('Nothing needs you.').waitFor();
  await closeSheet(phone);
  await pillSays(phone, 'Live');
  expect(await (await lead.get('cars/128414')).json()).toMatchObject({ arrived: true, late: false });
});
