import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { action, row, rowSays, sheet } from './board.ts';
import { stage } from './stage.ts';

const on = stage();
const ROWS_MAX = 400;

test('2,000 cars: the board draws the rows in sight, searches them all, and shows what others change', async () => {
  const site = await on.site(await readFile(resolve(import.meta.dirname, '../data/roster-2000.csv'), 'utf8'));
  const desk = await on.open(site.lead, 'desktop');
  const list = desk.getByRole('list', { name: 'Cars' });
  await list.waitFor();
  const drawn = () => desk.locator('[data-car]').count();
  await desk.getByRole('button', { name: /^All\b.*2,000/ }).waitFor();
  expect(await drawn()).toBeGreaterThan(5);
  expect(await drawn()).toBeLessThan(ROWS_MAX);

  const first = (await list.getByRole('button').first().getAttribute('data-car')) ?? '';
  expect(
    (await site.admin.request('PATCH', `cars/${first}`, { location: 'Shop', notes: 'from afar' })).status,
  ).toBe(200);
  await rowSays(desk, first, 'Shop', 'from afar');

  // The far end of the list.
  await list.getByRole('button').first().focus();
  await desk.keyboard.press('End');
  await expect
    .poll(() => desk.evaluate(() => document.activeElement?.closest('li')?.ariaPosInSet))
    .toBe('2000');
  expect(await drawn()).toBeLessThan(ROWS_MAX);

  await desk.getByRole('searchbox').fill('from afar');
  await row(desk, first).waitFor();
  await expect.poll(drawn).toBe(1);
  await desk.getByRole('searchbox').fill('');
  await action(desk, 'Columns').click();
  await desk.getByRole('heading', { name: /^Shop/ }).waitFor();
  expect(await drawn()).toBeLessThan(ROWS_MAX);
});

test('2,000 cars: three digits on a phone lead to a car, by a tap where several end so', async () => {
  const site = await on.site(await readFile(resolve(import.meta.dirname, '../data/roster-2000.csv'), 'utf8'));
  const phone = await on.open(site.worker, 'phone');
  const { cars }: { cars: { id: string }[] } = await (await site.worker.get('cars')).json();
  const [car = ''] = cars.map(({ id }) => id).filter((id) => /^\d{6}$/.test(id));
  for (const digit of car.slice(-3)) await action(phone, digit).tap();
  await phone
    .getByRole('list')
    .getByRole('button', { name: new RegExp(`^${car}`) })
    .or(sheet(phone, car))
    .first()
    .waitFor();
  await phone.getByRole('link', { name: 'Board' }).tap();
  await phone.getByRole('list', { name: 'Cars' }).waitFor();
  expect(await phone.locator('[data-car]').count()).toBeLessThan(ROWS_MAX);
});
