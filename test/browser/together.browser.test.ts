import { expect, test } from 'vitest';
import { action, findByKeypad, pillSays, ROSTER, row, rowSays, sheet } from './board.ts';
import { goOffline, goOnline, stage } from './stage.ts';

const on = stage();

test('two people on one board see each other’s changes, who is there, and which car the other has open', async () => {
  const { lead, worker } = await on.site(ROSTER);
  const [desk, phone] = await Promise.all([on.open(lead, 'desktop'), on.open(worker, 'phone')]);
  await desk.getByRole('button', { name: '2 people here' }).waitFor();
  await phone.getByRole('button', { name: '2 people here' }).waitFor();

  await findByKeypad(phone, '414', '128414');
  await row(desk, '128414').getByText('Wes has this car open').waitFor();
  await action(phone, 'Arrived').tap();
  await rowSays(desk, '128414', 'Arrived', 'Wes');
  await pillSays(phone, 'Live');

  await row(desk, '128414').click();
  await sheet(desk, '128414').getByText('Wes has this car open').waitFor();
  await sheet(phone, '128414').getByText('Lee has this car open').waitFor();
  await action(desk, 'Empty').click();
  await sheet(phone, '128414').getByText('Empty').first().waitFor();
  await action(phone, 'Empty').and(phone.locator('[aria-pressed=true]')).waitFor();
});

test('a slip is taken back from the toast, for everybody', async () => {
  const { lead, worker } = await on.site(ROSTER);
  const [desk, phone] = await Promise.all([on.open(lead, 'desktop'), on.open(worker, 'phone')]);
  await findByKeypad(phone, '414', '128414');
  await action(phone, 'Arrived').tap();
  await rowSays(desk, '128414', 'Arrived');
  await phone.getByText('128414 arrived').first().waitFor();
  await sheet(phone, '128414').getByRole('button', { name: 'Undo' }).tap();
  await rowSays(desk, '128414', 'Expected');
  await phone.getByText('Taken back: 128414 arrived').first().waitFor();
  await sheet(phone, '128414').getByText('Expected').waitFor();
});

test('changes to different fields of a car, made while one of the two was cut off, are both kept', async () => {
  const { lead, worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const [desk, phone] = await Promise.all([on.open(lead, 'desktop'), on.open(worker, 'phone', wire)]);
  await goOffline(phone, wire);
  await findByKeypad(phone, '414', '128414');
  await action(phone, 'Late').tap();
  await pillSays(phone, 'Offline, 1 saved here');

  await row(desk, '128414').click();
  await action(desk, 'Move').click();
  await action(desk, '300').click();
  await rowSays(desk, '128414', '300');
  await rowSays(desk, '128414', 'Expected');

  await goOnline(phone, wire);
  await pillSays(phone, 'Live');
  await rowSays(desk, '128414', '300', 'Late');
  await sheet(phone, '128414').getByText('300').first().waitFor();
  const car: unknown = await (await lead.get('cars/128414')).json();
  expect(car).toMatchObject({ location: '300', late: true, arrived: false });
});
