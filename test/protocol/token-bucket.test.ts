import { expect, test } from 'vitest';
import { retryAfter, retryAfterMs } from '../../worker/protocol/retry-after.ts';
import {
  costOf,
  editsFor,
  fullBucket,
  takeTokens,
  tokensIn,
  waitMsFor,
} from '../../worker/protocol/token-bucket.ts';

const SIZE = { capacity: 10, perS: 2 };

test('B1 a bucket gives what it has and then what flows in, and never holds more than its capacity', () => {
  const bucket = fullBucket(SIZE, 0);
  for (let i = 0; i < 10; i++) expect(takeTokens(bucket, SIZE, 1, 0)).toBe(true);
  expect(takeTokens(bucket, SIZE, 1, 0)).toBe(false);
  expect(takeTokens(bucket, SIZE, 1, 499)).toBe(false);
  expect(takeTokens(bucket, SIZE, 1, 500)).toBe(true);
  expect(tokensIn(bucket, SIZE, 3_600_000)).toBe(10);
});

test('B1 what is refused costs nothing', () => {
  const bucket = fullBucket(SIZE, 0);
  expect(takeTokens(bucket, SIZE, 11, 0)).toBe(false);
  expect(takeTokens(bucket, SIZE, 10, 0)).toBe(true);
});

test('after the wait it names there is enough, and a moment before there is not', () => {
  for (const spent of [1, 3, 7.5, 10]) {
    for (const wanted of [0.5, 1, 4, 10]) {
      const bucket = fullBucket(SIZE, 0);
      takeTokens(bucket, SIZE, spent, 0);
      const ms = waitMsFor(bucket, SIZE, wanted, 0);
      if (ms > 1) expect(tokensIn({ ...bucket }, SIZE, ms - 1)).toBeLessThan(wanted);
      expect(tokensIn(bucket, SIZE, ms)).toBeGreaterThanOrEqual(wanted);
    }
  }
});

test('more than it can hold is waited for no longer than until it is full', () => {
  const bucket = fullBucket(SIZE, 0);
  expect(waitMsFor(bucket, SIZE, 1_000, 0)).toBe(0);
  takeTokens(bucket, SIZE, 10, 0);
  expect(waitMsFor(bucket, SIZE, 1_000, 0)).toBe(5_000);
});

test('a clock that is set back neither fills it nor empties it, and it goes on from there', () => {
  const bucket = fullBucket(SIZE, 1_000_000);
  takeTokens(bucket, SIZE, 10, 1_000_000);
  expect(tokensIn(bucket, SIZE, 0)).toBe(0);
  expect(tokensIn(bucket, SIZE, 1_000)).toBe(2);
});

test('a frame may have the edits that its cost allows, and no more', () => {
  for (const tokens of [0, 0.9, 1, 1.1, 1.2, 40, 101]) {
    const edits = editsFor(tokens);
    if (edits >= 0) expect(costOf(edits)).toBeLessThanOrEqual(tokens + 1e-6);
    expect(costOf(edits + 1)).toBeGreaterThan(tokens);
  }
  expect([editsFor(1.1), editsFor(1.2), editsFor(101)]).toEqual([1, 2, 1_000]);
});

test('a close says when to come again as a whole number of milliseconds, and any other reason says nothing', () => {
  expect(retryAfter(1_234.2)).toBe('retry-after-ms=1235');
  expect(retryAfterMs(retryAfter(1_234.2))).toBe(1_235);
  for (const reason of [
    ...['', 'unavailable', 'retry-after-ms=', 'retry-after-ms=-1', 'retry-after-ms=1e9'],
    ...['retry-after-ms=12 ', ' retry-after-ms=12', 'retry-after-ms=1.5', 'retry-after-ms=12345678901'],
  ]) {
    expect(retryAfterMs(reason), reason).toBeNull();
  }
});
