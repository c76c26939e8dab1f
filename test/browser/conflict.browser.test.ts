import { expect, test } from 'vitest';
import { action, closeSheet, findByKeypad, pill, pillSays, ROSTER, rowSays } from './board.ts';
import { goOffline, goOnline, historyOf, stage } from './stage.ts';

const on = stage();

test('two who moved the same car to different places: the one who comes back decides, and either choice is done', async () => {
  const { lead, worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const phone = await on.open(worker, 'phone', wire);
  await goOffline(phone, wire);
  for (const car of ['128414', '128074']) {
    await findByKeypad(phone, car.slice(-3), car);
    await action(phone, 'Move').tap();
    await action(phone, '300').tap();
    await closeSheet(phone);
    const response = await lead.request('PATCH', `cars/${car}`, { location: '400' });
    expect(response.status).toBe(200);
  }
  await pillSays(phone, 'Offline, 2 saved here');
  await goOnline(phone, wire);
  await pillSays(phone, '2 need you');
  await pill(phone).tap();

  const items = phone.getByRole('region', { name: 'These need you' }).getByRole('listitem');
  const mine = items.filter({ hasText: '128414' });
  const theirs = items.filter({ hasText: '128074' });
  for (const item of [mine, theirs]) {
    await item.getByText('moved to 300').waitFor();
    await item.getByText('Lee').waitFor();
    await item.getByText('moved to 400').waitFor();
  }
  await mine.getByRole('button', { name: 'Use mine' }).tap();
  await mine.waitFor({ state: 'detached' });
  await theirs.getByRole('button', { name: 'Keep theirs' }).tap();
  await theirs.waitFor({ state: 'detached' });
  await closeSheet(phone);
  await pillSays(phone, 'Live');
  await phone.getByRole('link', { name: 'Board' }).tap();
  await rowSays(phone, '128414', '300');
  await rowSays(phone, '128074', '400');
  expect(await (await lead.get('cars/128414')).json()).toMatchObject({ location: '300' });
  expect(await (await lead.get('cars/128074')).json()).toMatchObject({ location: '400' });
  expect(await historyOf(lead)).toHaveLength(4);
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
  await action(helper, 'Leave removed').waitFor();
  expect(await action(helper, 'Restore with mine').count()).toBe(0);
  await action(helper, 'Leave removed').tap();
  await closeSheet(helper);
  await pillSays(helper, 'Live');
  expect((await lead.get('cars/128414')).status).toBe(404);

  await goOnline(phone, wire);
  await pillSays(phone, '1 needs you');
  await pill(phone).tap();
  await action(phone, 'Restore with mine').tap();
  await phone.getByRole('region', { name: 'These need you' }).waitFor({ state: 'detached' });
  await closeSheet(phone);
  await pillSays(phone, 'Live');
  expect(await (await lead.get('cars/128414')).json()).toMatchObject({ arrived: true, late: false });
});
