import { expect, test } from 'vitest';
import type { Intent } from '../../worker/protocol/edit.ts';
import { makeHub } from '../support/engine-hub.ts';

const DAY_MS = 24 * 3_600_000;

function site() {
  const hub = makeHub({ people: { lea: 'lead', wes: 'worker', bo: 'worker', vi: 'viewer' } });
  const desk = hub.device('lea');
  const phone = hub.device('wes');
  desk.push({ type: 'add', car: '414', fields: { location: '100' } }, { type: 'add', car: '415' });
  hub.settle();
  return { hub, desk, phone };
}

function moved(location: string): Intent {
  return { type: 'set', car: '414', fields: { location } };
}

test('E5 an undo puts back what its version changed, as a version of its own that says what it undoes', () => {
  const { hub, phone } = site();
  phone.do({ type: 'set', car: '414', fields: { location: '300', late: true } });
  const { version } = hub;
  const outcome = phone.do({ type: 'undo', version });
  expect(outcome).toEqual({
    seq: 2,
    at: hub.now,
    outcome: 'applied',
    version: version + 1,
    effect: [{ id: '414', location: '100', late: false }],
  });
  expect(hub.car('414')).toMatchObject({ location: '100', late: false });
  expect(hub.twin.entry(version + 1)).toMatchObject({ type: 'undo', undoes: version });
});

test('E5 an undo puts back the times with the flags they belong to', () => {
  const { hub, phone } = site();
  phone.do({ type: 'set', car: '414', fields: { arrived: true } });
  const { arrivedAt } = hub.car('414')!;
  hub.tick(60_000);
  phone.do({ type: 'set', car: '414', fields: { arrived: false } });
  const other = hub.device('bo');
  hub.tick(60_000);
  const outcome = phone.do({ type: 'undo', version: hub.version });
  expect(hub.car('414')).toMatchObject({ arrived: true, arrivedAt });
  expect(outcome).toMatchObject({ effect: [{ id: '414', arrived: true, arrivedAt }] });
  hub.settle();
  // The stamp would give another time: the frame says the old one.
  expect(other.socket.only('changes').cars).toEqual([{ id: '414', arrived: true, arrivedAt }]);
});

test('E5 an undo restores only fields whose last write is the undone version; the rest are conflicts', () => {
  const { hub, desk, phone } = site();
  phone.do({ type: 'set', car: '414', fields: { location: '300', late: true } });
  const { version } = hub;
  hub.settle();
  desk.do(moved('200'));
  const outcome = phone.do({ type: 'undo', version });
  expect(outcome).toMatchObject({
    outcome: 'conflict',
    version: version + 2,
    conflicts: [
      {
        car: '414',
        group: 'location',
        mine: { location: '100' },
        theirs: { location: '200' },
        by: 'lea',
        version: version + 1,
      },
    ],
    effect: [{ id: '414', late: false }],
  });
  expect(hub.car('414')).toMatchObject({ location: '200', late: false });
});

test('E5 even an own later write of the same field keeps an undo from it', () => {
  const { hub, phone } = site();
  phone.push(moved('200'), moved('300'));
  const outcome = phone.do({ type: 'undo', version: hub.version - 1 });
  expect(outcome).toMatchObject({ outcome: 'conflict', conflicts: [{ theirs: { location: '300' } }] });
  expect(hub.car('414')!.location).toBe('300');
});

test('E5 two who undo the same change agree: the second is unchanged', () => {
  const { hub, desk, phone } = site();
  phone.do({ type: 'set', car: '414', fields: { arrived: true, location: '300' } });
  const { version } = hub;
  expect(phone.do({ type: 'undo', version })).toMatchObject({ outcome: 'applied' });
  expect(desk.do({ type: 'undo', version })).toMatchObject({ outcome: 'unchanged' });
  expect(hub.version).toBe(version + 1);
});

test('E4 a worker undoes own changes, a lead those of others too, a viewer nothing', () => {
  const { hub, desk, phone } = site();
  const other = hub.device('bo');
  const wall = hub.device('vi');
  phone.do(moved('300'));
  const { version } = hub;
  expect(other.do({ type: 'undo', version })).toMatchObject({ outcome: 'rejected', code: 'forbidden' });
  expect(wall.do({ type: 'undo', version })).toMatchObject({ outcome: 'rejected', code: 'forbidden' });
  expect(hub.car('414')!.location).toBe('300');
  expect(desk.do({ type: 'undo', version })).toMatchObject({ outcome: 'applied' });
  expect(hub.car('414')).toMatchObject({ location: '100', updatedBy: 'lea' });
});

test('E5 an undo of a set on a car that was removed since is a conflict, never a resurrection', () => {
  const { hub, desk, phone } = site();
  phone.do(moved('300'));
  const { version } = hub;
  desk.do({ type: 'remove', car: '414' });
  const outcome = phone.do({ type: 'undo', version });
  expect(outcome).toMatchObject({
    outcome: 'conflict',
    conflicts: [{ group: 'life', theirs: { removed: true } }],
  });
  expect(hub.car('414')).toMatchObject({ removed: true, location: '300' });
});

