import { expect, test } from 'vitest';
import { isOutward } from '../../worker/engine/effect.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import { makeHub } from '../support/engine-hub.ts';

const set = (car: string, location: string): Intent => ({ type: 'set', car, fields: { location } });

test('V1 a version grows by one with each applied edit, and not with any other', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  const outcomes = device.push(
    { type: 'add', car: '1' },
    { type: 'add', car: '1' },
    set('1', '300'),
    set('1', '300'),
    set('9', '300'),
    { type: 'note', car: '1', text: 'left door' },
  );
  expect(outcomes.map(({ outcome }) => outcome)).toEqual([
    'applied',
    'rejected',
    'applied',
    'unchanged',
    'rejected',
    'applied',
  ]);
  expect(outcomes.map((outcome) => ('version' in outcome ? outcome.version : null))).toEqual([
    1,
    null,
    2,
    null,
    null,
    3,
  ]);
  expect(hub.version).toBe(3);
  expect(hub.twin.entriesSince(0).map(({ version, type }) => [version, type])).toEqual([
    [1, 'add'],
    [2, 'set'],
    [3, 'note'],
  ]);
});

test('V1 an import is one edit, one version and one log entry, however many cars it changes', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  const rows = Array.from({ length: 50 }, (_, i) => ({ car: `${i}`, fields: {} }));
  expect(device.do({ type: 'import', rows, mode: 'merge' })).toMatchObject({ version: 1 });
  expect(hub.twin.entry(1)!.cars).toHaveLength(50);
  expect(hub.version).toBe(1);
});

test('V1 versions go on where they were after memory is lost', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  device.push({ type: 'add', car: '1' }, set('1', '300'));
  hub.restart({ sockets: 'cut' });
  expect(hub.version).toBe(2);
  device.reconnect();
  expect(device.do(set('1', '200'))).toMatchObject({ version: 3 });
});

test('E1 the writes of an edit come in the same event as its outcome, and before it', () => {
  const hub = makeHub();
  const device = hub.device('wes');
  device.push({ type: 'add', car: '1' }, set('1', '300'));
  const sent = hub.effects.findIndex(
    (effect) => effect.type === 'send' && effect.text.includes('"outcomes"'),
  );
  const appended = hub.effects.flatMap((effect, i) =>
    effect.type === 'append' ? [[effect.entry.version, i]] : [],
  );
  expect(appended.map(([version]) => version)).toEqual([1, 2]);
  for (const [, at] of appended) expect(at).toBeLessThan(sent);
  expect(hub.effects.slice(sent).every(isOutward)).toBe(true);
  // What is in storage then is all that a hub needs to give the same answer after a crash.
  const before = device.socket.only('outcomes');
  hub.restart({ sockets: 'cut' });
  expect(hub.twin.load()).toEqual(hub.state);
  expect(device.reconnect({ version: 0, epoch: hub.state.epoch }).outcomes).toHaveLength(
    before.outcomes.length,
  );
});

test('E1 a single set writes three rows: its car, the log entry, the device', () => {
  const hub = makeHub();
  const device = hub.device('wes');
  device.do({ type: 'add', car: '1' });
  device.do(set('1', '100'));
  const rows = hub.twin.rowsWritten;
  device.do(set('1', '300'));
  expect(hub.effects.filter((effect) => !isOutward(effect)).map(({ type }) => type)).toEqual([
    'put-car',
    'append',
    'put-device',
  ]);
  expect(hub.twin.rowsWritten - rows).toBe(3);
});

test('E1 a frame of edits is one event: each car and the device are written once, each version is logged', () => {
  const hub = makeHub();
  const device = hub.device('wes');
  device.do({ type: 'add', car: '1' });
  const rows = hub.twin.rowsWritten;
  device.push(...Array.from({ length: 100 }, (_, i) => set('1', i % 2 === 0 ? '100' : '200')));
  expect(hub.twin.rowsWritten - rows).toBe(102);
});

test('E1 an edit that changes nothing writes the device alone; a resend writes nothing', () => {
  const hub = makeHub();
  const device = hub.device('wes');
  device.do({ type: 'add', car: '1', fields: { location: '100' } });
  const rows = hub.twin.rowsWritten;
  const edits = device.edits(set('1', '100'));
  device.send(edits);
  expect(hub.twin.rowsWritten - rows).toBe(1);
  device.send(edits);
  expect(hub.twin.rowsWritten - rows).toBe(1);
});

