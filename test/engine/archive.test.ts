import { expect, test } from 'vitest';
import { archived, RETRY_MS_MIN, retryDelayMs } from '../../worker/engine/checkpoint.ts';
import { Checkpointer } from '../../worker/hub/checkpointer.ts';
import type { Checkpoint } from '../../worker/ports.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import { makeHub } from '../support/engine-hub.ts';
import { PlainReplica } from '../support/plain-replica.ts';

const set = (car: string, location: string): Intent => ({ type: 'set', car, fields: { location } });

function site() {
  const hub = makeHub({ people: { lea: 'lead', wes: 'worker' } });
  hub.request('lea', { type: 'add', car: '1' });
  hub.request('lea', { type: 'add', car: '2' });
  hub.checkpoint();
  return hub;
}

test('A2 a checkpoint holds the cars and the log since the last one, as of the version it says', () => {
  const hub = site();
  for (let i = 0; i < 20; i++) hub.request('wes', set('1', i % 2 === 0 ? '100' : '200'));
  hub.request('lea', { type: 'remove', car: '2' });
  expect(hub.archiveDue).toBe(true);
  const batch = hub.checkpoint()!;
  expect(batch).toMatchObject({ version: 23, floor: 0, forgotten: [], names: { lea: 'Lea', wes: 'Wes' } });
  expect(batch.cars).toEqual([hub.car('1'), hub.car('2')]);
  expect(batch.entries.map(({ version }) => version)).toEqual(Array.from({ length: 21 }, (_, i) => i + 3));
  expect(hub.state.archived).toBe(23);
  expect(hub.checkpoint()).toBeNull();
});

test('A2 a checkpoint that failed is made again with all that came since; nothing is missing, nothing marked', () => {
  const hub = site();
  hub.request('lea', set('1', '100'));
  hub.checkpoint({ fails: true });
  expect(hub.state.archived).toBe(2);
  hub.request('lea', set('2', '300'));
  const batch = hub.checkpoint()!;
  expect(batch.entries.map(({ version }) => version)).toEqual([3, 4]);
  expect(batch.cars.map(({ id }) => id)).toEqual(['1', '2']);
});

test('A2 the mark moves to what was sent and not to what came meanwhile, and never back', () => {
  const hub = site();
  hub.request('lea', set('1', '100'));
  const sent = hub.checkpoint({ fails: true })!;
  hub.request('lea', set('1', '200'));
  hub.run(({ state }) => archived(state, sent.version));
  expect(hub.state.archived).toBe(3);
  hub.run(({ state }) => archived(state, 1));
  expect(hub.state.archived).toBe(3);
  expect(hub.checkpoint()!.entries.map(({ version }) => version)).toEqual([4]);
});

test('A2 a tombstone that is forgotten between two pieces of a backlog goes from the archive with the last of them', async () => {
  const hub = site();
  hub.request('lea', { type: 'remove', car: '1' });
  for (let i = 0; i < 2_000; i++) hub.request('wes', set('2', i % 2 === 0 ? '100' : '200'));
  const saved: Checkpoint[] = [];
  const checkpointer = new Checkpointer({
    archive: {
      load: async () => null,
      save: async (checkpoint: Checkpoint) => {
        saved.push(checkpoint);
        // What a bulk removal does to it at the cap, while the first piece is on its way.
        hub.run(({ state }) => (state.cars.delete('1') ? [{ type: 'delete-car', id: '1' }] : []));
      },
    },
    log: hub.twin,
    random: () => 0,
    setAlarm: () => {},
  });
  expect(await checkpointer.save(hub.state, hub.now)).toEqual({ version: 2_003, settingsAt: 0 });
  expect(saved.map(({ version, forgotten }) => ({ version, forgotten }))).toEqual([
    { version: 2, forgotten: [] },
    { version: 2_003, forgotten: ['1'] },
  ]);
});

test('A2 an edit that changed nothing is nothing to archive', () => {
  const hub = site();
  hub.archiveDue = false;
  const device = hub.device('wes');
  device.push(set('1', 'Yard'), set('9', '100'));
  expect(hub.archiveDue).toBe(false);
  device.do(set('1', '100'));
  expect(hub.archiveDue).toBe(true);
});

