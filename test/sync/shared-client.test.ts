import { expect, test } from 'vitest';
import { StoreError } from '../../app/sync/store.ts';
import type { View } from '../../app/sync/view.ts';
import { TabbedDevice } from './tabbed-device.ts';
import { World } from './world.ts';

const PEOPLE = { lea: 'lead', wes: 'worker' } as const;
const CARS = ['101', '102', '103'];
const note = (text: string, car = '101') => ({ type: 'note', car, text }) as const;

/** A board of three cars, and a device of somebody's with so many tabs. */
async function open(tabs: number, seed = 1, person: keyof typeof PEOPLE = 'wes') {
  const world = new World(seed, { people: PEOPLE });
  world.hub.request('lea', { type: 'import', rows: CARS.map((car) => ({ car, fields: {} })), mode: 'merge' });
  const device = new TabbedDevice(world, person);
  const made = [];
  for (let i = 0; i < tabs; i++) made.push(await device.open());
  const [a, b, c] = made;
  return { world, device, clock: world.clock, a: a!, b: b!, c: c! };
}

function carAtHub(world: World, car: string) {
  return world.hub.state.cars.get(car)?.car;
}

/** Notes of a car as the hub has them, each by itself. */
function notesAtHub(world: World, car = '101'): string[] {
  return (carAtHub(world, car)?.notes ?? '').split('\n').filter((line) => line !== '');
}

test('O3 of two tabs one leads and holds the one socket; the other shows the same, and both edit', async () => {
  const { world, clock, a, b } = await open(2);
  expect([a.dials, b.dials, a.terms, b.terms]).toEqual([1, 0, 1, 0]);
  expect(b.view.health).toEqual({ state: 'live', by: 'socket' });
  const done = Promise.all([a.shared.edit(note('by a')), b.shared.edit(note('by b'))]);
  await clock.advance(500);
  expect((await done).map(({ seq }) => seq)).toEqual([1, 2]);
  expect(notesAtHub(world)).toEqual(['by a', 'by b']);
  expect(b.view).toEqual(a.view);
  expect([...b.view.cars.values()].sort(byId)).toEqual([...a.view.cars.values()].sort(byId));
  expect(b.view.cars.get('101')?.notes).toBe('by a\nby b');
});

test('C2 a follower is told what has changed and no more, and its unchanged parts stay the same objects', async () => {
  const { world, device, clock, b } = await open(2);
  const before = b.view;
  device.bus.posted.length = 0;
  world.atHub((hub) => hub.request('lea', { type: 'set', car: '102', fields: { late: true } }));
  await clock.advance(200);
  const changes = device.bus.posted.filter((message) => message.type === 'change');
  expect(changes.flatMap(({ change }) => change.cars.put.map(({ id }) => id))).toEqual(['102']);
  expect(device.bus.posted.filter(({ type }) => type === 'view')).toEqual([]);
  expect(b.view.cars.get('102')?.late).toBe(true);
  expect(before.cars.get('102')?.late).toBe(false);
  for (const part of ['site', 'you', 'names', 'pending', 'attention'] as const) {
    expect(b.view[part], part).toBe(before[part]);
  }
  expect(b.view.cars.get('101')).toBe(before.cars.get('101'));
});

test('a follower that has missed a message asks for everything again', async () => {
  const { world, device, clock, a, b } = await open(2);
  device.bus.loses = ({ type }) => type === 'change';
  world.atHub((hub) => hub.request('lea', { type: 'set', car: '102', fields: { late: true } }));
  await clock.advance(200);
  expect(b.view.cars.get('102')?.late).toBe(false);
  device.bus.loses = () => false;
  world.atHub((hub) => hub.request('lea', { type: 'set', car: '103', fields: { late: true } }));
  await clock.advance(200);
  expect(b.view).toEqual(a.view);
  expect([b.view.cars.get('102')?.late, b.view.cars.get('103')?.late]).toEqual([true, true]);
});

