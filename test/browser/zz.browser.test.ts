import { test } from 'vitest';
import { action, closeSheet, findByKeypad, ROSTER } from './board.ts';
import { stage } from './stage.ts';
const on = stage();
test('shot', async () => {
  const { worker } = await on.site(ROSTER);
  const page = await on.open(worker, 'phone');
  await findByKeypad(page, '414', '128414');
  await action(page, 'Arrived').tap();
  await closeSheet(page);
  await page.screenshot({ path: '/tmp/y/bt1.png' });
  await page.setViewportSize({ width: 320, height: 568 });
  await page.screenshot({ path: '/tmp/y/bt2.png' });
});
