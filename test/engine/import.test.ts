import { expect, test } from 'vitest';
import type { ImportMode, ImportRow, Intent } from '../../worker/protocol/edit.ts';
import { makeHub } from '../support/engine-hub.ts';

const imported = (mode: ImportMode, ...rows: ImportRow[]): Intent => ({ type: 'import', rows, mode });

function site() {
  const hub = makeHub({ people: { lea: 'lead', ann: 'lead', wes: 'worker' } });
  const desk = hub.device('lea');
  const other = hub.device('ann');
  desk.do(imported('merge', { car: '1', fields: { location: '100' } }, { car: '2', fields: {} }));
  hub.settle();
  return { hub, desk, other, base: hub.version };
}

test('E5 merge adds and changes what the rows name and leaves the rest', () => {
  const { hub, desk, base } = site();
  const outcome = desk.do(
    imported('merge', { car: '1', fields: { empty: true } }, { car: '3', fields: { late: true } }),
  );
  expect(outcome).toMatchObject({
    outcome: 'applied',
    version: base + 1,
    effect: [
      { id: '1', arrived: true, empty: true },
      { id: '3', late: true, location: 'Yard', removed: false },
    ],
  });
  expect(hub.car('1')).toMatchObject({ location: '100', empty: true });
  expect(hub.car('2')).toMatchObject({ removed: false, version: base });
});

test('E5 replace also removes the cars that no row names', () => {
  const { hub, desk } = site();
  const outcome = desk.do(imported('replace', { car: '1', fields: {} }));
  expect(outcome.outcome).toBe('applied');
  expect(hub.car('1')!.removed).toBe(false);
  expect(hub.car('2')!.removed).toBe(true);
});

test('E5 an import of what is already so is unchanged', () => {
  const { hub, desk, base } = site();
  const outcome = desk.do(
    imported('replace', { car: '1', fields: { location: '100' } }, { car: '2', fields: {} }),
  );
  expect(outcome).toMatchObject({ outcome: 'unchanged' });
  expect(hub.version).toBe(base);
});

test('E5 what another device has changed since the rows were compared stays, and is said', () => {
  const { hub, desk, other, base } = site();
  other.do({ type: 'set', car: '1', fields: { location: '300' } });
  const outcome = desk.do({
    ...imported('merge', { car: '1', fields: { location: '200', late: true } }, { car: '3', fields: {} }),
    base,
  });
  expect(outcome).toMatchObject({
    outcome: 'conflict',
    version: base + 2,
    conflicts: [
      { car: '1', group: 'location', mine: { location: '200' }, theirs: { location: '300' }, by: 'ann' },
    ],
    effect: [{ id: '1', late: true }, { id: '3' }],
  });
  expect(hub.car('1')).toMatchObject({ location: '300', late: true });
});

test('E5 a car another has removed since the rows were compared is not brought back by them', () => {
  const { hub, desk, other, base } = site();
  other.do({ type: 'remove', car: '1' });
  const outcome = desk.do({ ...imported('merge', { car: '1', fields: { late: true } }), base });
  expect(outcome).toMatchObject({
    outcome: 'conflict',
    conflicts: [{ car: '1', group: 'life', mine: { late: true, removed: false }, theirs: { removed: true } }],
  });
  expect(outcome).not.toHaveProperty('version');
  expect(hub.car('1')!.removed).toBe(true);
});

test('E5 a car removed before the rows were compared comes back as a new one', () => {
  const { hub, desk, other } = site();
  other.push({ type: 'note', car: '1', text: 'left door' }, { type: 'remove', car: '1' });
  hub.settle();
  expect(desk.do(imported('merge', { car: '1', fields: {} })).outcome).toBe('applied');
  expect(hub.car('1')).toMatchObject({ removed: false, notes: '', location: 'Yard' });
});

test('E5 replace does not take off a car that another has added or restored since', () => {
  const { hub, desk, other } = site();
  other.do({ type: 'remove', car: '2' });
  hub.settle();
  const base = hub.version;
  other.push({ type: 'add', car: '3' }, { type: 'restore', car: '2' });
  const outcome = desk.do({ ...imported('replace', { car: '1', fields: { late: true } }), base });
  expect(outcome).toMatchObject({
    outcome: 'conflict',
    version: base + 3,
    effect: [{ id: '1', late: true }],
  });
  const conflicts = 'conflicts' in outcome ? outcome.conflicts : [];
  expect(conflicts.map(({ car, group, mine }) => ({ car, group, mine }))).toEqual([
    { car: '2', group: 'life', mine: { removed: true } },
    { car: '3', group: 'life', mine: { removed: true } },
  ]);
  expect(hub.car('3')!.removed).toBe(false);
});

test('E5 replace takes off what the same device has added before it', () => {
  const { hub, desk, base } = site();
  desk.push({ type: 'add', car: '3', base }, { ...imported('replace', { car: '1', fields: {} }), base });
  expect(hub.car('3')!.removed).toBe(true);
});

test('C1 what an import adds, changes and removes reaches the others field for field', () => {
  const { hub, desk, other } = site();
  other.socket.take();
  desk.do(imported('replace', { car: '1', fields: { empty: true } }, { car: '4', fields: { notes: 'new' } }));
  hub.settle();
  expect(other.socket.only('changes').cars).toEqual([
    { id: '1', arrived: true, empty: true },
    {
      id: '4',
      location: 'Yard',
      arrived: false,
      late: false,
      empty: false,
      notes: 'new',
      arrivedAt: null,
      emptiedAt: null,
      removed: false,
    },
    expect.objectContaining({ id: '2', removed: true }),
  ]);
});