test('A2 tries go on for ever, soon while the site is in use, up to five minutes apart when not, with jitter', () => {
  const delays = [0, 5_000, 30_000, 10 * 60_000, 24 * 3_600_000].map((quietMs) => [
    retryDelayMs(quietMs, 0),
    retryDelayMs(quietMs, 0.999),
  ]);
  for (const [least, most] of delays) {
    expect(least).toBeGreaterThanOrEqual(RETRY_MS_MIN / 2);
    expect(most).toBeLessThan(5 * 60_000);
    expect(most! / least!).toBeGreaterThan(1.9);
  }
  expect(delays[1]![1]).toBeLessThan(RETRY_MS_MIN);
  expect(delays.at(-1)![0]).toBe(150_000);
});

test('V2 a hub whose storage is lost begins from the archive, in another epoch, and uses no version again', () => {
  const hub = site();
  const device = hub.device('wes');
  const replica = new PlainReplica();
  replica.take(device.hello());
  device.push(set('1', '100'), { type: 'note', car: '2', text: 'not archived' });
  hub.request('lea', { type: 'remove', car: '1' });
  const batch = hub.checkpoint()!;
  device.do({ type: 'note', car: '2', text: 'lost with the storage' });

  hub.reborn('epoch-2', { version: batch.version, cars: batch.cars, names: { lea: 'Lea', wes: 'Wes' } });
  expect(hub.state).toMatchObject({ epoch: 'epoch-2', version: 5, archived: 5, live: 1 });
  expect(hub.car('1')).toMatchObject({ removed: true, location: '100', version: 5 });
  expect(hub.checkpoint()).toBeNull();
  hub.admit('wes', 'worker');

  const welcome = device.reconnect();
  expect(welcome).toMatchObject({ epoch: 'epoch-2', seq: 0, archived: 5 });
  replica.take(welcome);
  expect(replica.differenceFrom(hub.state.cars)).toBeNull();
  // Seqs start again, versions do not.
  device.seq = 0;
  expect(device.do(set('2', '300'))).toMatchObject({ seq: 1, outcome: 'applied', version: 6 });
});

test('V2 without an archive a hub begins with nothing', () => {
  const hub = makeHub({ people: {} });
  expect(hub.state).toMatchObject({ version: 0, archived: 0, floor: 0, live: 0 });
  expect(hub.twin.load()).toEqual(hub.state);
});

test('V2 what was written before the storage was lost is what another device wrote', () => {
  const hub = site();
  const { cars, version } = { cars: [hub.car('1')!, hub.car('2')!], version: hub.version };
  hub.reborn('epoch-2', { version, cars, names: {} });
  hub.admit('wes', 'worker');
  const device = hub.device('wes');
  expect(device.do({ ...set('1', '300'), base: 0 })).toMatchObject({
    outcome: 'conflict',
    conflicts: [{ by: 'lea' }],
  });
  expect(device.do(set('1', '300'))).toMatchObject({ outcome: 'applied' });
});

test('A2 what the archive has in its history alone is sent to it as cars by the epoch that begins with it', () => {
  const hub = site();
  const cars = [{ ...hub.car('1')!, location: '300', version: 5 }, hub.car('2')!];
  hub.reborn('epoch-2', { version: 5, archived: 2, cars, names: {} });
  expect(hub.state).toMatchObject({ version: 5, archived: 2 });
  expect(hub.checkpoint()).toMatchObject({ version: 5, cars: [cars[0]], entries: [] });
  expect(hub.state.archived).toBe(5);
});

test('V2 what was done before the storage was lost cannot be undone by the hub', () => {
  const hub = site();
  hub.reborn('epoch-2', { version: hub.version, cars: [hub.car('1')!, hub.car('2')!], names: {} });
  hub.admit('lea', 'lead');
  expect(hub.device('lea').do({ type: 'undo', version: 2 })).toMatchObject({ code: 'too-old-to-undo' });
});

test('H1 a state made of nothing but what was stored is the state', () => {
  const hub = site();
  const device = hub.device('wes');
  hub.request('lea', { type: 'remove', car: '2' });
  hub.settle();
  device.push(
    set('1', '100'),
    { type: 'note', car: '2', text: 'x' },
    { type: 'add', car: '3', fields: { arrived: true } },
    { type: 'undo', version: 4 },
  );
  hub.revoke('wes');
  expect(hub.twin.load()).toEqual(hub.state);
});