test('E2 a resend takes no effect again and gets the same outcome, word for word, whatever that was', () => {
  const hub = makeHub({ people: { lea: 'lead', wes: 'worker' } });
  const device = hub.device('lea');
  hub.device('wes').push({ type: 'add', car: '5' }, set('5', '200'));
  const edits = device.edits(
    { type: 'add', car: '1' },
    { type: 'note', car: '1', text: 'left door' },
    { type: 'set', car: '5', fields: { location: '300', late: true }, base: 1 },
    { type: 'remove', car: '9' },
    set('1', 'Yard'),
    { type: 'undo', version: 1 },
  );
  const first = device.send(edits);
  const { version } = hub;
  hub.tick(60_000);
  expect(device.send(edits)).toEqual(first);
  expect(device.send(edits.slice(2, 4))).toMatchObject({
    outcomes: 'outcomes' in first && first.outcomes.slice(2, 4),
  });
  expect(hub.version).toBe(version);
  expect(hub.car('1')!.notes).toBe('left door');
});

test('E2 a resend gets the same outcome after a crash', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  const edits = device.edits({ type: 'add', car: '1' }, set('1', '300'), set('1', '300'), set('9', '300'));
  const first = device.send(edits);
  hub.restart({ sockets: 'cut' });
  const welcome = device.reconnect();
  expect(welcome.seq).toBe(4);
  expect(device.send(edits)).toEqual(first);
  expect(hub.version).toBe(2);
});

test('B1 the rows of a large effect are not kept: who asks again has come again, and its welcome holds them', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  const rows = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ car: `${count}-${i}`, fields: {} }));
  const edits = device.edits(
    { type: 'import', rows: rows(50), mode: 'merge' },
    { type: 'import', rows: rows(51), mode: 'merge' },
  );
  const first = device.send(edits);
  expect(first).toMatchObject({ outcomes: [{ effect: { length: 50 } }, { effect: { length: 51 } }] });
  const again = device.send(edits);
  expect(again).toMatchObject({ outcomes: [{ effect: { length: 50 } }, { outcome: 'applied', version: 2 }] });
  expect('outcomes' in again && again.outcomes[1]).not.toHaveProperty('effect');
});

test('E2 a frame may begin with edits that were answered and go on with new ones', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  const edits = device.edits({ type: 'add', car: '1' }, set('1', '300'));
  device.send(edits);
  const more = device.edits(set('1', '200'));
  const answer = device.send([...edits.slice(1), ...more]);
  expect(answer).toMatchObject({
    outcomes: [
      { seq: 2, version: 2 },
      { seq: 3, version: 3 },
    ],
  });
  expect(hub.car('1')!.location).toBe('200');
});

test('E2 a seq that comes back with another edit id is seq-reused and changes nothing', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  device.push({ type: 'add', car: '1' }, set('1', '300'));
  const rows = hub.twin.rowsWritten;
  device.seq = 1;
  const [reused] = device.push({ ...set('1', '100'), id: 'of-a-clone' });
  expect(reused).toEqual({ seq: 2, at: hub.now, outcome: 'rejected', code: 'seq-reused' });
  expect(hub.car('1')!.location).toBe('300');
  expect(hub.twin.rowsWritten).toBe(rows);
  // The first answer stands.
  device.seq = 1;
  expect(device.do(set('1', '300'))).toMatchObject({ outcome: 'applied', version: 2 });
});

test('E2 a reused seq far below what is kept is told from a resend by the log', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  const [first] = device.edits({ type: 'add', car: '1' });
  device.send([first!]);
  for (let i = 0; i < 40; i++) device.do(set('1', i % 2 === 0 ? '100' : '200'));
  device.socket.send({ type: 'seen', version: hub.version, seq: 41 });
  expect(device.send([first!])).toMatchObject({ outcomes: [{ seq: 1, outcome: 'applied', version: 1 }] });
  const clone = { ...first!, id: 'of-a-clone' };
  expect(device.send([clone])).toMatchObject({
    outcomes: [{ seq: 1, outcome: 'rejected', code: 'seq-reused' }],
  });
});

