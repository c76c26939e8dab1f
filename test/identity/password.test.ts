import { describe, expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '../../worker/identity/password.ts';

describe('a password', () => {
  test('is told from any other, spaces and length included', async () => {
    for (const password of ['correct horse', ' 12345678 ', 'x'.repeat(128), 'пароль🔑']) {
      const stored = await hashPassword(password);
      expect(await verifyPassword(password, stored)).toBe(true);
      for (const other of [`${password} `, password.slice(1), password.toUpperCase() + password, '']) {
        expect(await verifyPassword(other, stored)).toBe(false);
      }
    }
  });

  test('is the same whichever way its letters are composed', async () => {
    expect(await verifyPassword('cafe\u0301 noir', await hashPassword('caf\u00e9 noir'))).toBe(true);
  });

  test('is not one with NULs behind it, nor half a character for another, though they hash alike', async () => {
    const stored = await hashPassword('correct horse');
    expect(await verifyPassword('correct horse\0', stored)).toBe(false);
    expect(await verifyPassword('correct horse\0\0\0', stored)).toBe(false);
    expect(await verifyPassword('horse \ud800', await hashPassword('horse \ufffd'))).toBe(false);
  });

  test('is stored with a salt of its own and the cost it was hashed at, and is not in there', async () => {
    const [one, two] = [await hashPassword('correct horse'), await hashPassword('correct horse')];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^scrypt\$16384\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toContain('correct');
  });
});

describe('a stored hash that makes no sense opens nothing, and costs no more than a good one', () => {
  test.each<[string, (good: string) => string | null]>([
    ['none', () => null],
    ['empty', () => ''],
    ['of another scheme', (good) => good.replace('scrypt', 'bcrypt')],
    ['with N of 1', (good) => good.replace('$16384$', '$1$')],
    ['with N of 2^30', (good) => good.replace('$16384$', '$1073741824$')],
    ['with N that is no power of two', (good) => good.replace('$16384$', '$16385$')],
    ['with N that is no number', (good) => good.replace('$16384$', '$x$')],
    ['with r of a million', (good) => good.replace('$8$1$', '$1000000$1$')],
    ['with p of zero', (good) => good.replace('$8$1$', '$8$0$')],
    ['without a hash', (good) => good.slice(0, good.lastIndexOf('$') + 1)],
    ['with more behind it', (good) => `${good}$more`],
  ])('%s', async (_, spoil) => {
    const stored = spoil(await hashPassword('correct horse'));
    const startedAt = performance.now();
    expect(await verifyPassword('correct horse', stored)).toBe(false);
    const spoiledMs = performance.now() - startedAt;
    expect(spoiledMs).toBeLessThan(2_000);
  });

  test('the hash that stands in for nobody has no password', async () => {
    expect(await verifyPassword('', null)).toBe(false);
    expect(await verifyPassword('\0'.repeat(32), null)).toBe(false);
  });
});