test('O1 an edit of a follower is answered once it is durable in the leader’s store, and not before', async () => {
  const { device, clock, a, b } = await open(2);
  let edit: string | null = null;
  void b.shared.edit(note('kept')).then(({ id }) => {
    edit = id;
  });
  expect(edit).toBeNull();
  await clock.advance(100);
  expect((await device.device.disk.load()).edits.map((record) => record.edit.id)).toEqual([edit]);
  expect(a.view.own[0]?.edit.id).toBe(edit);
});

test.each(['quota', 'full'] as const)('a store that says `%s` says so in the follower too', async (kind) => {
  const { device, clock, b } = await open(2);
  device.device.disk.failure = new StoreError(kind);
  const refused = b.shared.edit(note('lost')).catch((error: StoreError) => error.kind);
  await clock.advance(100);
  expect(await refused).toBe(kind);
  expect(b.view.cars.get('101')?.notes).toBe('');
});

test('O3 a leader that dies is replaced within a second', async () => {
  const { world, clock, a, b } = await open(2);
  const seen: View[] = [];
  b.shared.subscribe((view) => seen.push(view));
  a.process.kill();
  await clock.advance(1_000);
  expect([b.terms, b.view.health.state]).toEqual([1, 'live']);
  const done = b.shared.edit(note('after'));
  await clock.advance(200);
  expect((await done).seq).toBe(1);
  expect(notesAtHub(world)).toEqual(['after']);
  expect(seen.every((view) => view.cars.size === 3)).toBe(true);
});

test('O3 of three tabs the next one leads, and the third follows it', async () => {
  const { clock, a, b, c } = await open(3);
  void a.shared.stop();
  await clock.advance(1_000);
  expect([b.terms + c.terms, b.dials + c.dials]).toEqual([1, 1]);
  const done = Promise.all([b.shared.edit(note('by b')), c.shared.edit(note('by c'))]);
  await clock.advance(500);
  await done;
  expect(b.view).toEqual(c.view);
  expect(b.view.cars.get('101')?.notes.split('\n').sort()).toEqual(['by b', 'by c']);
});

test.each(Array.from({ length: 40 }, (_, i) => i))(
  'E2 what was asked of a leader that dies is done once by the next, whenever it died (%i ms after)',
  async (afterMs) => {
    const { world, clock, a, b } = await open(2, afterMs + 1);
    const asked = [
      b.shared.edit(note('one')),
      b.shared.edit(note('two')),
      b.shared.edit({ type: 'set', car: '102', fields: { late: true } }),
    ];
    await clock.advance(afterMs);
    a.process.kill();
    await clock.advance(3_000);
    const edits = await Promise.all(asked);
    expect(new Set(edits.map(({ id }) => id)).size).toBe(3);
    expect(notesAtHub(world)).toEqual(['one', 'two']);
    expect(b.view).toMatchObject({ pending: [], health: { state: 'live' } });
    expect(b.view.own.map(({ edit }) => edit.id).sort()).toEqual(edits.map(({ id }) => id).sort());
  },
);

test.each(Array.from({ length: 20 }, (_, i) => i))(
  'E2 an undo asked of a leader that dies happens once (%i ms after)',
  async (afterMs) => {
    const { world, clock, a, b } = await open(2, afterMs + 50);
    const made = b.shared.edit({ type: 'set', car: '102', fields: { late: true } });
    await clock.advance(500);
    await made;
    const undone = b.shared.undo(b.view.own[0]!);
    await clock.advance(afterMs);
    a.process.kill();
    await clock.advance(3_000);
    await undone;
    expect(carAtHub(world, '102')).toMatchObject({ late: false, version: 3 });
    expect(b.view.own.map((own) => own.undone)).toEqual([true]);
  },
);

test.each(Array.from({ length: 30 }, (_, i) => i))(
  'E2 a decision asked of a leader that dies is made once by the next, whenever it died (%i ms after)',
  async (afterMs) => {
    const { world, clock, a, b } = await open(2, afterMs + 90, 'lea');
    const phone = world.hub.device('wes');
    world.atHub(() => phone.do({ type: 'remove', car: '103' }));
    await clock.advance(1_000);
    expect(b.view.attention).toMatchObject([{ author: 'wes', isHere: false }]);
    const before = world.hub.version;
    const decided = b.shared.settle(b.view.attention, { choice: 'mine' });
    await clock.advance(afterMs);
    a.process.kill();
    await clock.advance(3_000);
    await decided;
    expect(world.hub.state.attention.size).toBe(0);
    expect(carAtHub(world, '103')).toMatchObject({ removed: true, updatedBy: 'lea' });
    expect(world.hub.version).toBe(before + 2);
    expect(b.view).toMatchObject({ pending: [], attention: [] });
  },
);

