import { beforeEach, expect, test } from 'vitest';
import '../../app/messages/add-account.ts';
import { othersIn, SessionList, sessionWords } from '../../app/state/session-list.ts';
import type { SessionView } from '../../worker/protocol/session.ts';
import { ScriptedApi } from '../support/scripted-api.ts';

const session = (id: string, more: Partial<SessionView> = {}): SessionView => ({
  id,
  via: 'password',
  device: null,
  agent: 'Chrome on Android',
  place: 'Chicago, US',
  createdAt: 0,
  lastUsedAt: 0,
  current: false,
  ...more,
});
const HERE = session('here', { current: true });

let api: ScriptedApi;
let list: SessionList;

beforeEach(async () => {
  api = new ScriptedApi();
  list = new SessionList(api, null);
  const loaded = list.load();
  api.answer(0, { sessions: [session('a'), HERE, session('b')] });
  await loaded;
});

test('one’s own device is told from others in words', () => {
  expect(sessionWords(HERE)).toBe('Chrome on Android · Chicago, US · this device');
  expect(sessionWords(session('a'))).toBe('Chrome on Android · Chicago, US');
  expect(sessionWords(session('a', { agent: null, place: null }))).toBe('Browser not known');
  expect(sessionWords(session('a', { via: 'pin', device: 'Dock 3' }))).toBe(
    'Dock 3, by PIN · Chrome on Android · Chicago, US',
  );
  expect(sessionWords(session('a', { via: 'pin' }))).toBe('by PIN · Chrome on Android · Chicago, US');
  expect(othersIn(list.shown.value.sessions)).toBe(2);
});

test('one that is ended is gone once the hub has said so', async () => {
  const ended = list.end('a');
  expect(list.shown.value).toMatchObject({ busy: true, ended: 0 });
  api.answer(1, null);
  await expect.poll(() => api.asked.length).toBe(3);
  api.answer(2, { sessions: [HERE, session('b')] });
  await ended;
  expect(api.asked[1]).toEqual({ method: 'DELETE', path: '/api/sessions/a' });
  expect(list.shown.value).toMatchObject({ busy: false, ended: 1, problem: null });
  expect(list.shown.value.sessions).toHaveLength(2);
});

test('what could not be ended is told, and stays in the list', async () => {
  const ended = list.endOthers();
  api.refuse(1, 'unavailable');
  await ended;
  expect(api.asked[1]).toEqual({ method: 'DELETE', path: '/api/sessions' });
  expect(list.shown.value).toMatchObject({ busy: false, ended: 0, problem: 'unavailable' });
  expect(list.shown.value.sessions).toHaveLength(3);
});

test('a second press while the first is on its way does nothing', async () => {
  const ended = list.end('a');
  await list.end('a');
  expect(api.asked).toHaveLength(2);
  api.refuse(1, 'offline');
  await ended;
});

test('those of a person are asked of their site', async () => {
  const theirs = new SessionList(api, { site: 'north yard', person: 'p7' });
  const loaded = theirs.load();
  api.answer(1, { person: { id: 'p7', name: 'Kim' }, sessions: [] });
  await loaded;
  expect(theirs.shown.value.name).toBe('Kim');
  expect(api.asked[1]?.path).toBe('/api/sites/north%20yard/people/p7/sessions');
});
