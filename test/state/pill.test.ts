import { describe, expect, test } from 'vitest';
import '../../app/messages/add-board.ts';
import { badgeOf, pillOf, pillTurnsAt, pillWords } from '../../app/state/pill.ts';
import type { View } from '../../app/sync/view.ts';
import { fakeEdit, fakePending, fakeView, NIGHT_MS } from '../support/fake-site-client.ts';

const MINUTE = 60_000;
const words = (view: Partial<View>, now = NIGHT_MS) => pillWords(pillOf(fakeView(view), now));
const offline = (forMs: number, view: Partial<View> = {}): Partial<View> => ({
  health: { state: 'offline', retryAt: null },
  troubledSince: NIGHT_MS - forMs,
  syncedAt: NIGHT_MS - forMs - 500,
  ...view,
});
const attention = {
  edit: fakeEdit({ type: 'set', car: '128414', fields: { arrived: true } }),
  outcome: { outcome: 'rejected', seq: 1, at: NIGHT_MS, code: 'unknown-car' },
  author: 'wes',
  isHere: true,
} as const;

describe('what the pill says', () => {
  test('"Live" only while the hub has acknowledged everything', () => {
    expect(words({})).toBe('Live');
    expect(words({ pending: [fakePending({ sent: true })] })).toBe('Saving 1');
    expect(words({ pending: [fakePending(), fakePending()] })).toBe('Saving 2');
  });

  test('how often it asks where no connection stands, and still "Live" only with everything acknowledged', () => {
    const health = { state: 'live', by: 'http', nextAt: NIGHT_MS + 3_000 } as const;
    expect(words({ health })).toBe('Live, every 5 s');
    expect(words({ health, pending: [fakePending()] })).toBe('Saving 1');
    expect(words({ health, attention: [attention] })).toBe('1 needs you');
  });

  test('the age of a board that is fetched once a minute to use less data: it is not called live', () => {
    const saver = (ageMs: number, more: Partial<View> = {}) =>
      words({ health: { state: 'live', by: 'saver' }, syncedAt: NIGHT_MS - ageMs, ...more });
    expect(saver(0)).toBe('Saver, just now');
    expect(saver(9_999)).toBe('Saver, just now');
    expect(saver(43_000)).toBe('Saver, 40 s ago');
    expect(saver(125_000)).toBe('Saver, 2 min ago');
    expect(saver(43_000, { pending: [fakePending()] })).toBe('Saving 1');
  });

  test('offline it counts what is saved on this device', () => {
    expect(words(offline(5_000))).toBe('Offline');
    expect(words(offline(5_000, { pending: [fakePending(), fakePending(), fakePending()] }))).toBe(
      'Offline, 3 saved here',
    );
  });

  test('O1 an edit that is not durable yet is not called saved', () => {
    expect(words(offline(5_000, { pending: [fakePending(), fakePending({ saved: false })] }))).toBe(
      'Offline, 1 saved here',
    );
  });

  test('a board that nobody has edited here is told by its age', () => {
    expect(words(offline(4 * MINUTE))).toBe('Board is 4 min old');
    expect(words(offline(3 * 60 * MINUTE))).toBe('Board is 3 h old');
    expect(words(offline(72 * 60 * MINUTE))).toBe('Board is 3 days old');
    expect(words(offline(4 * MINUTE, { pending: [fakePending()] }))).toBe('Offline, 1 saved here');
  });

  test('"Catching up" while the hub answers and the board is not current yet', () => {
    expect(words(offline(3_000, { health: { state: 'catching-up' } }))).toBe('Catching up');
  });

  test('the first connection of all is not called offline before it has had its time', () => {
    const started = { ready: false, syncedAt: null, health: { state: 'connecting' } } as const;
    expect(words({ ...started, troubledSince: NIGHT_MS - 500 })).toBe('Catching up');
    expect(words({ ...started, troubledSince: NIGHT_MS - 2_000 })).toBe('Offline');
  });

  test('what needs the person is counted once the connection stands', () => {
    expect(words({ attention: [attention] })).toBe('1 needs you');
    expect(words({ attention: [attention, attention], pending: [fakePending()] })).toBe('2 need you');
    expect(words(offline(5_000, { attention: [attention] }))).toBe('Offline');
  });

  test('it counts what is the person’s own, and what was lost; the badge counts what the word does not say', () => {
    const theirs = { ...attention, author: 'p2', isHere: false };
    const badge = (view: Partial<View>, own: number, others: number) =>
      badgeOf(pillOf(fakeView(view), NIGHT_MS, own), { own, others });
    expect(words({ attention: [theirs] })).toBe('Live');
    expect(pillOf(fakeView({}), NIGHT_MS, 1)).toEqual({ kind: 'need-you', count: 1 });
    expect(badge({}, 2, 0)).toBe(0);
    expect(badge({}, 2, 3)).toBe(3);
    expect(badge({}, 0, 3)).toBe(3);
    expect(badge(offline(5_000), 2, 3)).toBe(5);
  });

  test('a connection that has ended for good says what to do', () => {
    const stopped = (reason: 'unauthenticated' | 'store-failed' | 'unknown-protocol' | 'forbidden') =>
      words({ health: { state: 'stopped', reason }, troubledSince: NIGHT_MS });
    expect(stopped('unauthenticated')).toBe('Sign in again');
    expect(stopped('store-failed')).toBe('Cannot save here');
    expect(stopped('unknown-protocol')).toBe('Update needed');
    expect(stopped('forbidden')).toBe('Stopped');
  });
});

describe('outages under two seconds', () => {
  test('are hidden, and shown from then on', () => {
    expect(words(offline(1_999))).toBe('Live');
    expect(words(offline(2_000))).toBe('Offline');
  });

  test('do not make an edit look acknowledged', () => {
    expect(words(offline(500, { pending: [fakePending()] }))).toBe('Saving 1');
  });

  test('are not hidden where the board was old before them', () => {
    expect(words(offline(500, { syncedAt: NIGHT_MS - 4 * MINUTE }))).toBe('Board is 4 min old');
  });
});

describe('when the pill is looked at again', () => {
  const turnsAt = (view: Partial<View>) => pillTurnsAt(fakeView(view), NIGHT_MS);

  test('never while all is well', () => {
    expect(turnsAt({})).toBeNull();
  });

  test('every ten seconds of age while data is saved', () => {
    const health = { state: 'live', by: 'saver' } as const;
    expect(turnsAt({ health, syncedAt: NIGHT_MS - 43_000 })).toBe(NIGHT_MS + 7_000);
    expect(turnsAt({ health, syncedAt: NIGHT_MS })).toBe(NIGHT_MS + 10_000);
  });

  test('at the end of a hidden outage, then at each full minute of age', () => {
    expect(turnsAt(offline(500))).toBe(NIGHT_MS + 1_500);
    expect(turnsAt(offline(3_000))).toBe(NIGHT_MS - 3_500 + MINUTE);
    expect(turnsAt(offline(4 * MINUTE))).toBe(NIGHT_MS - 4 * MINUTE - 500 + 5 * MINUTE);
  });
});
