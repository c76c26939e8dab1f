import { describe, expect, test } from 'vitest';
import { decisionOf, type Pick } from '../../app/state/picks.ts';
import { instead, reasonOf, waysOf } from '../../app/state/ways.ts';
import type { Attention } from '../../app/sync/view.ts';
import { FIELD_ACCESS } from '../../worker/protocol/access.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import { ERRORS, type ErrorCode } from '../../worker/protocol/errors.ts';
import { NOTES_CHARS_MAX } from '../../worker/protocol/limits.ts';
import type { Conflict } from '../../worker/protocol/outcome.ts';
import type { Role } from '../../worker/protocol/site.ts';
import { carMap, fakeCar, fakeEdit } from '../support/fake-site-client.ts';

const move: Intent = { type: 'set', car: '128414', fields: { location: '300' } };
const note: Intent = { type: 'note', car: '128414', text: 'Door sticks' };

function conflict(parts: Partial<Conflict> = {}): Conflict {
  const sides = { mine: { location: '300' }, theirs: { location: '400' } };
  return { car: '128414', group: 'location', ...sides, by: 'p2', at: 5, version: 3, ...parts };
}

function inConflict(intent: Intent, ...conflicts: Conflict[]): Attention {
  const outcome = { outcome: 'conflict', seq: 1, at: 9, conflicts } as const;
  return { edit: fakeEdit(intent), outcome, author: 'p1', isHere: true };
}

function refused(intent: Intent, code: ErrorCode, parts: Partial<Attention> = {}): Attention {
  const outcome = { outcome: 'rejected', seq: 1, at: 9, code } as const;
  return { edit: fakeEdit(intent), outcome, author: 'p1', isHere: true, ...parts };
}

const cars = carMap(fakeCar('128414', { notes: 'Bulk first' }));
const as = (role: Role) => ({ role, cars });
const removedUnder = inConflict(
  move,
  conflict({ group: 'life', mine: { location: '300' }, theirs: { removed: true } }),
);
/** The words on the buttons, in their order. */
const labels = (item: Attention, role: Role) => {
  const { mine, theirs, both, edit } = waysOf(item, as(role));
  return [mine?.label, theirs?.label, both?.label, edit?.field].filter((label) => label !== undefined);
};

describe('what can be done', () => {
  test('about a conflict: mine, theirs, a third value', () => {
    expect(labels(inConflict(move, conflict()), 'worker')).toEqual([
      'tray.useMine',
      'tray.keepTheirs',
      'location',
    ]);
  });

  test('about notes that two leads have written: both can stand', () => {
    const notes = { type: 'set', car: '128414', fields: { notes: 'Mirror' } } as const;
    const item = inConflict(
      notes,
      conflict({ group: 'notes', mine: { notes: 'Mirror' }, theirs: { notes: 'x' } }),
    );
    expect(labels(item, 'lead')).toEqual(['tray.useMine', 'tray.keepTheirs', 'tray.keepBoth', 'notes']);
    expect(waysOf(item, as('lead')).edit).toMatchObject({ text: 'Bulk first\nMirror' });
  });

  test('about a car that was removed: who may not restore it is told whom to ask, and can drop it', () => {
    expect(labels(removedUnder, 'lead')).toEqual(['tray.restoreMine', 'tray.drop']);
    expect(labels(removedUnder, 'worker')).toEqual(['tray.drop']);
    expect(waysOf(removedUnder, as('worker')).ask).toBe('tray.askRestore');
  });

  test.each<[ErrorCode, Intent, Role, string[], string | null]>([
    ['unknown-car', move, 'worker', ['tray.addWith', 'tray.drop'], null],
    ['unknown-car', { type: 'remove', car: '128414' }, 'lead', ['tray.drop'], null],
    [
      'car-exists',
      { type: 'add', car: '128414', fields: { late: true } },
      'worker',
      ['tray.setOnIt', 'tray.letGo'],
      null,
    ],
    ['car-exists', { type: 'add', car: '128414' }, 'worker', ['tray.letGo'], null],
    ['unknown-location', move, 'worker', ['tray.drop', 'location'], null],
    ['notes-full', note, 'worker', ['tray.drop', 'notes'], 'tray.askNotes'],
    ['site-full', { type: 'add', car: '1' }, 'worker', ['tray.tryAgain', 'tray.letGo'], null],
    ['forbidden', { type: 'remove', car: '128414' }, 'worker', ['tray.drop'], 'tray.askLead'],
    ['forbidden', { type: 'remove', car: '128414' }, 'lead', ['tray.doIt', 'tray.drop'], null],
    ['other-epoch', move, 'worker', ['tray.doAgain', 'tray.drop'], null],
    ['internal', move, 'worker', ['tray.tryAgain', 'tray.letGo'], null],
  ])('about what was refused as %s (%j, by a %s)', (code, intent, role, expected, ask) => {
    const item = refused(intent, code);
    expect(labels(item, role)).toEqual(expected);
    expect(waysOf(item, as(role)).ask).toBe(ask);
  });

  test('about a refusal of a newer hub, in general words', () => {
    const item = refused(move, 'from-the-future' as ErrorCode);
    expect([reasonOf(item), ...labels(item, 'worker')]).toEqual(['unknown', 'tray.tryAgain', 'tray.letGo']);
  });

  test('every refusal can be let go of by whoever may settle, and nothing can by who may not', () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      expect(waysOf(refused(move, code), as('worker')).theirs, code).not.toBeNull();
      expect(labels(refused(move, code), 'viewer'), code).toEqual([]);
    }
  });

  test('nothing is offered that the hub would refuse again for the role', () => {
    const byLead = { type: 'set', car: '128414', fields: { notes: 'x', late: true } } as const;
    expect(FIELD_ACCESS.notes).toBe('lead');
    expect(waysOf(refused(byLead, 'other-epoch'), as('worker'))).toMatchObject({ mine: null });
  });

  test('what is too large to be listed in full, and another’s undo, can only be let go of elsewhere', () => {
    const cut = refused({ type: 'import', mode: 'merge', rows: [] }, 'other-epoch', {
      isHere: false,
      cut: true,
    });
    expect(waysOf(cut, as('lead'))).toMatchObject({ mine: null, ask: 'tray.onlyThere' });
    const undo = refused({ type: 'undo', version: 3 }, 'other-epoch', { isHere: false });
    expect(waysOf(undo, as('lead')).mine).toBeNull();
    expect(waysOf(refused({ type: 'undo', version: 3 }, 'other-epoch'), as('lead')).mine).not.toBeNull();
  });
});

