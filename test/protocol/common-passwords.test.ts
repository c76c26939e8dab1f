import { expect, test } from 'vitest';
import { isCommonPassword } from '../../worker/protocol/common-passwords.ts';

test.each([
  ['the first of every list', 'password 12345678 qwertyui iloveyou letmein1 superman baseball'],
  [
    'with a number, a year or a sign about it',
    'Password1 Summer2024! !Tiger2024 charlie1 access14 123password',
  ],
  ['with letters swapped for digits', 'P@ssw0rd passw0rd1 l3tme1n!'],
  ['a word twice', 'passwordpassword adminadmin'],
  ['a few letters again and again', 'aaaaaaaa 12121212 abcabcabc'],
  ['keys side by side', '87654321 qwer1234 1qaz2wsx 1q2w3e4r asdfghjkl abcd1234'],
  ['of this very place', 'yardboard1 packagecar Preloader1'],
])('%s is common', (_, passwords) => {
  for (const password of passwords.split(' ')) expect(isCommonPassword(password), password).toBe(true);
});

test.each([
  'eight or more',
  '12 45 78',
  'correct horse battery',
  'truck87lamp',
  'tiger lily pond',
  'пароль🔑ыы',
  ' 箱 箱 箱 箱 ',
  'p'.repeat(128),
])('%j is nobody’s first guess', (password) => {
  expect(isCommonPassword(password)).toBe(false);
});
