import { expect, test } from 'vitest';
import '../../app/messages/add-kiosk.ts';
import '../../app/messages/add-later.ts';
import { emptyJoin, joinBody, joinFieldOf, joinProblems } from '../../app/state/join-form.ts';

const nia = { name: 'Nia', email: 'nia@example.com', password: 'long enough', pin: '4827' };

test('a newcomer is told of everything that is missing, at once', () => {
  expect(Object.keys(joinProblems(emptyJoin(''), 'password'))).toEqual(['name', 'email', 'password']);
  expect(Object.keys(joinProblems(emptyJoin(''), 'pin'))).toEqual(['name', 'pin']);
  expect(joinProblems(nia, 'password')).toEqual({});
  expect(joinProblems(nia, 'pin')).toEqual({});
});

test('what cannot be right is said before it is sent', () => {
  const wrong = { name: 'Nia', email: 'nia at example.com', password: 'short', pin: '123' };
  expect(joinProblems(wrong, 'password')).toEqual({
    email: 'This is not an email address.',
    password: 'This is shorter than 8 characters.',
  });
  expect(joinProblems(wrong, 'pin')).toEqual({ pin: 'A PIN has four to six digits.' });
  expect(joinProblems({ ...wrong, pin: '1234' }, 'pin').pin).toMatch(/first that somebody would try/);
});

test('the hub is told of the way that was chosen alone', () => {
  expect(joinBody({ ...nia, name: ' Nia ' }, 'pin')).toEqual({ name: 'Nia', pin: '4827' });
  expect(joinBody(nia, 'password')).toEqual({
    name: 'Nia',
    email: 'nia@example.com',
    password: 'long enough',
  });
});

test('a refusal is shown at its field', () => {
  expect(joinFieldOf('email')).toBe('email');
  expect(joinFieldOf('token')).toBeNull();
});
