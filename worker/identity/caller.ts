import { bearerOf, readToken } from './bearer.ts';
import { type CookieKind, hasCookie, readCookie, sessionCookie } from './cookie.ts';
import { endOf, type Hint, readHint, signHint } from './hint.ts';
import { hashSecret, isSecret } from './secret.ts';

/** What a session says, and what it is known by. */
export interface Proof extends Hint {
  /** SHA-256 of the session's secret: what hub and directory know the session by. */
  session: string;
  /** Never leaves the Worker but in the caller's own cookie. */
  secret: string;
}

/** Who is calling, as their session says. */
export interface Caller extends Proof {
  /** A token is a script's, and reaches only what is for scripts; a device nobody has signed in on, or a wall, shows. */
  kind: 'person' | 'device' | 'wall' | 'token';
  /** The enrolled device that the call comes from; for a device, itself. */
  device: Proof | null;
}

/**
 * The one place that knows how a caller proves who they are. With nobody signed in an enrolled device is the caller.
 * Null for nobody, and for whoever shows a token and a cookie: they may be two, and neither is asked who is meant.
 */
export function callerOf({ headers }: Request, key: string, now: number): Caller | null {
  const bearer = bearerOf(headers);
  const cookies = headers.get('cookie');
  if (bearer !== null) return hasCookie(cookies) ? null : tokenCaller(bearer, key, now);
  const device = proofIn(cookies, 'device', key, now);
  const person = proofIn(cookies, 'hint', key, now);
  if (person) return { ...person, kind: 'person', device };
  return device?.enrolled ? { ...device, kind: device.enrolled.kind, device } : null;
}

function tokenCaller(bearer: string, key: string, now: number): Caller | null {
  const token = readToken(bearer, key, now);
  if (!token) return null;
  const { hint, secret } = token;
  return { ...hint, secret, session: hashSecret(secret), kind: 'token', device: null };
}

function proofIn(cookies: string | null, kind: CookieKind, key: string, now: number): Proof | null {
  const cookie = readCookie(cookies, kind);
  if (cookie === null) return null;
  const dot = cookie.indexOf('.');
  const secret = cookie.slice(0, Math.max(dot, 0));
  if (!isSecret(secret)) return null;
  const hint = readHint(cookie.slice(dot + 1), secret, key, now, kind);
  return hint && { ...hint, secret, session: hashSecret(secret) };
}

/** `Set-Cookie` for a caller whose hint has just been asked of the directory: a person's, or an enrolled device's. */
export function cookieOf(hint: Hint, secret: string, key: string, now: number): string {
  const kind = hint.enrolled ? 'device' : 'hint';
  return sessionCookie(kind, `${secret}.${signHint(hint, secret, key, kind)}`, endOf(hint) - now);
}
