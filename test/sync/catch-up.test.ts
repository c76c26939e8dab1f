import { expect, test } from 'vitest';
import { PROTOCOL } from '../../worker/protocol/messages.ts';
import { encodeSnapshot } from '../../worker/protocol/snapshot.ts';
import { Disk } from '../support/disk-store.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { boardOf, carOf, SITE, YOU } from '../support/scripted-hub.ts';
import { again, openClient, openLive } from './open-client.ts';

const note = (text: string, car = '414') => ({ type: 'note', car, text }) as const;

test('a new device says that it has nothing, and is live on what the hub sends', async () => {
  const { client, hub } = await openClient({ person: 'wes' });
  expect(client.view).toMatchObject({ ready: false, syncedAt: null, health: { state: 'connecting' } });
  expect(hub.socket.hello).toMatchObject({ type: 'hello', protocol: PROTOCOL, epoch: null, version: 0 });
  const people = [{ id: 'lea', name: 'Lea', role: 'lead', devices: 1, car: null }] as const;
  hub.socket.welcome({ ...boardOf(carOf('414')), people: [...people], names: { ann: 'Ann' } });
  expect(client.view).toMatchObject({
    ready: true,
    epoch: 'epoch-1',
    version: 10,
    you: YOU,
    site: SITE,
    people,
    names: { wes: 'Wes', lea: 'Lea', ann: 'Ann' },
    health: { state: 'live' },
    troubledSince: null,
  });
  expect(client.view.cars.get('414')).toEqual(carOf('414'));
});

test('C3 a device that was away says where it is, and takes what has changed since', async () => {
  const opened = await openLive();
  await opened.clock.advance(2_000);
  const { client, hub } = await again(opened);
  expect(client.view.cars.get('415')).toEqual(carOf('415'));
  expect(hub.socket.hello).toMatchObject({ epoch: 'epoch-1', version: 10 });
  const untouched = client.view.cars.get('415');
  const stamps = { version: 13, updatedAt: 7, updatedBy: 'lea' };
  hub.socket.welcome({ version: 14, changes: [{ id: '414', arrived: true, arrivedAt: 7, ...stamps }] });
  expect(client.view.version).toBe(14);
  expect(client.view.cars.get('414')).toMatchObject({ arrived: true, arrivedAt: 7, ...stamps });
  expect(client.view.cars.get('415')).toBe(untouched);
});

test('a large snapshot is shown when all of its parts have come, and what came between is kept for then', async () => {
  const { client, hub } = await openClient();
  const { snapshot } = boardOf(carOf('414'));
  hub.socket.welcome({ snapshot, parts: 2 } as never);
  expect(client.view).toMatchObject({ ready: false, health: { state: 'catching-up' } });
  hub.socket.say({ type: 'snapshot', part: 1, snapshot: encodeSnapshot([carOf('415')]) });
  hub.socket.say({ type: 'changes', from: 10, to: 11, by: 'lea', at: 5, cars: [{ id: '414', late: true }] });
  expect(client.view.ready).toBe(false);
  hub.socket.say({ type: 'snapshot', part: 2, snapshot: encodeSnapshot([carOf('416')]) });
  expect(client.view).toMatchObject({ ready: true, version: 11, health: { state: 'live' } });
  expect([...client.view.cars.keys()].sort()).toEqual(['414', '415', '416']);
  expect(client.view.cars.get('414')).toMatchObject({ late: true, updatedBy: 'lea' });
});

test('parts that do not follow each other are not put together', async () => {
  const { hub, clock } = await openClient();
  hub.socket.welcome({ ...boardOf(carOf('414')), parts: 2 });
  hub.socket.say({ type: 'snapshot', part: 2, snapshot: encodeSnapshot([carOf('416')]) });
  expect(hub.socket.isClosed).toBe(true);
  await clock.advance(1_000);
  expect(hub.socket.hello).toMatchObject({ epoch: null, version: 0 });
});

test('C1 one version carries its stamps for all its cars, a gathered frame each car’s own', async () => {
  const { client, hub } = await openLive();
  hub.socket.say({
    type: 'changes',
    from: 10,
    to: 11,
    by: 'lea',
    at: 77,
    cars: [{ id: '414', arrived: true }],
  });
  expect(client.view.cars.get('414')).toMatchObject({
    version: 11,
    updatedAt: 77,
    updatedBy: 'lea',
    arrivedAt: 77,
  });
  const stamps = { version: 12, updatedAt: 80, updatedBy: 'ann' };
  hub.socket.say({ type: 'changes', from: 11, to: 13, cars: [{ id: '415', late: true, ...stamps }] });
  expect([client.view.version, client.view.cars.get('415')]).toEqual([
    13,
    carOf('415', { late: true, ...stamps }),
  ]);
});

