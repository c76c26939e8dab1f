import { beforeEach, expect, test } from 'vitest';
import '../../app/messages/add-board.ts';
import '../../app/messages/add-later.ts';
import '../../app/messages/add-views.ts';
import { documentName, documentWords } from '../../app/state/document-words.ts';
import { OverwrittenList, wasOf } from '../../app/state/overwritten-list.ts';
import type { Json, Overwritten } from '../../worker/protocol/documents.ts';
import { ScriptedApi } from '../support/scripted-api.ts';

const lost = (key: string, was: { value: Json } | { deleted: true }, by = 2): Overwritten => ({
  key,
  version: 1,
  updatedAt: 0,
  by,
  ...was,
});
const THEME = lost('setting.theme', { value: 'dark' });
const KEYS = lost('setting.shortcuts', { value: false }, 7);
const VIEW = lost('view.a', { deleted: true }, 5);

let api: ScriptedApi;
let own: Map<string, Json>;
let room: boolean;
let list: OverwrittenList;

beforeEach(async () => {
  api = new ScriptedApi();
  own = new Map<string, Json>([
    ['setting.theme', 'light'],
    ['setting.shortcuts', true],
    ['view.a', { name: 'Late', query: 'show=late' }],
  ]);
  room = true;
  list = new OverwrittenList(api, {
    valueAt: (key) => own.get(key),
    takeBack: (one) => {
      if (!room) return false;
      if ('value' in one) own.set(one.key, one.value);
      else own.delete(one.key);
      return true;
    },
  });
  const loaded = list.load();
  api.answer(0, { conflicts: [THEME, KEYS, VIEW] });
  await loaded;
});

test('what was overwritten is listed, the last first', () => {
  expect(list.shown.value.lost).toEqual([KEYS, VIEW, THEME]);
});

test('what is taken back is so here at once, and is not listed again though the hub may not know yet', async () => {
  list.takeBack(THEME);
  list.takeBack(VIEW);
  expect([own.get('setting.theme'), own.has('view.a')]).toEqual(['dark', false]);
  expect(list.shown.value).toMatchObject({ lost: [KEYS], done: { lost: VIEW, how: 'back' } });
  const again = list.load();
  api.answer(1, { conflicts: [THEME, KEYS, VIEW] });
  await again;
  expect(list.shown.value.lost).toEqual([KEYS]);
});

test('without room for it nothing is taken back, and it stays', () => {
  room = false;
  list.takeBack(VIEW);
  expect(list.shown.value).toMatchObject({ lost: [KEYS, VIEW, THEME], done: { how: 'no-room' } });
});

test('what is dropped is gone once the hub has said so, and only what was seen', async () => {
  const dropped = list.drop(THEME);
  await list.drop(KEYS);
  expect(api.asked.slice(1)).toEqual([
    { method: 'DELETE', path: '/api/sync/setting.theme/overwritten?version=1' },
  ]);
  expect(list.shown.value.lost).toHaveLength(3);
  api.answer(1, null);
  await dropped;
  expect(list.shown.value).toMatchObject({ lost: [KEYS, VIEW], busy: false, done: { how: 'dropped' } });
});

test('without a connection it is told so, and nothing is dropped', async () => {
  const dropped = list.drop(THEME);
  api.refuse(1, 'offline');
  await dropped;
  expect(list.shown.value).toMatchObject({ lost: [KEYS, VIEW, THEME], busy: false, problem: 'offline' });
});

test('of a view both versions are kept beside each other already: none of them is listed', async () => {
  const again = list.load();
  api.answer(1, { conflicts: [lost('view.a', { value: { name: 'Late', query: 'show=all' } })] });
  await again;
  expect(list.shown.value.lost).toEqual([]);
});

test('what it is about and what it says are words, whatever it is', () => {
  const name = (one: Overwritten) => documentName(one.key, [own.get(one.key), wasOf(one)]);
  expect([THEME, KEYS, VIEW].map(name)).toEqual(['Appearance', 'Single-key shortcuts', 'View Late']);
  expect(documentWords('setting.theme', 'dark')).toBe('Dark');
  expect(documentWords('setting.shortcuts', false)).toBe('off');
  expect(documentWords('view.a', own.get('view.a'))).toBe('Late');
  expect(documentWords('view.a', undefined)).toBe('deleted');
  expect(documentName('later.thing', [{ a: 1 }])).toBe('later.thing, of another version of the app');
  expect(documentWords('later.thing', { a: 'x'.repeat(500) })).toHaveLength(80);
});
