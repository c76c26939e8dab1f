import { describe, expect, test } from 'vitest';
import { matchesFor, typed } from '../../app/state/matches.ts';
import { fakeCar } from '../support/fake-site-client.ts';

const fleet = (...ids: string[]) => ids.map((id) => fakeCar(id));
const found = (buffer: string, ...ids: string[]) => {
  const { cars, only, best } = matchesFor(buffer, fleet(...ids));
  return { ids: cars.map(({ id }) => id), only: only?.id ?? null, best: best?.id ?? null };
};

describe('a half-typed number', () => {
  test('nothing typed finds nothing', () => {
    expect(found('', '128414')).toEqual({ ids: [], only: null, best: null });
  });

  test('lists the number itself, then endings, then beginnings, then the rest', () => {
    expect(found('414', '128414', '414', '414128', '141488', '900000').ids).toEqual([
      '414',
      '128414',
      '414128',
      '141488',
    ]);
  });

  test('three digits that one car ends with open it', () => {
    expect(found('414', '128414', '128415').only).toBe('128414');
    expect(found('414', '128414', '144149').only).toBe('128414');
  });

  test('two digits open nothing, though one car has them', () => {
    expect(found('14', '128414')).toMatchObject({ only: null, best: '128414' });
  });

  test('two cars with the same ending stay a choice', () => {
    expect(found('414', '128414', '129414')).toMatchObject({ only: null, best: null });
  });

  test('a number typed from its front does not open the one car that happens to end so', () => {
    expect(found('128', '128414', '128415', '130128').only).toBeNull();
  });

  test('the one car that has the digits anywhere opens', () => {
    expect(found('2841', '128414', '900000').only).toBe('128414');
  });

  test('a whole number opens its car though it is short, unless others may be meant', () => {
    expect(found('41', '41', '900000').only).toBe('41');
    expect(found('41', '41', '900041')).toMatchObject({ only: null, best: '41' });
  });

  test('letters find ids of another shape', () => {
    expect(found('P15360', 'P15360', '128414').only).toBe('P15360');
  });
});

test('the buffer is no longer than a car number can be', () => {
  expect(typed('1234567890123456', '7')).toBe('1234567890123456');
});
