import { expect, test } from 'vitest';
import { makeHub } from '../support/engine-hub.ts';

function two() {
  const hub = makeHub({ people: { lea: 'lead', ann: 'lead', wes: 'worker' } });
  const desk = hub.device('lea');
  const other = hub.device('ann');
  const phone = hub.device('wes');
  desk.do({ type: 'add', car: '414', fields: { location: '300' } });
  hub.settle();
  return { hub, desk, other, phone, base: hub.version };
}

test('E5 a set on a removed car is a conflict and never a resurrection', () => {
  const { hub, desk, phone, base } = two();
  desk.do({ type: 'remove', car: '414' });
  const outcome = phone.do({ type: 'set', car: '414', fields: { arrived: true }, base });
  expect(outcome).toEqual({
    seq: 1,
    at: hub.now,
    outcome: 'conflict',
    conflicts: [
      {
        car: '414',
        group: 'life',
        mine: { arrived: true },
        theirs: { removed: true },
        by: 'lea',
        at: hub.now,
        version: base + 1,
      },
    ],
  });
  expect(hub.car('414')).toMatchObject({ removed: true, arrived: false });
});

test('E5 a note on a removed car is a conflict, even of a device that knew', () => {
  const { hub, desk, phone } = two();
  desk.do({ type: 'remove', car: '414' });
  hub.settle();
  const outcome = phone.do({ type: 'note', car: '414', text: 'left door' });
  expect(outcome).toMatchObject({ conflicts: [{ group: 'life', mine: { notes: 'left door' } }] });
  expect(hub.car('414')!.notes).toBe('');
});

test('E5 restore brings a removed car back as it was, with the change of the one who restores it', () => {
  const { hub, desk } = two();
  desk.push({ type: 'note', car: '414', text: 'left door' }, { type: 'remove', car: '414' });
  const outcome = desk.do({ type: 'restore', car: '414', fields: { arrived: true } });
  expect(outcome.outcome).toBe('applied');
  const expected = { removed: false, location: '300', notes: 'left door', arrived: true, arrivedAt: hub.now };
  expect(hub.car('414')).toMatchObject(expected);
});

test('E5 two who restore the same car agree; what they set with it is judged field by field', () => {
  const { desk, other, hub } = two();
  desk.do({ type: 'remove', car: '414' });
  hub.settle();
  const base = hub.version;
  desk.do({ type: 'restore', car: '414', fields: { location: '100' } });
  expect(other.do({ type: 'restore', car: '414', base })).toMatchObject({ outcome: 'unchanged' });
  const outcome = other.do({ type: 'restore', car: '414', fields: { location: '200', late: true }, base });
  expect(outcome).toMatchObject({
    outcome: 'conflict',
    conflicts: [{ group: 'location', mine: { location: '200' }, theirs: { location: '100' } }],
    effect: [{ id: '414', late: true }],
  });
});

test('E5 a device that removes and restores does not pass over what another had set before', () => {
  const { hub, desk, phone, base } = two();
  phone.do({ type: 'set', car: '414', fields: { location: '100' } });
  const [removed, restored] = desk.push(
    { type: 'remove', car: '414', base },
    { type: 'restore', car: '414', fields: { location: '200', late: true }, base },
  );
  expect(removed!.outcome).toBe('applied');
  expect(restored).toMatchObject({
    outcome: 'conflict',
    version: base + 3,
    conflicts: [{ group: 'location', mine: { location: '200' }, theirs: { location: '100' }, by: 'wes' }],
  });
  expect(hub.car('414')).toMatchObject({ removed: false, location: '100', late: true });
});

test('E5 a car that another has removed since is not restored by one who did not know', () => {
  const { hub, desk, other } = two();
  desk.do({ type: 'remove', car: '414' });
  hub.settle();
  const base = hub.version;
  desk.do({ type: 'restore', car: '414' });
  desk.do({ type: 'remove', car: '414' });
  const outcome = other.do({ type: 'restore', car: '414', base });
  expect(outcome).toMatchObject({
    conflicts: [{ group: 'life', mine: { removed: false }, theirs: { removed: true } }],
  });
  expect(hub.car('414')!.removed).toBe(true);
});

test('E5 a car that another has restored since is not removed by one who did not know', () => {
  const { hub, desk, other, base } = two();
  desk.do({ type: 'remove', car: '414' });
  desk.do({ type: 'restore', car: '414' });
  const outcome = other.do({ type: 'remove', car: '414', base });
  expect(outcome).toMatchObject({
    conflicts: [{ group: 'life', mine: { removed: true }, theirs: { removed: false } }],
  });
  expect(hub.car('414')!.removed).toBe(false);
});

test('E5 two who remove the same car agree', () => {
  const { hub, desk, other, base } = two();
  desk.do({ type: 'remove', car: '414' });
  expect(other.do({ type: 'remove', car: '414', base })).toMatchObject({ outcome: 'unchanged' });
  expect(hub.version).toBe(base + 1);
});

test('E5 a car nobody knows is neither removed nor restored', () => {
  const { desk } = two();
  expect(desk.do({ type: 'remove', car: '999' })).toMatchObject({ code: 'unknown-car' });
  expect(desk.do({ type: 'restore', car: '999' })).toMatchObject({ code: 'unknown-car' });
});

test('E5 a car that is there is not added again by one who could see it', () => {
  const { hub, phone, base } = two();
  expect(phone.do({ type: 'add', car: '414' })).toMatchObject({ outcome: 'rejected', code: 'car-exists' });
  expect(hub.version).toBe(base);
});

test('E5 two who add the same car without knowing of each other agree, as far as they agree', () => {
  const { hub, desk, phone, base } = two();
  desk.do({ type: 'add', car: '415', fields: { location: '200' } });
  const same = phone.do({ type: 'add', car: '415', fields: { location: '200' }, base });
  expect(same).toMatchObject({ outcome: 'unchanged' });
  const other = phone.do({ type: 'add', car: '415', fields: { location: '100' }, base });
  expect(other).toMatchObject({ outcome: 'rejected', code: 'car-exists' });
  expect(hub.car('415')!.location).toBe('200');
});

test('E5 a car that is added without a location goes to the first of the site, and the answer says so', () => {
  const { hub, phone } = two();
  const outcome = phone.do({ type: 'add', car: '415' });
  expect(outcome).toMatchObject({
    outcome: 'applied',
    effect: [{ id: '415', location: 'Yard', removed: false }],
  });
  expect(hub.car('415')!.location).toBe('Yard');
});

test('E5 a removed car that is added again is a new one: nothing of the old is kept', () => {
  const { hub, desk, phone } = two();
  desk.push(
    { type: 'note', car: '414', text: 'left door' },
    { type: 'set', car: '414', fields: { empty: true } },
    { type: 'remove', car: '414' },
  );
  hub.settle();
  expect(phone.do({ type: 'add', car: '414' }).outcome).toBe('applied');
  expect(hub.car('414')).toMatchObject({
    removed: false,
    location: 'Yard',
    empty: false,
    notes: '',
    arrivedAt: null,
  });
});

test('E5 a car that another has removed since is not added by one who did not know', () => {
  const { hub, desk, phone, base } = two();
  desk.do({ type: 'remove', car: '414' });
  const outcome = phone.do({ type: 'add', car: '414', base });
  expect(outcome).toMatchObject({
    outcome: 'conflict',
    conflicts: [{ group: 'life', theirs: { removed: true } }],
  });
  expect(hub.car('414')!.removed).toBe(true);
});
