import { describe, expect, test } from 'vitest';
import '../../app/messages/add-wall.ts';
import {
  boardAsOf,
  digitsOf,
  lateGrid,
  latePage,
  placeColumns,
  shiftNow,
  wallNews,
} from '../../app/state/wall-board.ts';
import type { Health, View } from '../../app/sync/view.ts';
import { LOCATIONS_MAX } from '../../worker/protocol/limits.ts';
import { FAKE_SITE, fakeView, NIGHT_MS } from '../support/fake-site-client.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** A board that was current so long ago, in this state since. */
function since(ageMs: number, health: Health): View {
  return fakeView({ health, syncedAt: NIGHT_MS - ageMs, troubledSince: NIGHT_MS - ageMs });
}

describe('a wall that does not show what the hub has', () => {
  test.each<[string, Health, number, string, string]>([
    ['offline', { state: 'offline', retryAt: null }, 12 * SECOND_MS, 'Offline', 'Board is 12 s old'],
    ['offline', { state: 'offline', retryAt: null }, 4 * MINUTE_MS, 'Offline', 'Board is 4 min old'],
    ['connecting', { state: 'connecting' }, 3 * 60 * MINUTE_MS, 'Offline', 'Board is 3 h old'],
    ['catching up', { state: 'catching-up' }, 5 * MINUTE_MS, 'Catching up', 'Board is 5 min old'],
    [
      'too old for the hub',
      { state: 'stopped', reason: 'unknown-protocol' },
      MINUTE_MS,
      'Update needed',
      'Board is 1 min old',
    ],
    [
      'without its store',
      { state: 'stopped', reason: 'store-failed' },
      50 * 60 * MINUTE_MS,
      'Cannot save here',
      'Board is 2 days old',
    ],
  ])('%s says so, and how old the board is', (_, health, ageMs, word, age) => {
    expect(wallNews(since(ageMs, health), NIGHT_MS)).toEqual({ word, age });
  });

  test('has no age where it has no board', () => {
    const view = { ...since(MINUTE_MS, { state: 'offline', retryAt: null }), syncedAt: null };
    expect(wallNews(view, NIGHT_MS)).toEqual({ word: 'Offline', age: null });
    expect(boardAsOf(view, NIGHT_MS)).toBeNull();
  });

  test('is as of when it was current last, by the hub’s clock', () => {
    const view = { ...since(MINUTE_MS, { state: 'offline', retryAt: null }), hubTimeOffsetMs: 7 };
    expect(boardAsOf(view, NIGHT_MS)).toBe(NIGHT_MS - MINUTE_MS + 7);
  });
});

describe('a wall says nothing', () => {
  test('while it is live, and is as of now', () => {
    const view = fakeView({ syncedAt: NIGHT_MS - MINUTE_MS });
    expect(wallNews(view, NIGHT_MS)).toBeNull();
    expect(boardAsOf(view, NIGHT_MS)).toBe(NIGHT_MS);
  });

  test('where sockets do not get through and it asks every few seconds', () => {
    expect(wallNews(fakeView({ health: { state: 'live', by: 'http' } }), NIGHT_MS)).toBeNull();
  });

  test('of an outage that is over before anybody looks up', () => {
    expect(wallNews(since(SECOND_MS, { state: 'connecting' }), NIGHT_MS)).toBeNull();
  });
});

test('the shift is the one that is on by the clock of the site, wherever the screen is', () => {
  const shifts = [
    { name: 'Day', start: '06:00', end: '18:00' },
    { name: 'Night', start: '18:00', end: '02:30' },
  ];
  // 02:14 in Chicago.
  expect(shiftNow({ ...FAKE_SITE, shifts }, NIGHT_MS)?.name).toBe('Night');
  expect(shiftNow({ ...FAKE_SITE, shifts }, NIGHT_MS + 16 * MINUTE_MS)).toBeNull();
  expect(shiftNow({ ...FAKE_SITE, shifts, timeZone: 'Asia/Tokyo' }, NIGHT_MS)?.name).toBe('Day');
  expect(shiftNow(FAKE_SITE, NIGHT_MS)).toBeNull();
});

describe('late cars', () => {
  const cars = (count: number, length = 6) =>
    Array.from({ length: count }, (_, i) => String(i).padStart(length, '0'));

  test('all of them come, by turns, however many they are', () => {
    for (const all of [cars(1), cars(16), cars(17), cars(300), cars(21, 16)]) {
      const seen = new Set<string>();
      for (let now = 0; now < 40 * 8 * SECOND_MS; now += SECOND_MS) {
        const page = latePage(all, now);
        for (const car of page.cars) seen.add(car);
        expect(page.to - page.from + 1).toBe(page.cars.length);
        expect(all[page.from - 1]).toBe(page.cars[0]);
      }
      expect([...seen].sort()).toEqual([...all].sort());
    }
    expect(latePage([], NIGHT_MS).cars).toEqual([]);
  });

  test('have a place each, on a wide wall and on a tall one', () => {
    for (const all of [[], cars(1), cars(4), cars(5), cars(16), cars(3, 16), cars(8, 16)]) {
      const { wide, tall } = lateGrid(all);
      for (const { columns, rows } of [wide, tall]) expect(columns * rows).toBeGreaterThanOrEqual(all.length);
    }
    expect(lateGrid(cars(8, 16)).chars).toBe(16);
  });
});

test('so many locations as a site can have are in a grid that is about as wide as high', () => {
  expect([1, 2, 4, 9, 10, LOCATIONS_MAX].map(placeColumns)).toEqual([1, 2, 2, 3, 4, 8]);
});

test('counts are drawn in one size, that of the largest', () => {
  expect([digitsOf([]), digitsOf([0, 9]), digitsOf([7, 300, 12]), digitsOf([2_000])]).toEqual([2, 2, 3, 4]);
});
