import { bearerOf, readToken } from './bearer.ts';
import { hasCookie, readCookie, sessionCookie } from './cookie.ts';
import { endOf, type Hint, readHint, signHint } from './hint.ts';
import { hashSecret, isSecret } from './secret.ts';

/** Who is calling, as their session says. */
export interface Caller extends Hint {
  /** SHA-256 of the session's secret: what hub and directory know the session by. */
  session: string;
  /** Never leaves the Worker but in the caller's own cookie. */
  secret: string;
  /** A token is a script's, and reaches only what is for scripts. */
  isToken: boolean;
}

/**
 * The one place that knows how a caller proves who they are. Null for nobody, and for whoever shows a token and a cookie:
 * they may be two, and neither is asked who is meant.
 */
export function callerOf({ headers }: Request, key: string, now: number): Caller | null {
  const bearer = bearerOf(headers);
  if (bearer !== null) return hasCookie(headers.get('cookie')) ? null : tokenCaller(bearer, key, now);
  const cookie = readCookie(headers.get('cookie'));
  if (cookie === null) return null;
  const dot = cookie.indexOf('.');
  const secret = cookie.slice(0, Math.max(dot, 0));
  if (!isSecret(secret)) return null;
  const hint = readHint(cookie.slice(dot + 1), secret, key, now);
  return hint && { ...hint, secret, session: hashSecret(secret), isToken: false };
}

function tokenCaller(bearer: string, key: string, now: number): Caller | null {
  const token = readToken(bearer, key, now);
  return token && { ...token.hint, secret: token.secret, session: hashSecret(token.secret), isToken: true };
}

/** `Set-Cookie` for a caller whose hint has just been asked of the directory. */
export function cookieOf(hint: Hint, secret: string, key: string, now: number): string {
  return sessionCookie(`${secret}.${signHint(hint, secret, key)}`, endOf(hint) - now);
}