test('E5 the undo of an add takes the car off the board, of a remove puts it back as it was', () => {
  const { hub, desk } = site();
  desk.do({ type: 'add', car: '416', fields: { arrived: true, notes: 'left door' } });
  desk.do({ type: 'undo', version: hub.version });
  expect(hub.car('416')!.removed).toBe(true);

  desk.do({ type: 'remove', car: '414' });
  const outcome = desk.do({ type: 'undo', version: hub.version });
  expect(outcome).toMatchObject({
    outcome: 'applied',
    effect: [{ id: '414', removed: false, location: '100' }],
  });
  expect(hub.car('414')).toMatchObject({ removed: false, location: '100' });
});

test('E5 the undo of an add of a car that had been removed brings back what the tombstone held', () => {
  const { hub, desk } = site();
  desk.push(
    { type: 'note', car: '414', text: 'left door' },
    { type: 'remove', car: '414' },
    { type: 'add', car: '414' },
  );
  expect(hub.car('414')!.notes).toBe('');
  desk.do({ type: 'undo', version: hub.version });
  expect(hub.car('414')).toMatchObject({ removed: true, notes: 'left door', location: '100' });
});

test('E5 the undo of a restore removes again; if another has done so already it changes nothing', () => {
  const { hub, desk, phone } = site();
  desk.push({ type: 'remove', car: '414' }, { type: 'restore', car: '414', fields: { location: '300' } });
  const { version } = hub;
  const tablet = hub.device('lea');
  tablet.do({ type: 'remove', car: '414' });
  expect(desk.do({ type: 'undo', version })).toMatchObject({ outcome: 'unchanged' });
  expect(hub.car('414')).toMatchObject({ removed: true, location: '300', version: version + 1 });
  phone.socket.take();

  desk.do({ type: 'restore', car: '414' });
  desk.do({ type: 'undo', version: hub.version });
  expect(hub.car('414')!.removed).toBe(true);
});

test('E5 an undo can be undone', () => {
  const { hub, phone } = site();
  phone.do(moved('300'));
  phone.do({ type: 'undo', version: hub.version });
  phone.do({ type: 'undo', version: hub.version });
  expect(hub.car('414')!.location).toBe('300');
});

test('E5 an import is undone as one: changed cars go back, new ones go off, removed ones return', () => {
  const { hub, desk, phone } = site();
  const rows = [
    { car: '414', fields: { location: '500', late: true } },
    { car: '416', fields: { location: '600' } },
  ];
  expect(desk.do({ type: 'import', rows, mode: 'replace' }).outcome).toBe('applied');
  const { version } = hub;
  expect(hub.car('415')!.removed).toBe(true);
  hub.settle();
  phone.do({ type: 'set', car: '414', fields: { late: false } });
  const outcome = desk.do({ type: 'undo', version });
  // Late is as it was before: nothing is left to argue about.
  expect(outcome).toMatchObject({ outcome: 'applied', version: version + 2 });
  expect(hub.car('414')).toMatchObject({ location: '100', late: false });
  expect(hub.car('415')!.removed).toBe(false);
  expect(hub.car('416')!.removed).toBe(true);
});

test('B1 the last 20 versions of a person can be undone, older ones are too-old-to-undo', () => {
  const { hub, desk, phone } = site();
  const first = hub.version + 1;
  for (let i = 0; i < 21; i++)
    phone.do({ type: 'set', car: i === 0 ? '415' : '414', fields: { late: i === 0 || i % 2 === 1 } });
  const { version } = hub;
  expect(version).toBe(first + 20);
  const rejected = { outcome: 'rejected', code: 'too-old-to-undo' };
  expect(phone.do({ type: 'undo', version: first })).toMatchObject(rejected);
  // Counted by who made them: the lead has made none of these.
  expect(desk.do({ type: 'undo', version: first })).toMatchObject(rejected);
  expect(desk.do({ type: 'undo', version: first + 1 })).toMatchObject({ outcome: 'unchanged' });
  expect(desk.do({ type: 'undo', version })).toMatchObject({ outcome: 'applied' });
});

test('B1 a change can be undone for 7 days and not a moment longer', () => {
  const { hub, phone } = site();
  phone.do({ type: 'set', car: '414', fields: { late: true } });
  phone.do({ type: 'set', car: '415', fields: { late: true } });
  const { version } = hub;
  hub.tick(7 * DAY_MS);
  expect(phone.do({ type: 'undo', version })).toMatchObject({ outcome: 'applied' });
  hub.tick(1);
  expect(phone.do({ type: 'undo', version: version - 1 })).toMatchObject({ code: 'too-old-to-undo' });
});

test('B1 a version that the log no longer has, or never had, is too-old-to-undo', () => {
  const { hub, phone } = site();
  phone.do(moved('300'));
  const { version } = hub;
  hub.run(() => [
    { type: 'prune', upTo: version },
    { type: 'put-meta', meta: hub.state },
  ]);
  expect(phone.do({ type: 'undo', version })).toMatchObject({ outcome: 'rejected', code: 'too-old-to-undo' });
  expect(phone.do({ type: 'undo', version: 999 })).toMatchObject({
    outcome: 'rejected',
    code: 'too-old-to-undo',
  });
});
