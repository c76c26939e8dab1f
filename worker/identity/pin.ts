import { createHmac, randomInt } from 'node:crypto';
import { PIN_DIGITS_MAX } from '../protocol/limits.ts';
import { isTrivialPin } from '../protocol/pin.ts';
import { hashPassword, verifyPassword } from './password.ts';

/**
 * A PIN for storing. There are ten thousand of four digits, which no hash protects by itself: what is hashed is keyed by
 * a secret that the database does not have, and by the person, so that no two stand for each other.
 */
export function hashPin(pin: string, person: string, key: string): Promise<string> {
  return hashPassword(keyed(pin, person, key));
}

/** Whether a PIN is the one stored; null for who has none takes as long. */
export function verifyPin(pin: string, person: string, stored: string | null, key: string): Promise<boolean> {
  return verifyPassword(keyed(pin, person, key), stored);
}

/** A PIN that nobody chose. */
export function randomPin(): string {
  for (;;) {
    const pin = Array.from({ length: PIN_DIGITS_MAX }, () => randomInt(10)).join('');
    if (!isTrivialPin(pin)) return pin;
  }
}

function keyed(pin: string, person: string, key: string): string {
  const pinKey = createHmac('sha256', key).update('pin.v1').digest();
  return createHmac('sha256', pinKey).update(`${person}.${pin}`).digest('base64url');
}
