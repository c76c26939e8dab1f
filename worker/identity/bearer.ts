import { type Hint, readHint, signHint } from './hint.ts';

/** Says what it is to whoever finds one, scanners of code among them. */
const PREFIX = 'yardboard_';
/** A secret, and a hint signed for it: each of its characters has one place. */
const TOKEN = /^yardboard_([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43})$/;

/**
 * What follows `Bearer` in the header; null where the request shows no bearer token. Other schemes are somebody else's:
 * a proxy's before us, say. Sent twice, the values come as one, which is no token.
 */
export function bearerOf(headers: Headers): string | null {
  const [scheme = '', ...rest] = (headers.get('authorization') ?? '').trim().split(' ');
  return scheme.toLowerCase() === 'bearer' ? rest.join(' ').trim() : null;
}

/** The text of a token. Beside its secret it says who it is, so that it is let in while the directory is down. */
export function tokenOf(hint: Hint, secret: string, key: string): string {
  return `${PREFIX}${secret}.${signHint(hint, secret, key, 'token')}`;
}

/** A token's secret and hint; null where it is none, not ours, or past its end. */
export function readToken(text: string, key: string, now: number): { secret: string; hint: Hint } | null {
  const [, secret, signed] = TOKEN.exec(text) ?? [];
  if (secret === undefined || signed === undefined) return null;
  const hint = readHint(signed, secret, key, now, 'token');
  return hint && { secret, hint };
}