test('E3 what follows an edit whose seq is taken is not taken before it, in its frame or in one already on its way', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  const clone = hub.device('lea', device.id);
  device.push({ type: 'add', car: '1' }, set('1', '200'));
  const edits = clone.edits(
    ...['a', 'b', 'c', 'd'].map((text) => ({ type: 'note', car: '1', text }) as const),
  );
  const own = edits.map((edit) => ({ ...edit, id: `${edit.id}-of-the-clone` }));
  const isReused = { outcome: 'rejected', code: 'seq-reused' };
  expect(clone.send(own.slice(0, 3))).toMatchObject({ outcomes: [isReused, isReused, isReused] });
  // Whatever the hub forgets in its sleep, this it still knows.
  hub.restart({ sockets: 'kept' });
  expect(clone.send(own.slice(2))).toMatchObject({ outcomes: [isReused, isReused] });
  expect(hub.version).toBe(2);
  // Who was first goes on as before; the clone takes a new name.
  expect(device.do(set('1', '300'))).toMatchObject({ seq: 3, outcome: 'applied', version: 3 });
  const anew = hub.device('lea', 'new-name-of-the-clone');
  expect(anew.send(own.map((edit, i) => ({ ...edit, seq: i + 1 })))).toMatchObject({
    outcomes: [{ version: 4 }, { version: 5 }, { version: 6 }, { version: 7 }],
  });
  expect(hub.car('1')?.notes).toBe('a\nb\nc\nd');
});

test('E2 E3 what was answered before is answered the same, though an edit before it has lost its seq', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  device.push({ type: 'add', car: '1' }, set('1', '200'));
  device.seq = 0;
  const [first, ...rest] = device.edits({ type: 'add', car: '1' }, set('1', '200'), set('1', '300'));
  expect(device.send([{ ...first!, id: 'of-a-clone' }, ...rest])).toMatchObject({
    outcomes: [{ code: 'seq-reused' }, { outcome: 'applied', version: 2 }, { code: 'seq-reused' }],
  });
  expect(hub.version).toBe(2);
});

test('E2 a frame that leaves a gap is refused whole, names the seq expected, and advances nothing', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  device.do({ type: 'add', car: '1' });
  const [, third, fourth] = device.edits(set('1', '100'), set('1', '200'), set('1', '300'));
  expect(device.send([third!, fourth!])).toEqual({
    type: 'notice',
    notice: 'refused',
    code: 'seq-gap',
    seq: 2,
    detail: 'seq 3',
  });
  expect(hub.version).toBe(1);
  expect(hub.state.devices.get(device.id)!.seq).toBe(1);
});

test('E2 a gap or a repeat inside a frame is refused whole too, though it begins well', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  const [first, second, third] = device.edits({ type: 'add', car: '1' }, set('1', '100'), set('1', '200'));
  for (const frame of [
    [first!, third!],
    [first!, first!],
    [second!, first!],
  ]) {
    expect(device.send(frame)).toMatchObject({ code: 'seq-gap', seq: 1 });
  }
  expect(hub.version).toBe(0);
  expect(hub.state.devices.get(device.id)).toMatchObject({ seq: 0, kept: [] });
});

test('E3 a refused or conflicting edit advances the seq, so that it blocks nothing behind it', () => {
  const hub = makeHub();
  const desk = hub.device('lea');
  const phone = hub.device('wes');
  desk.push({ type: 'add', car: '1' }, set('1', '100'));
  const outcomes = phone.push(
    { ...set('1', '200'), base: 1 },
    { type: 'remove', car: '1' },
    { type: 'note', car: '1', text: 'left door' },
  );
  expect(outcomes.map(({ seq, outcome }) => [seq, outcome])).toEqual([
    [1, 'conflict'],
    [2, 'rejected'],
    [3, 'applied'],
  ]);
  expect(hub.state.devices.get(phone.id)!.seq).toBe(3);
});

test('E3 edits of one device take effect in its order', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  device.push({ type: 'add', car: '1' }, set('1', '100'));
  device.push(set('1', '200'));
  device.push(set('1', '300'), set('1', '400'));
  expect(hub.twin.entriesSince(0).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  expect(hub.car('1')!.location).toBe('400');
});

test('E2 an empty push is answered with no outcomes and changes nothing', () => {
  const hub = makeHub();
  const device = hub.device('lea');
  expect(device.send([])).toEqual({ type: 'outcomes', archived: 0, outcomes: [] });
  expect(hub.state.devices.get(device.id)).toMatchObject({ seq: 0, kept: [] });
});

test('E5 the log says who did what to which car with which values, and what was there before', () => {
  const hub = makeHub();
  const device = hub.device('wes');
  device.do({ type: 'add', car: '1' });
  const edits = device.edits({ type: 'set', car: '1', fields: { empty: true, location: 'Yard' } });
  device.send(edits);
  expect(hub.twin.entry(2)).toEqual({
    version: 2,
    at: hub.now,
    by: 'wes',
    device: device.id,
    seq: 2,
    id: edits[0]!.id,
    type: 'set',
    prev: expect.any(String),
    cars: [
      {
        id: '1',
        before: { arrived: false, empty: false, arrivedAt: null, emptiedAt: null },
        after: { arrived: true, empty: true, arrivedAt: hub.now, emptiedAt: hub.now },
      },
    ],
  });
});