test.each([
  ['from a version this device is not at', { from: 11, to: 12, by: 'lea', at: 5 }],
  ['from a version before the one it is at', { from: 9, to: 11, by: 'lea', at: 5 }],
  ['that tell only where it should be', { from: 15, to: 15 }],
  ['of several versions without each car’s stamps', { from: 10, to: 12 }],
  ['of several versions under one stamp', { from: 10, to: 12, by: 'lea', at: 5 }],
])('C1 changes %s are not applied: a new hello brings what is missing', async (_, place) => {
  const { client, hub, clock } = await openLive();
  hub.socket.say({ type: 'changes', cars: [{ id: '414', arrived: true }], ...place });
  expect([client.view.version, hub.socket.isClosed]).toEqual([10, true]);
  await clock.advance(1_000);
  expect(hub.socket.hello).toMatchObject({ epoch: 'epoch-1', version: 10 });
});

test('changes that are known already are passed over', async () => {
  const { client, hub } = await openLive();
  const change = {
    type: 'changes',
    from: 10,
    to: 11,
    by: 'lea',
    at: 5,
    cars: [{ id: '414', late: true }],
  } as const;
  hub.socket.say({ ...change, cars: [...change.cars] });
  const { cars } = client.view;
  hub.socket.say({ ...change, cars: [...change.cars] });
  hub.socket.say({ type: 'changes', from: 11, to: 11, cars: [] });
  expect([client.view.cars, client.view.health]).toEqual([cars, { state: 'live', by: 'socket' }]);
});

test.each(['not JSON', '{}', '{"type":"welcome"}', '[]', '{"type":"changes","from":"10"}'])(
  'a frame that is no message of the hub (%s) is not believed: the device dials anew',
  async (frame) => {
    const { client, hub, clock } = await openLive();
    const { cars } = client.view;
    hub.socket.say(frame);
    expect([hub.socket.isClosed, client.view.cars]).toEqual([true, cars]);
    await clock.advance(1_000);
    expect(hub.dialled).toHaveLength(2);
  },
);

test('E5 an outcome’s effect is taken as the hub gives it', async () => {
  const { client, hub, clock } = await openLive();
  await client.edit({ type: 'add', car: '500', fields: { location: '300' } });
  await clock.advance(0);
  const effect = [
    { ...carOf('500', { location: 'Shop' }), version: undefined, updatedAt: undefined, updatedBy: undefined },
  ];
  hub.socket.say({
    type: 'outcomes',
    archived: 0,
    outcomes: [
      { seq: 1, at: 9, outcome: 'applied', version: 11, effect: JSON.parse(JSON.stringify(effect)) },
    ],
  });
  expect(client.view.cars.get('500')).toMatchObject({
    location: 'Shop',
    version: 11,
    updatedAt: 9,
    updatedBy: 'wes',
  });
});

test('an outcome that leaves out a version is not applied: a new hello brings both', async () => {
  const { client, hub, clock } = await openLive();
  await client.edit(note('a'));
  await clock.advance(0);
  hub.socket.say({
    type: 'outcomes',
    archived: 0,
    outcomes: [{ seq: 1, at: 9, outcome: 'applied', version: 12 }],
  });
  expect([hub.socket.isClosed, client.view.version, client.view.pending.length]).toEqual([true, 10, 1]);
});

test('V2 another epoch: its board is taken, and what is held is offered for review instead of sent', async () => {
  const clock = new ManualClock();
  const disk = new Disk(clock);
  const { client, hub } = await openLive({ clock, store: disk.open() });
  await clock.advance(2_000);
  const made = ['archived', 'applied', 'waiting'].map((text) => client.edit(note(text)));
  await clock.advance(10);
  const [archived, applied, waiting] = await Promise.all(made);
  const outcomes = [archived!, applied!].map(
    ({ seq }) => ({ seq, at: 5, outcome: 'applied', version: 10 + seq }) as const,
  );
  hub.socket.say({ type: 'outcomes', archived: 11, outcomes });
  await clock.advance(10);
  hub.socket.drop();
  await clock.advance(1_000);
  hub.socket.welcome({
    ...boardOf(carOf('414', { notes: 'archived' })),
    epoch: 'epoch-2',
    version: 11,
    archived: 11,
  });
  expect(client.view).toMatchObject({ epoch: 'epoch-2', version: 11, pending: [], own: [] });
  expect(client.view.cars.get('414')?.notes).toBe('archived');
  expect(client.view.attention).toMatchObject([
    { edit: { id: applied!.id }, outcome: { outcome: 'rejected', code: 'other-epoch' } },
    { edit: { id: waiting!.id }, outcome: { code: 'other-epoch' } },
  ]);
  await clock.advance(100);
  expect(hub.socket.pushed).toEqual([]);

  // Seqs begin again.
  const settled = client.settle([client.view.attention[0]!], { choice: 'mine' });
  await clock.advance(10);
  await settled;
  expect(client.view.attention).toHaveLength(1);
  expect(hub.socket.pushed).toMatchObject([{ seq: 1, base: 11, type: 'note', text: 'applied' }]);
  const kept = await disk.load();
  expect(kept.edits.map(({ edit: { seq, id } }) => [seq, id])).toEqual([
    [3, waiting!.id],
    [1, hub.socket.pushed[0]!.id],
  ]);
});

