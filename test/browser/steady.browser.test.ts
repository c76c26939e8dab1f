import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { action, ROSTER, row, rowSays } from './board.ts';
import { load, stage } from './stage.ts';

const on = stage();

test('the row under the pointer stays where it is while others change the board, and the board says so', async () => {
  const { lead, worker } = await on.site(ROSTER);
  const desk = await on.open(lead, 'desktop');
  await action(desk, 'State').click();
  const before = await order(desk);
  const first = before[0]!;
  await row(desk, '128414').hover();
  const at = await row(desk, '128414').boundingBox();
  await change(worker, first, { arrived: true, location: '600' });
  await rowSays(desk, first, 'Arrived', '600');
  await desk.getByRole('button', { name: '1 update' }).waitFor();
  expect(await order(desk)).toEqual(before);
  expect(await row(desk, '128414').boundingBox()).toEqual(at);
  // The pointer leaves: nothing stands in the way any more.
  await desk.mouse.move(0, 0);
  await expect.poll(() => order(desk)).not.toEqual(before);
  await desk.getByRole('button', { name: '1 update' }).waitFor({ state: 'detached' });
});

test('neither focus nor scroll moves when others change the board; the person asks for the new order', async () => {
  const { lead, worker, ...site } = await on.site();
  const many = Array.from({ length: 120 }, (_, i) => `${200_100 + i},Yard,no,no,no,`);
  await load({ lead, worker, ...site }, `id,location,arrived,late,empty,notes\n${many.join('\n')}\n`);
  const desk = await on.open(lead, 'desktop');
  await action(desk, 'State').click();
  await row(desk, '200100').focus();
  for (let page = 0; page < 4; page++) await desk.keyboard.press('PageDown');
  await expect.poll(() => focusedCar(desk)).toBe('200140');
  const at = await row(desk, '200140').boundingBox();
  await change(worker, '200100', { arrived: true });
  await change(worker, '200139', { late: true });
  await change(worker, '200140', { late: true });
  await rowSays(desk, '200139', 'Late');
  await rowSays(desk, '200140', 'Late');
  expect(await focusedCar(desk)).toBe('200140');
  expect(await row(desk, '200140').boundingBox()).toEqual(at);
  const updates = desk.getByRole('button', { name: '3 updates' });
  await updates.click();
  await updates.waitFor({ state: 'detached' });
  await row(desk, '200139').waitFor({ state: 'detached' });
  await desk.getByRole('list', { name: 'Cars' }).hover();
});

function change(
  worker: { request(method: string, path: string, body: unknown): Promise<Response> },
  car: string,
  fields: object,
): Promise<Response> {
  return worker.request('PATCH', `cars/${car}`, fields);
}

/** Car numbers in the order they stand on the board. */
function order(page: Page): Promise<(string | undefined)[]> {
  return page
    .getByRole('list', { name: 'Cars' })
    .getByRole('button')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-car') ?? undefined));
}

function focusedCar(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.getAttribute('data-car'));
}
