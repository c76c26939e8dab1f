import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret of a session or a link: 256 random bits, base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function isSecret(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** What is stored and handed on of a secret. A fast hash will do: there is nothing to guess in 256 bits. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** What a session is called outside: tells it from the others of its person, and opens nothing. */
export function sessionIdOf(hash: string): string {
  return createHash('sha256').update(`session.v1.${hash}`).digest('base64url').slice(0, 16);
}

/** Whether two secrets are the same, in a time that tells nothing of how much of them is. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
