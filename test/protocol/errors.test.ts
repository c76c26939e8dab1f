import { describe, expect, test } from 'vitest';
import {
  CLOSE,
  ERRORS,
  type ErrorCode,
  isFinalClose,
  problemOf,
  refuse,
} from '../../worker/protocol/errors.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

describe('every error code', () => {
  test.each(codes)('%s has a status, a title and an answer to whether to try again', (code) => {
    const { status, retry } = ERRORS[code];
    const { title } = problemOf(refuse(code));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    if (retry) expect([409, 429, 500, 503]).toContain(status);
  });

  test.each<[ErrorCode, number]>([
    ['bad-json', 400],
    ['unauthenticated', 401],
    ['wrong-credentials', 401],
    ['forbidden', 403],
    ['bad-origin', 403],
    ['not-found', 404],
    ['car-changed', 409],
    ['conflict', 409],
    ['too-large', 413],
    ['invalid', 422],
    ['bad-csv', 422],
    ['unknown-location', 422],
    ['too-many-requests', 429],
    ['unavailable', 503],
  ])('%s is %i over HTTP, as the contract says', (code, status) => {
    expect(ERRORS[code].status).toBe(status);
  });
});

describe('a refusal', () => {
  test('carries what it was given and no key that it was not', () => {
    expect(refuse('invalid')).toEqual({ ok: false, code: 'invalid' });
    expect(Object.keys(refuse('invalid', undefined, undefined))).toEqual(['ok', 'code']);
    expect(refuse('invalid', 'a', 'b.c')).toEqual({ ok: false, code: 'invalid', detail: 'a', field: 'b.c' });
  });

  test('is an RFC 9457 problem', () => {
    expect(problemOf(refuse('invalid', 'not a time zone', 'site.timeZone'))).toEqual({
      type: 'about:blank',
      title: 'A value is missing, unknown or out of range',
      status: 422,
      code: 'invalid',
      detail: 'not a time zone',
      field: 'site.timeZone',
    });
    expect(problemOf(refuse('car-changed'), { car: { id: '414' } })).toEqual({
      type: 'about:blank',
      title: 'The car has changed since',
      status: 409,
      code: 'car-changed',
      car: { id: '414' },
    });
  });
});

describe('close codes', () => {
  test.each([
    [CLOSE.badFrame, true],
    [CLOSE.unauthenticated, true],
    [CLOSE.forbidden, true],
    [CLOSE.notFound, true],
    [CLOSE.tooLarge, true],
    [CLOSE.unknownProtocol, true],
    [CLOSE.slowDown, false],
    [CLOSE.resync, false],
    [4399, false],
    [4400, true],
    [4428, true],
    [4430, true],
    [4499, true],
    [1000, false],
    [1001, false],
    [1006, false],
    [1009, false],
    [1011, false],
    [1012, false],
    [3000, false],
  ])('%i is final: %s', (code, final) => {
    expect(isFinalClose(code)).toBe(final);
  });

  test('are such as an application may send, and no two the same', () => {
    const all = Object.values(CLOSE);
    expect(all.every((code) => code >= 4400 && code <= 4999)).toBe(true);
    expect(new Set(all).size).toBe(all.length);
  });
});
