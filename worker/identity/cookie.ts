/** `__Host-`: set by this very host, over TLS, for all paths; another host under the same domain cannot plant one. */
const NAME = '__Host-yardboard';
const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Strict';

/** The value of the session cookie; null where there is none, or two that contradict each other. */
export function readCookie(header: string | null): string | null {
  const values = valuesIn(header);
  return values.length === 1 ? (values[0] ?? null) : null;
}

/** True where there is one, or more. Cookies of others, a proxy's say, are none. */
export function hasCookie(header: string | null): boolean {
  return valuesIn(header).length > 0;
}

/** `Set-Cookie` for a session of so many milliseconds. */
export function sessionCookie(value: string, lifeMs: number): string {
  return `${NAME}=${value}; Max-Age=${Math.max(0, Math.floor(lifeMs / 1000))}; ${ATTRIBUTES}`;
}

/** `Set-Cookie` that takes the session from the browser. */
export const NO_COOKIE = `${NAME}=; Max-Age=0; ${ATTRIBUTES}`;

function valuesIn(header: string | null): string[] {
  return (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${NAME}=`))
    .map((pair) => pair.slice(NAME.length + 1));
}
