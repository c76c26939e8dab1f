import type { CDPSession, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { action, closeSheet, findByKeypad, pillSays, ROSTER, sheet } from './board.ts';
import { historyOf, stage } from './stage.ts';

const on = stage();

/** As a scanner that pretends to be a keyboard sends them. */
const SCAN_GAP_MS = 8;

/** Counts what a hand does, in the page itself. Survives nothing but this document. */
async function countTaps(page: Page): Promise<() => Promise<number>> {
  const taps = await page.evaluateHandle(() => {
    const counted = { taps: 0 };
    addEventListener('pointerdown', () => counted.taps++, true);
    return counted;
  });
  return () => taps.evaluate(({ taps }) => taps);
}

test('414 arrived, at 300: in six taps', async () => {
  const { lead, worker } = await on.site(ROSTER);
  const phone = await on.open(worker, 'phone');
  const taps = await countTaps(phone);
  for (const name of ['4', '1', '4', 'Arrived', 'Move', '300']) await action(phone, name).tap();
  await sheet(phone, '128414').getByText('300').first().waitFor();
  expect(await taps()).toBeLessThanOrEqual(6);
  await pillSays(phone, 'Live');
  const car: unknown = await (await lead.get('cars/128414')).json();
  expect(car).toMatchObject({ arrived: true, location: '300' });
});

test('what has just been done covers no key: the next car can be typed at once, and the last change taken back', async () => {
  const { worker } = await on.site(ROSTER);
  const phone = await on.open(worker, 'phone');
  for (const digits of ['414', '074']) {
    await findByKeypad(phone, digits, `128${digits}`);
    await action(phone, 'Arrived').tap();
    await closeSheet(phone);
  }
  const keys = phone.getByRole('group', { name: 'Keypad' }).getByRole('button');
  expect(await keys.count()).toBe(12);
  // Less than a toast stays: waiting for it to go is no way out.
  for (const key of await keys.all()) await key.tap({ trial: true, timeout: 2_000 });
  const last = phone.getByRole('listitem').filter({ hasText: '128074 arrived' });
  await last.getByRole('button', { name: 'Undo' }).tap();
  await last.waitFor({ state: 'detached' });
  await pillSays(phone, 'Live');
  expect(await (await worker.get('cars/128074')).json()).toMatchObject({ arrived: false });
});

test('a scan opens its car wherever one is: on the keypad, and over the sheet of another car', async () => {
  const { worker } = await on.site(ROSTER);
  const phone = await on.open(worker, 'phone');
  const scanner = await phone.context().newCDPSession(phone);
  // The keys work a moment after the board is there: who scans too early scans again.
  await expect
    .poll(async () => {
      await scan(scanner, '128414');
      return sheet(phone, '128414').isVisible();
    })
    .toBe(true);
  await action(phone, 'Arrived').tap();
  await sheet(phone, '128414').getByText('Arrived').first().waitFor();
  await scan(scanner, '632880');
  await sheet(phone, '632880').waitFor();
  await action(phone, 'Move').tap();
  await action(phone, '300').tap();
  await sheet(phone, '632880').getByText('300').first().waitFor();
  // The first scan changed its own car only, and Enter pressed nothing.
  await pillSays(phone, 'Live');
  const done = (await historyOf(worker)).slice(0, -1).map(({ cars }) => cars);
  expect(done).toMatchObject([
    [{ id: '632880', after: { location: '300' } }],
    [{ id: '128414', after: { arrived: true } }],
  ]);
});

test('a car that nobody has heard of is offered to a lead to add', async () => {
  const { lead } = await on.site(ROSTER);
  const phone = await on.open(lead, 'phone');
  for (const digit of '999') await action(phone, digit).tap();
  await phone.getByText('No car has 999 in its number').waitFor();
  await action(phone, 'Add 999').tap();
  await phone.getByRole('dialog', { name: 'Add a car' }).getByLabel('Location').selectOption('Shop');
  await action(phone, 'Add car').tap();
  await sheet(phone, '999').getByText('Shop').waitFor();
  await pillSays(phone, 'Live');
  expect(await (await lead.get('cars/999')).json()).toMatchObject({ location: 'Shop' });
});

/** Keys as from a scanner, by the time they carry; a busy machine may deliver them when it likes. */
async function scan(scanner: CDPSession, text: string): Promise<void> {
  const startedAt = Date.now() / 1_000;
  const strokes = [...text, 'Enter'].map((key, i) => {
    const code = key === 'Enter' ? key : `Digit${key}`;
    return {
      key,
      code,
      text: key === 'Enter' ? '\r' : key,
      timestamp: startedAt + (i * SCAN_GAP_MS) / 1_000,
    };
  });
  await Promise.all(
    strokes.flatMap(({ text: typed, ...stroke }) => [
      scanner.send('Input.dispatchKeyEvent', { type: 'keyDown', text: typed, ...stroke }),
      scanner.send('Input.dispatchKeyEvent', { type: 'keyUp', ...stroke }),
    ]),
  );
}