test('V2 the review survives a crash', async () => {
  const opened = await openLive();
  await opened.client.edit(note('waiting'));
  opened.hub.socket.drop();
  await opened.clock.advance(1_000);
  opened.hub.socket.welcome({ ...boardOf(), epoch: 'epoch-2' });
  await opened.clock.advance(1_000);
  const { client, hub } = await again(opened);
  expect(client.view.attention).toMatchObject([{ outcome: { code: 'other-epoch' } }]);
  hub.socket.welcome({ epoch: 'epoch-2', changes: [] });
  expect(hub.socket.pushed).toEqual([]);
});

test('V2 an edit is not sent before it is stored which epoch it is sent in', async () => {
  const clock = new ManualClock();
  const disk = new Disk(clock, () => 50);
  const { client, hub } = await openClient({ clock, store: disk.open(), person: 'wes' });
  const saved = client.edit(note('first'));
  await clock.advance(50);
  await saved;
  hub.socket.welcome(boardOf(carOf('414')));
  await clock.advance(40);
  expect(hub.socket.pushed).toEqual([]);
  await clock.advance(10);
  expect(hub.socket.pushed).toHaveLength(1);
  await disk.losePower();
  expect((await disk.load()).meta?.queues[0]?.epoch).toBe('epoch-1');
});

test('a device that is turned away drops the board and keeps what was not sent', async () => {
  const opened = await openLive();
  await opened.client.edit(note('not sent'));
  opened.hub.socket.drop(4403);
  expect(opened.client.view).toMatchObject({
    ready: false,
    health: { state: 'stopped', reason: 'forbidden' },
  });
  expect([...opened.client.view.cars.values()]).toEqual([]);
  await opened.clock.advance(100);
  expect(await opened.store.load()).toMatchObject({ cars: [], edits: [{ edit: { text: 'not sent' } }] });
  // Let in again: the same epoch, so it is sent.
  const { client, hub, clock } = await again(opened);
  expect(hub.socket.hello).toMatchObject({ epoch: null, version: 0 });
  hub.socket.welcome(boardOf(carOf('414')));
  await clock.advance(0);
  expect(hub.socket.pushed).toMatchObject([{ seq: 1, text: 'not sent' }]);
  expect(client.view.cars.get('414')?.notes).toBe('not sent');
});

test('name, time zone and locations of the site are those the hub told last', async () => {
  const { client, hub } = await openLive();
  const site = { ...SITE, locations: ['Dock', 'Yard'] };
  hub.socket.say({ type: 'notice', notice: 'site', site });
  expect(client.view.site).toEqual(site);
  void client.edit({ type: 'add', car: '900' });
  expect(client.view.cars.get('900')?.location).toBe('Dock');
});

test('A2 since when the archive waits is what the hub told last, in the welcome or after it', async () => {
  const { client, hub, clock } = await openLive();
  expect(client.view.delayedSince).toBeNull();
  hub.socket.say({ type: 'notice', notice: 'archive', delayedSince: 1_000 });
  expect(client.view.delayedSince).toBe(1_000);
  hub.socket.say({ type: 'notice', notice: 'archive', delayedSince: null });
  expect(client.view.delayedSince).toBeNull();
  hub.socket.drop();
  await clock.advance(1_000);
  hub.socket.welcome({ changes: [], delayedSince: 2_000 });
  expect(client.view.delayedSince).toBe(2_000);
  hub.socket.drop();
  await clock.advance(3_000);
  hub.socket.welcome({ changes: [] });
  expect(client.view.delayedSince).toBeNull();
});

test('people who come, go and open cars are told apart by id', async () => {
  const { client, hub } = await openLive();
  const person = (id: string, devices: number, car: string | null = null) =>
    ({ id, name: id.toUpperCase(), role: 'worker', devices, car }) as const;
  hub.socket.say({ type: 'people', people: [person('a', 1), person('b', 2)] });
  hub.socket.say({ type: 'people', people: [person('a', 0), person('b', 2, '414')] });
  expect(client.view.people).toEqual([person('b', 2, '414')]);
  expect(client.view.names).toMatchObject({ a: 'A', b: 'B' });
});

test('which car is open is told, and told again on another connection', async () => {
  const { client, hub, clock } = await openLive();
  client.where('414');
  expect(hub.socket.where).toEqual(['414']);
  hub.socket.drop();
  client.where('415');
  await clock.advance(1_000);
  hub.socket.welcome({ changes: [] });
  expect(hub.socket.where).toEqual(['415']);
  client.where(null);
  expect(hub.socket.where).toEqual(['415', null]);
});
