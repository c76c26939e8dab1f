import { expect, test } from 'vitest';
import { action, closeSheet, findByKeypad, pill, pillSays, ROSTER, sheet } from './board.ts';
import { goOffline, goOnline, historyOf, stage } from './stage.ts';

const on = stage();

test('O3 two tabs of one device: one works, the other says so and can take over, and no edit is lost or doubled', async () => {
  const { worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const a = await on.open(worker, 'phone', wire);
  await goOffline(a, wire);
  for (const digits of ['414', '074']) {
    await findByKeypad(a, digits, `128${digits}`);
    await action(a, 'Arrived').tap();
    await closeSheet(a);
  }
  await pillSays(a, 'Offline, 2 saved here');

  const b = await a.context().newPage();
  await b.goto(wire.origin);
  await pillSays(b, 'Offline, 2 saved here');
  await pillSays(a, 'Open in another tab');
  await findByKeypad(b, '113', '128113');
  await action(b, 'Arrived').tap();
  await closeSheet(b);
  await pillSays(b, 'Offline, 3 saved here');

  await a.bringToFront();
  // What cannot be kept is not done, and says so.
  await findByKeypad(a, '591', '690591');
  await action(a, 'Arrived').tap();
  await sheet(a, '690591').getByText('could not be saved').first().waitFor();
  await sheet(a, '690591').getByText('Expected').waitFor();
  await closeSheet(a);

  await pill(a).tap();
  await a.getByText('The board is open in another tab of this browser.').waitFor();
  await action(a, 'Sync now').tap();
  await pillSays(b, 'Open in another tab');
  await closeSheet(a);
  await pillSays(a, 'Offline, 3 saved here');
  await findByKeypad(a, '591', '690591');
  await action(a, 'Arrived').tap();
  await closeSheet(a);
  await pillSays(a, 'Offline, 4 saved here');

  await goOnline(a, wire);
  await pillSays(a, 'Live');
  const cars = (await historyOf(worker)).slice(0, -1).map(({ cars }) => cars[0]?.id);
  expect(cars.reverse()).toEqual(['128414', '128074', '128113', '690591']);
});