test('O3 a leader that is frozen is asked, and robbed after 700 ms without an answer', async () => {
  const { world, device, clock, a, b } = await open(2);
  a.process.freeze();
  const done = b.shared.edit(note('from b'));
  await clock.advance(690);
  expect(device.lock.steals).toBe(0);
  await clock.advance(700);
  await done;
  expect([device.lock.steals, b.terms]).toEqual([1, 1]);
  await clock.advance(500);
  expect(notesAtHub(world)).toEqual(['from b']);
});

test('O3 a frozen leader is noticed by a tab in sight in which nothing is done, and not by one that is hidden', async () => {
  const { device, clock, a, b } = await open(2);
  b.shared.hint('hidden');
  await clock.advance(10);
  a.process.freeze();
  await clock.advance(60_000);
  expect(device.lock.steals).toBe(0);
  b.shared.hint('visible');
  await clock.advance(1_000);
  expect([device.lock.steals, b.view.health.state]).toEqual([1, 'live']);
});

test('O3 one that was robbed writes nothing over its successor, lets go when it wakes, and follows', async () => {
  const { world, device, clock, a, b } = await open(2);
  // What it was about to store is held back with it.
  const own = a.shared.edit(note('from a'));
  a.process.freeze();
  const done = b.shared.edit(note('from b'));
  await clock.advance(2_000);
  await done;
  const stored = await device.device.disk.load();
  a.process.thaw();
  const late = a.shared.edit(note('late from a'));
  await clock.advance(2_000);
  await Promise.all([own, late]);
  expect([a.terms, b.terms, a.dials, b.dials]).toEqual([1, 1, 1, 1]);
  expect(notesAtHub(world).sort()).toEqual(['from a', 'from b', 'late from a']);
  expect(a.view).toEqual(b.view);
  const after = await device.device.disk.load();
  const ids = after.edits.map(({ edit }) => edit.id);
  expect(ids).toEqual(expect.arrayContaining(stored.edits.map(({ edit }) => edit.id)));
});

test('O3 a leader whose store another has taken lets go of it, and what was asked of it is done all the same', async () => {
  const { world, device, clock, a, b } = await open(2);
  // A worker of the device, that has not been told of the lock.
  await device.device.disk.openBeside().load();
  const done = [a.shared.edit(note('from a')), b.shared.edit(note('from b'))];
  await clock.advance(2_000);
  expect((await Promise.all(done)).map(({ seq }) => seq).sort()).toEqual([1, 2]);
  expect([device.lock.steals, a.terms + b.terms]).toEqual([0, 2]);
  expect(notesAtHub(world).sort()).toEqual(['from a', 'from b']);
  expect(a.view).toEqual(b.view);
});

test('O3 E2 what is asked for again, for want of an answer, is done once, though its record has gone', async () => {
  const { world, device, clock, a, b } = await open(2);
  device.bus.loses = (message) => 'leader' in message;
  // The hub finds nothing to change: the device has no more use for it.
  const done = b.shared.edit({ type: 'set', car: '101', fields: { late: false } });
  await clock.advance(500);
  device.bus.loses = () => false;
  device.bus.posted.length = 0;
  world.atHub((hub) => hub.request('lea', { type: 'set', car: '102', fields: { late: true } }));
  await clock.advance(500);
  expect(device.bus.posted.filter(({ type }) => type === 'do')).toHaveLength(1);
  expect((await done).seq).toBe(1);
  const next = a.shared.edit(note('next'));
  await clock.advance(500);
  expect((await next).seq).toBe(2);
});

test('O3 two tabs that cannot hear each other do not rob each other in turn', async () => {
  const { device, clock } = await open(2);
  device.bus.loses = () => true;
  await clock.advance(60_000);
  expect(device.lock.steals).toBe(1);
});

