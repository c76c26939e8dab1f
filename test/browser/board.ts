import type { Locator, Page } from 'playwright-core';

/** A dozen cars; three digits name each. */
export const ROSTER = `id,location,arrived,late,empty,notes
128074,Yard,no,no,no,
128113,Yard,no,no,no,
128211,100,yes,no,no,
128414,Yard,no,no,no,
128439,300,yes,no,yes,"Door sticks, use rear"
128590,600,yes,no,no,
144255,Shop,no,no,no,Bulk stop first
156035,500,yes,no,no,
171992,Yard,no,yes,no,
173467,Yard,no,no,no,
632880,400,yes,no,no,
690591,Yard,no,no,no,
`;

/** What the pill says opens the sheet behind it: what is saved and sent, or what waits for a decision. */
export function pill(page: Page, words = ''): Locator {
  const name = new RegExp(`^${words === '' ? '.*' : words}\\. Show what (is saved and sent|needs you)$`);
  return page.getByRole('button', { name });
}

export function pillSays(page: Page, words: string): Promise<void> {
  return pill(page, words).waitFor();
}

/** A car in the list or the columns of the board. */
export function row(page: Page, car: string): Locator {
  return page.getByRole('main').getByRole('button', { name: new RegExp(`^${car}\\b`) });
}

/** Waits until a car's row says all of this. */
export async function rowSays(page: Page, car: string, ...words: string[]): Promise<void> {
  let found = row(page, car);
  for (const hasText of words) found = found.filter({ hasText });
  await found.waitFor();
}

/** A car's sheet: over everything on a phone, beside the board elsewhere. */
export function sheet(page: Page, car: string): Locator {
  const name = `Car ${car}`;
  return page.getByRole('dialog', { name }).or(page.getByRole('complementary', { name }));
}

/** What can be done in a car's sheet. */
export function action(page: Page, name: string): Locator {
  return page.getByRole('button', { name, exact: true });
}

/** Taps the digits on the keypad until the car they name opens. */
export async function findByKeypad(page: Page, digits: string, car: string): Promise<void> {
  for (const digit of digits) await page.getByRole('button', { name: digit, exact: true }).tap();
  await sheet(page, car).waitFor();
}

export async function closeSheet(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Close', exact: true }).first().click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

/** Marks them arrived, as somebody with a phone does. */
export async function arrive(page: Page, ...cars: string[]): Promise<void> {
  for (const car of cars) {
    await findByKeypad(page, car.slice(-3), car);
    await action(page, 'Arrived').tap();
    await page.getByText(`${car} arrived`).first().waitFor();
    await closeSheet(page);
  }
}
