import { expect, test } from 'vitest';
import '../../app/messages/add-later.ts';
import { emptyJoin, joinFieldOf, joinProblems } from '../../app/state/join-form.ts';

test('a newcomer is told of everything that is missing, at once', () => {
  expect(Object.keys(joinProblems(emptyJoin('')))).toEqual(['name', 'email', 'password']);
  expect(joinProblems({ name: 'Nia', email: 'nia@example.com', password: 'long enough' })).toEqual({});
});

test('what cannot be right is said before it is sent', () => {
  const problems = joinProblems({ name: 'Nia', email: 'nia at example.com', password: 'short' });
  expect(problems).toEqual({
    email: 'This is not an email address.',
    password: 'This is shorter than 8 characters.',
  });
});

test('a refusal is shown at its field', () => {
  expect(joinFieldOf('email')).toBe('email');
  expect(joinFieldOf('token')).toBeNull();
});
