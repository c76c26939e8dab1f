import { expect, test } from 'vitest';
import { boardOf, carOf } from '../support/scripted-hub.ts';
import { again, openLive } from './open-client.ts';

const note = (text: string) => ({ type: 'note', car: '414', text }) as const;
const ANN = { person: 'ann', name: 'Ann', role: 'worker' } as const;

/** Wes has made two edits on a device without a network; somebody else signs in on it. */
async function handedOver() {
  const wes = await openLive({ person: 'wes' });
  const { device } = wes.hub.socket.hello;
  wes.hub.socket.drop();
  await wes.client.edit(note('by Wes'));
  await wes.client.edit(note('by Wes too'));
  const ann = await again(wes, { person: 'ann' });
  return { ...ann, device };
}

test('E4 what one person made is not sent under another’s session; it waits, and is not shown as theirs', async () => {
  const { client, hub, clock, device } = await handedOver();
  expect(client.view.pending).toEqual([]);
  expect(client.view.waiting).toMatchObject([
    { author: 'wes', edits: [{ text: 'by Wes' }, { text: 'by Wes too' }] },
  ]);
  expect(client.view.cars.get('414')?.notes).toBe('');
  expect(hub.socket.hello.device).not.toBe(device);
  hub.socket.welcome({ version: 10, changes: [], you: ANN });
  await client.edit(note('by Ann'));
  await clock.advance(0);
  expect(hub.socket.pushed).toMatchObject([{ seq: 1, text: 'by Ann' }]);
});

test('E4 when the person comes back it goes out as it was: the same device, the same seqs', async () => {
  const ann = await handedOver();
  await ann.client.edit(note('by Ann'));
  const { client, hub } = await again(ann, { person: 'wes' });
  expect(client.view.pending.map(({ edit }) => edit.seq)).toEqual([1, 2]);
  expect(client.view.waiting).toMatchObject([{ author: 'ann' }]);
  expect(client.view.cars.get('414')?.notes).toBe('by Wes\nby Wes too');
  expect(hub.socket.hello.device).toBe(ann.device);
  hub.socket.welcome({ version: 10, changes: [] });
  expect(hub.socket.pushed.map(({ seq }) => seq)).toEqual([1, 2]);
});

test('E4 a session that turns out to be another’s gets another hello, and nothing of the first person', async () => {
  const opened = await openLive();
  const { client, hub, clock } = opened;
  const { device } = hub.socket.hello;
  hub.socket.drop();
  await client.edit(note('by Wes'));
  await clock.advance(1_000);
  hub.socket.welcome({ version: 10, changes: [], you: ANN });
  expect(hub.socket.hello.device).not.toBe(device);
  hub.socket.welcome({ version: 10, changes: [], you: ANN });
  await clock.advance(0);
  expect([hub.socket.pushed, client.view.you, client.view.pending]).toEqual([[], ANN, []]);
});

test('E4 what is done on a page of one person, while the hub takes it for another’s, is refused and not made as theirs', async () => {
  const { client, hub, clock } = await openLive({ person: 'wes' });
  const edit = await client.edit(note('by Wes'));
  hub.socket.drop();
  await clock.advance(1_000);
  hub.socket.welcome({ version: 10, changes: [], you: ANN });
  hub.socket.welcome({ version: 10, changes: [], you: ANN });
  await expect(client.edit(note('by whom?'))).rejects.toMatchObject({ kind: 'failed' });
  await expect(client.undo({ edit, version: null, undone: false })).rejects.toMatchObject({ kind: 'failed' });
  await expect(client.settle([], { choice: 'theirs' })).rejects.toMatchObject({ kind: 'failed' });
  await clock.advance(0);
  expect(hub.socket.pushed).toEqual([]);
});

test('E4 a device with nothing to send stays the same device for the next person', async () => {
  const wes = await openLive({ person: 'wes' });
  const { device } = wes.hub.socket.hello;
  await wes.clock.advance(1_000);
  const { hub } = await again(wes, { person: 'ann' });
  expect(hub.socket.hello.device).toBe(device);
});

test('E4 what a person has to settle is shown to that person alone', async () => {
  const wes = await openLive({ person: 'wes' });
  await wes.client.edit(note('by Wes'));
  await wes.clock.advance(0);
  const outcomes = [{ seq: 1, at: 5, outcome: 'rejected', code: 'notes-full' } as const];
  wes.hub.socket.say({ type: 'outcomes', archived: 0, outcomes });
  expect(wes.client.view.attention).toHaveLength(1);
  await wes.clock.advance(0);
  const ann = await again(wes, { person: 'ann' });
  expect([ann.client.view.attention, ann.client.view.own]).toEqual([[], []]);
  expect((await again(ann, { person: 'wes' })).client.view.attention).toHaveLength(1);
});

test('E4 V2 another epoch: each person reviews what is theirs', async () => {
  const ann = await handedOver();
  ann.hub.socket.welcome({ ...boardOf(carOf('414')), epoch: 'epoch-2', you: ANN });
  await ann.clock.advance(0);
  expect(ann.client.view).toMatchObject({ attention: [], pending: [] });
  expect(ann.client.view.waiting).toBeUndefined();
  const { client, hub } = await again(ann, { person: 'wes' });
  expect(client.view.attention.map(({ edit }) => edit)).toMatchObject([
    { text: 'by Wes' },
    { text: 'by Wes too' },
  ]);
  hub.socket.welcome({ epoch: 'epoch-2', changes: [] });
  expect(hub.socket.pushed).toEqual([]);
});

test('edits made before anybody was known belong to whom the hub then names', async () => {
  const first = await openLive();
  const { client, hub } = first;
  await client.edit(note('early'));
  await first.clock.advance(0);
  expect(hub.socket.pushed).toMatchObject([{ text: 'early' }]);
  expect((await first.store.load()).edits).toMatchObject([{ author: 'wes' }]);
});
