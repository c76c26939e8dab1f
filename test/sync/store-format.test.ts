import { expect, test } from 'vitest';
import { MemoryStore } from '../../app/sync/memory-store.ts';
import { FORMAT, StoreError } from '../../app/sync/store.ts';
import { type AnyStored, carryOver } from '../../app/sync/store-format.ts';
import { oldStores } from '../storage/formats.ts';
import { YOU } from '../support/scripted-hub.ts';
import { openClient } from './open-client.ts';

const OLD = oldStores();

/** A store that an older version of the app has left, opened by this one. */
async function storeOf(stored: AnyStored): Promise<MemoryStore> {
  const { meta, cars, edits } = carryOver(stored);
  const store = new MemoryStore();
  await store.commit({
    durability: 'strict',
    ...(meta && { meta }),
    cars: { put: cars, remove: [] },
    edits: { remove: [], put: [], add: edits },
  });
  return store;
}

test('there is a store of every format there has been', () => {
  const before = Array.from({ length: FORMAT - 1 }, (_, i) => i + 1);
  expect(OLD.map(({ format }) => format).sort((a, b) => a - b)).toEqual(before);
  for (const { format, stored } of OLD) expect(stored.meta?.format).toBe(format);
});

test.each(OLD)('O2 no car and no edit of format $format is given up', ({ stored }) => {
  const carried = carryOver(stored);
  expect(carried.meta).toEqual({ ...stored.meta, format: FORMAT });
  expect(carried.cars).toEqual(stored.cars);
  expect(carried.edits).toEqual(stored.edits);
});

test.each(OLD)(
  'O2 O3 what waits in a store of format $format is sent, in its order and once',
  async ({ stored }) => {
    const store = await storeOf(stored);
    const { client, hub, clock } = await openClient({ store, person: 'wes' });
    const waiting = stored.edits.filter(({ author, outcome }) => author === 'wes' && !outcome);
    expect(waiting.length).toBeGreaterThan(2);
    expect(client.view.pending.map(({ edit }) => edit)).toEqual(waiting.map(({ edit }) => edit));
    const { epoch, version = 0 } = stored.meta ?? {};
    const seq = (waiting[0]?.edit.seq ?? 0) - 1;
    hub.socket.welcome({ epoch: epoch ?? '', version, archived: 10, seq, you: YOU, changes: [] });
    await clock.advance(0);
    expect(hub.socket.pushed).toEqual(waiting.map(({ edit }) => edit));
  },
);

test.each(OLD)(
  'what format $format holds for a person, and of another person, is theirs as before',
  async ({ stored }) => {
    const store = await storeOf(stored);
    const { client } = await openClient({ store, person: 'wes' });
    const { attention, waiting, own } = client.view;
    expect(attention.map(({ outcome }) => outcome.outcome)).toEqual(['conflict', 'rejected']);
    expect(waiting).toMatchObject([{ author: 'lea', edits: [{ type: 'set' }, { type: 'import' }] }]);
    expect(own.map(({ edit }) => edit.type)).toEqual(['add', 'note', 'set', 'note', 'set']);
    expect(client.view.cars.get('414')).toMatchObject({ empty: true, notes: 'Bulk stop first' });
  },
);

test('a store of a later version is left as it is, and said to be newer', () => {
  const [{ stored } = { stored: null }] = OLD;
  const later: AnyStored = { ...stored!, meta: { ...stored!.meta!, format: FORMAT + 1 } };
  expect(() => carryOver(later)).toThrow(new StoreError('newer'));
  const unheard: AnyStored = { ...stored!, meta: { ...stored!.meta!, format: 0 } };
  expect(() => carryOver(unheard)).toThrow(new StoreError('failed'));
});

test('a new store stays new', () => {
  expect(carryOver({ meta: null, cars: [], edits: [] })).toEqual({ meta: null, cars: [], edits: [] });
});
