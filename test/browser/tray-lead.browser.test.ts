import { expect, test } from 'vitest';
import { action, closeSheet, findByKeypad, pillSays, ROSTER, rowSays } from './board.ts';
import { goOffline, goOnline, historyOf, stage } from './stage.ts';

const on = stage();

test('a lead settles what somebody else has left open: it is done under the lead’s name, and disappears there', async () => {
  const { admin, lead, worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const phone = await on.open(worker, 'phone', wire);
  const desk = await on.open(lead, 'desktop');
  await goOffline(phone, wire);
  await findByKeypad(phone, '414', '128414');
  await action(phone, 'Move').tap();
  await action(phone, '300').tap();
  await closeSheet(phone);
  await admin.request('PATCH', 'cars/128414', { location: '400' });
  await goOnline(phone, wire);
  await pillSays(phone, '1 needs you');

  await pillSays(desk, 'Live\\. 1 needs you');
  await desk.getByRole('link', { name: 'More' }).click();
  await desk
    .getByRole('main')
    .getByRole('button', { name: /^Needs you/ })
    .click();
  const others = desk.getByRole('region', { name: 'Others' });
  await others.getByRole('listitem').filter({ hasText: 'Wes' }).waitFor();
  await others.getByRole('button', { name: 'Use Wes’s' }).click();
  await desk.getByText('Nothing needs you.').waitFor();
  await pillSays(phone, 'Live');
  await phone.getByRole('link', { name: 'Board' }).tap();
  await rowSays(phone, '128414', '300');
  const made = await historyOf(lead);
  expect(made.slice(0, 2)).toMatchObject([
    { type: 'settle', by: lead.id, settled: { author: worker.id, choice: 'mine', cars: ['128414'] } },
    { type: 'set', by: lead.id },
  ]);
});