describe('a third value', () => {
  test('is set on the car in conflict', () => {
    expect(instead(inConflict(move, conflict()), { location: '500' })).toEqual({
      choice: 'other',
      intents: [{ type: 'set', car: '128414', fields: { location: '500' } }],
    });
  });

  test('joins what a refused edit wanted beside', () => {
    const item = refused(
      { type: 'add', car: '9', fields: { location: 'Gone', late: true } },
      'unknown-location',
    );
    expect(instead(item, { location: 'Yard' }).intents).toEqual([
      { type: 'add', car: '9', fields: { location: 'Yard', late: true } },
    ]);
  });

  test('of a note that has no room: a worker’s own is made to fit, a lead rewrites all', () => {
    const full = {
      role: 'worker',
      cars: carMap(fakeCar('128414', { notes: 'x'.repeat(NOTES_CHARS_MAX - 6) })),
    } as const;
    expect(waysOf(refused(note, 'notes-full'), full).edit).toMatchObject({
      type: 'note',
      text: 'Door sticks',
      most: 5,
    });
    expect(waysOf(refused(note, 'notes-full'), { ...full, role: 'lead' }).edit).toMatchObject({
      type: 'set',
      most: NOTES_CHARS_MAX,
    });
  });
});

describe('several conflicts of one edit', () => {
  const place = conflict();
  const late = conflict({ group: 'late', mine: { late: true }, theirs: { late: false } });
  const item = inConflict(
    { type: 'set', car: '128414', fields: { location: '300', late: true } },
    place,
    late,
  );
  const decided = (...picks: [Conflict, Pick][]) => decisionOf(item, new Map(picks), as('worker'));

  test('are decided on once each of them is', () => {
    expect(decided([place, 'mine'])).toBeNull();
  });

  test('all in one way are that choice', () => {
    expect(decided([place, 'theirs'], [late, 'theirs'])).toEqual({ choice: 'theirs' });
    expect(decided([place, 'mine'], [late, 'mine'])).toEqual({ choice: 'mine' });
  });

  test('each by itself: only what was chosen as mine, and third values, are sent', () => {
    expect(decided([place, { location: '500' }], [late, 'mine'])).toEqual({
      choice: 'other',
      intents: [
        { type: 'set', car: '128414', fields: { late: true } },
        { type: 'set', car: '128414', fields: { location: '500' } },
      ],
    });
    expect(decided([place, 'theirs'], [late, 'mine'])).toMatchObject({
      intents: [{ type: 'set', car: '128414', fields: { late: true } }],
    });
  });
});
