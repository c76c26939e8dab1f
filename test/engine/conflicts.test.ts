import { expect, test } from 'vitest';
import { makeHub, NOW } from '../support/engine-hub.ts';

/** Two devices of two people on a hub with car 414, which both have seen. */
function two() {
  const hub = makeHub({ people: { lea: 'lead', wes: 'worker' } });
  const desk = hub.device('lea');
  const phone = hub.device('wes');
  desk.do({ type: 'add', car: '414' });
  hub.settle();
  return { hub, desk, phone, base: hub.version };
}

test('E5 two devices that set the same field to different values after the same base: the second is a conflict', () => {
  const { hub, desk, phone, base } = two();
  desk.do({ type: 'set', car: '414', fields: { location: '300' } });
  hub.tick(5);
  const outcome = phone.do({ type: 'set', car: '414', fields: { location: '200' }, base });
  expect(outcome).toEqual({
    seq: 1,
    at: NOW + hub.now - NOW,
    outcome: 'conflict',
    conflicts: [
      {
        car: '414',
        group: 'location',
        mine: { location: '200' },
        theirs: { location: '300' },
        by: 'lea',
        at: hub.car('414')!.updatedAt,
        version: base + 1,
      },
    ],
  });
  expect(hub.car('414')!.location).toBe('300');
  expect(hub.version).toBe(base + 1);
});

test('E5 the same person on another device is another device', () => {
  const { hub, desk, base } = two();
  const tablet = hub.device('lea');
  desk.do({ type: 'set', car: '414', fields: { location: '300' } });
  const outcome = tablet.do({ type: 'set', car: '414', fields: { location: '200' }, base });
  expect(outcome.outcome).toBe('conflict');
});

test('E5 the same field set to the same value is unchanged: no version, no history', () => {
  const { hub, desk, phone, base } = two();
  desk.do({ type: 'set', car: '414', fields: { location: '300', arrived: true } });
  const outcome = phone.do({ type: 'set', car: '414', fields: { arrived: true, location: '300' }, base });
  expect(outcome).toEqual({ seq: 1, at: hub.now, outcome: 'unchanged' });
  expect(hub.version).toBe(base + 1);
  expect(hub.twin.entry(base + 2)).toBeUndefined();
});

test('E5 different fields merge', () => {
  const { hub, desk, phone, base } = two();
  desk.do({ type: 'set', car: '414', fields: { location: '300' } });
  expect(phone.do({ type: 'set', car: '414', fields: { late: true }, base }).outcome).toBe('applied');
  expect(hub.car('414')).toMatchObject({ location: '300', late: true, updatedBy: 'wes' });
});

test('E5 arrived and empty are one group: empty against arrived is a conflict', () => {
  const { hub, desk, phone, base } = two();
  desk.do({ type: 'set', car: '414', fields: { arrived: true } });
  const outcome = phone.do({ type: 'set', car: '414', fields: { empty: true }, base });
  expect(outcome).toMatchObject({
    outcome: 'conflict',
    conflicts: [{ group: 'status', mine: { empty: true }, theirs: { arrived: true, empty: false } }],
  });
  expect(hub.car('414')!.empty).toBe(false);
});

test('E5 what apply writes as a consequence counts as written: empty wrote arrived too', () => {
  const { desk, phone, base } = two();
  desk.do({ type: 'set', car: '414', fields: { empty: true } });
  const agreed = phone.do({ type: 'set', car: '414', fields: { arrived: true }, base });
  expect(agreed.outcome).toBe('unchanged');
  const outcome = phone.do({ type: 'set', car: '414', fields: { arrived: false }, base });
  expect(outcome).toMatchObject({
    outcome: 'conflict',
    conflicts: [{ theirs: { arrived: true, empty: true } }],
  });
});

test('E5 fields are judged one by one: what can be applied is, and the outcome says what was and what was not', () => {
  const { hub, desk, phone, base } = two();
  desk.do({ type: 'set', car: '414', fields: { location: '300' } });
  const outcome = phone.do({ type: 'set', car: '414', fields: { location: '200', arrived: true }, base });
  expect(outcome).toMatchObject({
    outcome: 'conflict',
    version: base + 2,
    conflicts: [{ group: 'location', mine: { location: '200' }, theirs: { location: '300' }, by: 'lea' }],
    effect: [{ id: '414', arrived: true }],
  });
  expect(hub.car('414')).toMatchObject({ location: '300', arrived: true, arrivedAt: hub.now });
  expect(hub.twin.entry(base + 2)!.cars[0]!.after).toEqual({ arrived: true, arrivedAt: hub.now });
});

test('E5 notes append and never conflict', () => {
  const { hub, desk, phone, base } = two();
  desk.do({ type: 'note', car: '414', text: 'brake light' });
  const outcome = phone.do({ type: 'note', car: '414', text: 'left door', base });
  expect(outcome).toEqual({ seq: 1, at: hub.now, outcome: 'applied', version: base + 2 });
  expect(hub.car('414')!.notes).toBe('brake light\nleft door');
});