test('a leader counts as seen while any tab is: it keeps its socket, and lets go when all are hidden', async () => {
  const { clock, a, b } = await open(2);
  a.shared.hint('hidden');
  await clock.advance(400_000);
  expect(a.view.health.state).toBe('live');
  b.shared.hint('hidden');
  await clock.advance(400_000);
  expect(b.view.health).toEqual({ state: 'offline', retryAt: null });
  b.shared.hint('visible');
  await clock.advance(500);
  expect([b.view.health.state, b.terms]).toEqual(['live', 0]);
});

test('R9 a hidden leader whose timers are a minute late notices a dead link, and keeps one that is not, for a tab in sight', async () => {
  const { device, clock, a, b } = await open(2);
  a.process.lateMs = 60_000;
  a.shared.hint('hidden');
  await clock.advance(300_000);
  expect([a.dials, b.view.health.state]).toEqual([1, 'live']);
  device.device.setNetwork('stalled');
  await clock.advance(16_000);
  expect([a.dials, b.view.health.state]).toEqual([2, 'connecting']);
});

test('a tab in sight that dies does not count as seen for ever', async () => {
  const { clock, a, b } = await open(2);
  a.shared.hint('hidden');
  await clock.advance(1_000);
  b.process.kill();
  await clock.advance(400_000);
  expect(a.view.health).toEqual({ state: 'offline', retryAt: null });
});

test('the car that is open in a follower is what others see', async () => {
  const { world, clock, b } = await open(2);
  const desk = await world.device('lea').start();
  const carOfWes = () => desk.view.people.find(({ id }) => id === 'wes')?.car;
  b.shared.where('102');
  await clock.advance(2_000);
  expect(carOfWes()).toBe('102');
  await b.shared.stop();
  await clock.advance(2_000);
  expect(carOfWes()).toBeNull();
});

test('a tab that has stopped takes nothing more, and its promises are not left open', async () => {
  const { clock, b } = await open(2);
  const asked = b.shared.edit(note('x')).catch((error: StoreError) => error.kind);
  await b.shared.stop();
  expect(await asked).toBe('closed');
  await expect(b.shared.edit(note('y'))).rejects.toMatchObject({ kind: 'closed' });
  expect(await b.shared.syncNow()).toBe(false);
  await clock.advance(60_000);
});

test('O1 what a leader was asked before it stops is kept and said to be so, never one without the other', async () => {
  const { world, clock, a } = await open(2);
  let answer = '';
  a.shared.edit(note('last')).then(
    () => {
      answer = 'kept';
    },
    (error: StoreError) => {
      answer = error.kind;
    },
  );
  const stopped = a.shared.stop();
  await clock.advance(3_000);
  await stopped;
  expect([answer, notesAtHub(world)]).toEqual(['kept', ['last']]);
});

test('a store that cannot be read is told to whoever opens the first tab', async () => {
  const world = new World(1, { people: PEOPLE });
  const device = new TabbedDevice(world, 'wes');
  device.device.disk.load = () => Promise.reject(new StoreError('failed'));
  device.device.disk.claim = () => Promise.reject(new StoreError('failed'));
  const tab = device.begin();
  const failed = tab.opened.catch((error: StoreError) => error.kind);
  await world.clock.advance(100);
  expect(await failed).toBe('failed');
  expect(device.lock.isHeld).toBe(false);
});

test('a store that fails under the leader is told in its tab, and another tab tries', async () => {
  const { device, clock, a, b } = await open(2);
  device.device.disk.failure = new StoreError('failed');
  const refused = a.shared.edit(note('x')).catch((error: StoreError) => error.kind);
  await clock.advance(10);
  expect(await refused).toBe('failed');
  device.device.disk.failure = null;
  await clock.advance(1_000);
  expect(a.view.health).toEqual({ state: 'stopped', reason: 'store-failed' });
  expect([b.terms, b.view.health.state]).toEqual([1, 'live']);
});

test('data is saved on the whole device when one tab says so', async () => {
  const { clock, a, b } = await open(2);
  b.shared.saveData(true);
  await clock.advance(500);
  expect([a.view.health, b.view.health]).toMatchObject([{ by: 'saver' }, { by: 'saver' }]);
});

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1;
}
