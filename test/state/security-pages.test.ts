import { beforeEach, expect, test } from 'vitest';
import { SecurityPages } from '../../app/state/security-pages.ts';
import { ScriptedApi } from '../support/scripted-api.ts';
import { securityEntry } from '../support/security-entries.ts';

let api: ScriptedApi;
let pages: SecurityPages;
const page = (ids: number[], next: number | null) => ({
  entries: ids.map((id) => securityEntry('signed-in', { id })),
  next,
});
const ids = () => pages.shown.value.entries.map(({ id }) => id);

beforeEach(() => {
  api = new ScriptedApi();
  pages = new SecurityPages(api, 'north');
});

test('goes on where the last page ended, with what was chosen', async () => {
  const first = pages.choose({ kind: 'password', person: 'p7' });
  api.answer(0, page([9, 8], 8));
  await first;
  const second = pages.more();
  api.answer(1, page([7], null));
  await second;
  expect(api.asked.map(({ path }) => path)).toEqual([
    '/api/sites/north/security?kind=password&person=p7',
    '/api/sites/north/security?kind=password&person=p7&before=8',
  ]);
  expect(ids()).toEqual([9, 8, 7]);
  expect(pages.shown.value.next).toBeNull();
});

test('forgets an answer to what is no longer asked', async () => {
  const slow = pages.choose({});
  const quick = pages.choose({ kind: 'export' });
  api.answer(1, page([5], null));
  await quick;
  api.answer(0, page([9, 8], 8));
  await slow;
  expect(ids()).toEqual([5]);
});

test('keeps what is there when an older page does not come, and can be asked again', async () => {
  const first = pages.choose({});
  api.answer(0, page([9], 9));
  await first;
  const second = pages.more();
  api.refuse(1, 'offline');
  await second;
  expect(ids()).toEqual([9]);
  expect(pages.shown.value).toMatchObject({ problem: 'offline', next: 9, loading: false });
});

test('knows the names it has met, whatever is chosen after', async () => {
  const first = pages.choose({});
  api.answer(0, page([9], 9));
  await first;
  const second = pages.choose({ kind: 'export' });
  api.answer(1, page([], null));
  await second;
  expect(Object.values(pages.shown.value.names)).toContain('Lea');
});
