import { expect, test } from 'vitest';
import { openLive } from './open-client.ts';

test('O1 an edit shows at once', async () => {
  const { client, hub, clock } = await openLive();
  expect(client.view.health).toEqual({ state: 'live' });
  const saved = client.edit({ type: 'set', car: '414', fields: { arrived: true } });
  expect(client.view.cars.get('414')?.arrived).toBe(true);
  expect(client.view.pending).toMatchObject([{ saved: false, sent: false }]);
  expect(hub.socket.pushed).toEqual([]);
  await saved;
  await clock.advance(0);
  expect(hub.socket.pushed).toMatchObject([{ seq: 1, type: 'set' }]);
  hub.socket.say({
    type: 'outcomes',
    archived: 0,
    outcomes: [{ seq: 1, outcome: 'applied', version: 11, at: 5 }],
  });
  expect(client.view.pending).toEqual([]);
  expect(client.view.cars.get('414')).toMatchObject({ arrived: true, arrivedAt: 5, version: 11 });
  expect(client.view.own).toMatchObject([{ version: 11 }]);
});