test('E5 notes rewritten over a note the device had not seen are a conflict', () => {
  const { hub, desk, phone, base } = two();
  phone.do({ type: 'note', car: '414', text: 'left door' });
  const outcome = desk.do({ type: 'set', car: '414', fields: { notes: 'all fine' }, base });
  expect(outcome).toMatchObject({
    outcome: 'conflict',
    conflicts: [{ group: 'notes', theirs: { notes: 'left door' } }],
  });
  expect(hub.car('414')!.notes).toBe('left door');
});

test('E5 an own note in between does not hide the note of another that a rewrite had not seen', () => {
  const { hub, desk, phone, base } = two();
  phone.do({ type: 'note', car: '414', text: 'left door' });
  const [noted, rewritten] = desk.push(
    { type: 'note', car: '414', text: 'brake light', base },
    { type: 'set', car: '414', fields: { notes: 'brake light fixed' }, base },
  );
  expect(noted!.outcome).toBe('applied');
  expect(rewritten).toMatchObject({
    outcome: 'conflict',
    conflicts: [{ group: 'notes', theirs: { notes: 'left door\nbrake light' } }],
  });
  expect(hub.car('414')!.notes).toBe('left door\nbrake light');
  // Once both have been seen, they may be rewritten.
  const seen = desk.do({ type: 'set', car: '414', fields: { notes: 'all fixed' } });
  expect(seen.outcome).toBe('applied');
});

test('E3 within one device later edits follow earlier ones and do not conflict with them', () => {
  const { hub, phone, base } = two();
  const outcomes = phone.push(
    { type: 'set', car: '414', fields: { arrived: true }, base },
    { type: 'set', car: '414', fields: { location: '300' }, base },
    { type: 'set', car: '414', fields: { empty: true }, base },
    { type: 'set', car: '414', fields: { location: '200' }, base },
  );
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied', 'applied']);
  expect(outcomes.map((outcome) => 'version' in outcome && outcome.version)).toEqual([2, 3, 4, 5]);
  expect(hub.car('414')).toMatchObject({ location: '200', empty: true });
});

test('E5 a conflict does not make the next edit of the same field the newer one', () => {
  const { hub, desk, phone, base } = two();
  desk.do({ type: 'set', car: '414', fields: { location: '300' } });
  const outcomes = phone.push(
    { type: 'set', car: '414', fields: { location: '200' }, base },
    { type: 'set', car: '414', fields: { location: '100' }, base },
  );
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['conflict', 'conflict']);
  expect(hub.car('414')!.location).toBe('300');
});

test('E5 a device that has seen the other value may overwrite it', () => {
  const { hub, desk, phone } = two();
  desk.do({ type: 'set', car: '414', fields: { location: '300' } });
  hub.settle();
  expect(phone.do({ type: 'set', car: '414', fields: { location: '200' } }).outcome).toBe('applied');
  expect(hub.car('414')!.location).toBe('200');
});

test('E5 an edit made on a version that does not exist yet is rejected', () => {
  const { hub, phone, base } = two();
  const outcome = phone.do({ type: 'set', car: '414', fields: { late: true }, base: base + 1 });
  expect(outcome).toEqual({ seq: 1, at: hub.now, outcome: 'rejected', code: 'base-from-future' });
});

test('E5 an edit of a car nobody knows is rejected', () => {
  const { phone } = two();
  expect(phone.do({ type: 'set', car: '999', fields: { late: true } })).toMatchObject({
    code: 'unknown-car',
  });
  expect(phone.do({ type: 'note', car: '999', text: 'x' })).toMatchObject({ code: 'unknown-car' });
});

test('E5 a location that is not one of the site is rejected and named, in any edit that has one', () => {
  const { hub, desk, phone, base } = two();
  const fields = { location: 'Moon' };
  const refused = { outcome: 'rejected', code: 'unknown-location', detail: 'Moon' };
  expect(phone.do({ type: 'set', car: '414', fields: { ...fields, arrived: true } })).toMatchObject(refused);
  expect(phone.do({ type: 'add', car: '415', fields })).toMatchObject(refused);
  expect(desk.do({ type: 'restore', car: '414', fields })).toMatchObject(refused);
  const rows = [
    { car: '416', fields: {} },
    { car: '417', fields },
  ];
  expect(desk.do({ type: 'import', rows, mode: 'merge' })).toMatchObject(refused);
  expect(hub.version).toBe(base);
});

test('B1 a note that does not fit beside the others is notes-full and changes nothing', () => {
  const { hub, phone } = two();
  const text = 'x'.repeat(280);
  const outcomes = phone.push(
    ...Array.from({ length: 8 }, () => ({ type: 'note' as const, car: '414', text })),
  );
  expect(outcomes.map(({ outcome }) => outcome)).toEqual([...Array(7).fill('applied'), 'rejected']);
  expect(outcomes[7]).toMatchObject({ code: 'notes-full' });
  expect(hub.car('414')!.notes).toHaveLength(7 * 280 + 6);
});
