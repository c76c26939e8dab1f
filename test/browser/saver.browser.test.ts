import { expect, test } from 'vitest';
import { action, closeSheet, findByKeypad, pill, pillSays, ROSTER, rowSays } from './board.ts';
import { historyOf, stage } from './stage.ts';

const on = stage();

test('a device that is to use less data lets go of its socket, sends at once, and says how old its board is', async () => {
  const { lead, worker } = await on.site(ROSTER);
  const [desk, phone] = await Promise.all([on.open(lead, 'desktop'), on.open(worker, 'phone')]);
  await desk.getByRole('button', { name: '2 people here' }).waitFor();
  await phone.getByRole('link', { name: 'More' }).tap();
  await action(phone, 'Settings').tap();
  await phone.getByRole('checkbox', { name: 'Use less data' }).check();
  await pill(phone)
    .filter({ hasText: /^Saver, / })
    .waitFor();
  await desk.getByRole('button', { name: '1 person here' }).waitFor();

  await phone.getByRole('link', { name: 'Keypad' }).tap();
  await findByKeypad(phone, '414', '128414');
  await action(phone, 'Arrived').tap();
  await rowSays(desk, '128414', 'Arrived', 'Wes');
  await closeSheet(phone);
  await pill(phone).tap();
  await phone.getByText('the board asks for news once a minute').first().waitFor();
  await closeSheet(phone);

  // It is kept on the device, and begins without a socket.
  let sockets = 0;
  phone.on('websocket', () => sockets++);
  await phone.reload();
  await pill(phone)
    .filter({ hasText: /^Saver, / })
    .waitFor();
  expect(sockets).toBe(0);
  await phone.getByRole('link', { name: 'More' }).tap();
  await action(phone, 'Settings').tap();
  await phone.getByRole('checkbox', { name: 'Use less data' }).uncheck();
  await pillSays(phone, 'Live');
  await expect.poll(() => sockets).toBe(1);
});

test('where sockets are blocked the board goes on over HTTP and says so', async () => {
  const { worker } = await on.site(ROSTER);
  const context = await on.device(worker, 'phone');
  await context.routeWebSocket(/\/live$/, (socket) => socket.close());
  const page = await context.newPage();
  await page.goto(on.hub.origin);
  await pillSays(page, 'Live, every 5 s');
  await findByKeypad(page, '414', '128414');
  await action(page, 'Arrived').tap();
  await closeSheet(page);
  await pillSays(page, 'Live, every 5 s');
  await expect.poll(async () => (await historyOf(worker)).length).toBe(2);
  await pill(page).tap();
  await page.getByText('This network does not let the board keep a connection open').waitFor();
});
