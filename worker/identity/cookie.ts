/**
 * `__Host-`: set by this very host, over TLS, for all paths; another host under the same domain cannot plant one. Who is
 * signed in and the enrolled device they are at have one each: the device stays when people come and go.
 */
const NAMES = { hint: '__Host-yardboard', device: '__Host-yardboard-device' };
const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Strict';

/** What a session in a cookie is: a person's, or an enrolled device's. */
export type CookieKind = keyof typeof NAMES;

/** The value of a session cookie; null where there is none, or two that contradict each other. */
export function readCookie(header: string | null, kind: CookieKind): string | null {
  const values = valuesIn(header, kind);
  return values.length === 1 ? (values[0] ?? null) : null;
}

/** True where there is one, or more. Cookies of others, a proxy's say, are none. */
export function hasCookie(header: string | null): boolean {
  return valuesIn(header, 'hint').length > 0 || valuesIn(header, 'device').length > 0;
}

/** `Set-Cookie` for a session of so many milliseconds. */
export function sessionCookie(kind: CookieKind, value: string, lifeMs: number): string {
  return `${NAMES[kind]}=${value}; Max-Age=${Math.max(0, Math.floor(lifeMs / 1000))}; ${ATTRIBUTES}`;
}

/** `Set-Cookie` that takes a person's session from the browser. */
export const NO_COOKIE = noCookie('hint');

export function noCookie(kind: CookieKind): string {
  return `${NAMES[kind]}=; Max-Age=0; ${ATTRIBUTES}`;
}

function valuesIn(header: string | null, kind: CookieKind): string[] {
  const start = `${NAMES[kind]}=`;
  return (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(start))
    .map((pair) => pair.slice(start.length));
}
