import { describe, expect, test } from 'vitest';
import '../../app/messages/add-board.ts';
import '../../app/messages/add-keypad.ts';
import '../../app/messages/add-later.ts';
import { en } from '../../app/messages/en.ts';
import { enAccount } from '../../app/messages/en-account.ts';
import { enBoard } from '../../app/messages/en-board.ts';
import { enDoor } from '../../app/messages/en-door.ts';
import { enEmpty } from '../../app/messages/en-empty.ts';
import { enKeypad } from '../../app/messages/en-keypad.ts';
import { enLater } from '../../app/messages/en-later.ts';
import { enPeople } from '../../app/messages/en-people.ts';
import { enSites } from '../../app/messages/en-sites.ts';
import { enTokens } from '../../app/messages/en-tokens.ts';
import { enTray } from '../../app/messages/en-tray.ts';
import { enViews } from '../../app/messages/en-views.ts';
import { t } from '../../app/messages/translate.ts';
import { editWords } from '../../app/state/edit-words.ts';
import { fieldWords } from '../../app/state/field-words.ts';
import { historyWords } from '../../app/state/history-words.ts';
import { initialsOf } from '../../app/state/presence.ts';
import { syncWords } from '../../app/state/sync-words.ts';
import { ERRORS } from '../../worker/protocol/errors.ts';
import type { HistoryEntry } from '../../worker/protocol/history.ts';
import { fakePending, fakeView, NIGHT_MS } from '../support/fake-site-client.ts';

describe('the catalogue', () => {
  test('chooses between one and many, and writes numbers as the language does', () => {
    expect(t('board.shown', { count: 1 })).toBe('1 car');
    expect(t('board.shown', { count: 2_000 })).toBe('2,000 cars');
  });

  test('leaves car numbers alone', () => {
    expect(t('keypad.add', { car: '128999' })).toBe('Add 128999');
  });

  test('does not read what it fills in', () => {
    expect(t('keypad.none', { text: '{text}' })).toContain('{text}');
  });

  test('has words for every refusal', () => {
    const keys = Object.keys(enDoor);
    for (const code of Object.keys(ERRORS)) expect(keys).toContain(`error.${code}`);
  });

  test('has each key once', () => {
    const keys = [
      en,
      enDoor,
      enBoard,
      enEmpty,
      enKeypad,
      enLater,
      enAccount,
      enPeople,
      enSites,
      enTokens,
      enTray,
      enViews,
    ].flatMap((part) => Object.keys(part));
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('an edit in words', () => {
  test('says what came to be, in one line', () => {
    const set = (fields: object) => editWords({ type: 'set', car: '128414', fields });
    expect(set({ arrived: true })).toBe('128414 arrived');
    expect(set({ arrived: false })).toBe('128414 set to expected');
    expect(set({ empty: true })).toBe('128414 empty');
    expect(set({ empty: false })).toBe('128414 not empty');
    expect(set({ late: true, location: '300' })).toBe('128414 late, moved to 300');
    expect(editWords({ type: 'note', car: '128414', text: 'x' })).toBe('128414 note added');
    expect(editWords({ type: 'import', rows: [], mode: 'merge' })).toBe('0 cars imported');
  });

  test('does not list what followed by itself', () => {
    expect(fieldWords({ arrived: true, empty: true, arrivedAt: 1, emptiedAt: 1 })).toEqual(['empty']);
  });
});

describe('history in words', () => {
  const entry = (rest: Partial<HistoryEntry>): HistoryEntry => ({
    version: 1,
    at: NIGHT_MS,
    by: 'p2',
    name: 'Ben',
    type: 'set',
    cars: [],
    ...rest,
  });

  const people = { you: 'p1', nameOf: (person: string) => ({ p2: 'Ben', p3: 'Wes' })[person] ?? '?' };
  const words = (one: HistoryEntry) => historyWords(one, people);

  test('says where a car came from', () => {
    const cars = [{ id: '128414', before: { location: 'Yard' }, after: { location: '300' } }];
    expect(words(entry({ cars }))).toBe('128414 moved to 300, from Yard');
  });

  test('quotes a note, and only what is new of it', () => {
    const cars = [{ id: '128414', before: { notes: 'Old' }, after: { notes: 'Old\nNew one' } }];
    expect(words(entry({ type: 'note', cars }))).toBe('128414 note: New one');
  });

  test('counts the cars of an import', () => {
    const cars = ['1', '2'].map((id) => ({ id, before: null, after: {} }));
    expect(words(entry({ type: 'import', cars }))).toBe('imported a roster, 2 cars');
    const renamed = [{ from: '200', to: 'Dock' }];
    expect(words(entry({ type: 'import', cars, renamed }))).toBe(
      'gave a location another name: 200 is now Dock',
    );
    expect(words(entry({ type: 'import', cars: cars.slice(1) }))).toBe('2 added, by import');
  });

  test.each([
    ['p3', ['128414'], 'mine', 'kept Wes’s change of 128414'],
    ['p3', ['128414'], 'theirs', 'let go of Wes’s change of 128414'],
    ['p3', ['128414'], 'both', 'kept Wes’s change of 128414 beside what stood there'],
    ['p3', ['128414'], 'other', 'settled Wes’s change of 128414 with another value'],
    ['p2', ['128414'], 'mine', 'kept their own change of 128414'],
    ['p1', ['1', '2', '3', '4', '5', '6'], 'theirs', 'let go of your change of 1, 2, 3, 4, and 2 more'],
    ['p3', [], 'theirs', 'let go of Wes’s change'],
  ] as const)('says whose open change was settled, and how: %s %j %s', (author, cars, choice, said) => {
    const settled = { item: 'edit-1', author, cars: [...cars], choice };
    expect(words(entry({ type: 'settle', settled }))).toBe(said);
  });

  test('names some of many cars', () => {
    const cars = ['1', '2', '3', '4', '5', '6'].map((id) => ({ id, before: {}, after: { removed: true } }));
    expect(words(entry({ type: 'undo', cars }))).toBe('took back: 6 cars: 1, 2, 3, 4, and 2 more');
  });
});

describe('the state of things in sentences', () => {
  const words = (view: Parameters<typeof fakeView>[0]) => syncWords(fakeView(view), NIGHT_MS);
  const offline = { health: { state: 'offline', retryAt: null }, troubledSince: 0 } as const;

  test('says what waits, and for what', () => {
    expect(words({})).toBe('Everything is sent and the board is current.');
    expect(words({ pending: [fakePending()] })).toBe('1 change is on its way.');
    expect(words({ ...offline, pending: [fakePending(), fakePending()] })).toBe(
      'Saved on this device: 2 changes wait for the network.',
    );
    expect(words({ health: { state: 'stopped', reason: 'forbidden' } })).toContain(
      'Your role may not do that.',
    );
  });
});

test('initials are those of the first and the last name', () => {
  expect(initialsOf('Ana')).toBe('A');
  expect(initialsOf('Ana María Ruiz')).toBe('AR');
  expect(initialsOf('  ')).toBe('?');
  expect(initialsOf('Émile 🚚')).toBe('É🚚');
});
