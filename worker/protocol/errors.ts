/**
 * One table for every refusal: what it is over HTTP, whether the same request can succeed later, and what the
 * developer reads. What the person reads is in the app's message catalogue under `error.<code>`.
 */
export interface ErrorRow {
  status: number;
  /** True where the same thing may succeed if it is tried again unchanged. */
  retry: boolean;
  title: string;
}

export const ERRORS = {
  'bad-request': { status: 400, retry: false, title: 'The request cannot be read' },
  'bad-frame': { status: 400, retry: false, title: 'The frame is not a message of this protocol' },
  'bad-json': { status: 400, retry: false, title: 'The body is not valid JSON' },
  'bad-csv': { status: 422, retry: false, title: 'The body is not a roster' },
  invalid: { status: 422, retry: false, title: 'A value is missing, unknown or out of range' },
  'unsupported-media-type': {
    status: 415,
    retry: false,
    title: 'The body is of a type this route does not take',
  },
  'too-large': { status: 413, retry: false, title: 'The body or frame is over its cap' },
  unauthenticated: { status: 401, retry: false, title: 'Sign in first' },
  'wrong-credentials': { status: 401, retry: false, title: 'Email or password is wrong' },
  forbidden: { status: 403, retry: false, title: 'This role may not do that' },
  'bad-origin': { status: 403, retry: false, title: 'The request comes from another origin' },
  'not-found': { status: 404, retry: false, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, retry: false, title: 'This path does not take that method' },
  'setup-done': { status: 409, retry: false, title: 'This installation already has an administrator' },
  'too-many-requests': { status: 429, retry: true, title: 'Too many requests' },
  'slow-down': { status: 429, retry: true, title: 'Too many unseen outcomes; acknowledge them first' },
  unavailable: { status: 503, retry: true, title: 'The site cannot answer right now' },
  internal: { status: 500, retry: true, title: 'Something broke here' },

  'unknown-car': { status: 404, retry: false, title: 'No such car' },
  'unknown-location': { status: 422, retry: false, title: 'Not a location of this site' },
  'car-exists': { status: 409, retry: false, title: 'The car is already on the board' },
  'car-removed': { status: 409, retry: false, title: 'The car has been removed' },
  'car-changed': { status: 409, retry: false, title: 'The car has changed since' },
  conflict: { status: 409, retry: false, title: 'Somebody else changed the same field' },
  'notes-full': { status: 422, retry: false, title: 'The notes of this car are full' },
  'site-full': { status: 409, retry: false, title: 'The site has as many cars as it can hold' },
  'nothing-to-undo': {
    status: 409,
    retry: false,
    title: 'That version did not change anything that can be undone',
  },
  'too-old-to-undo': { status: 409, retry: false, title: 'That change is too old to undo' },
  'base-from-future': {
    status: 422,
    retry: false,
    title: 'The edit is based on a version that does not exist yet',
  },
  'seq-gap': { status: 409, retry: true, title: 'An edit is missing before this one' },
  'seq-reused': { status: 409, retry: false, title: 'Another edit already has this seq' },
  'other-epoch': { status: 409, retry: false, title: 'The hub is in another epoch' },
  'unknown-protocol': { status: 426, retry: false, title: 'This version of the app is too old' },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** An RFC 9457 problem document, `application/problem+json`. */
export interface Problem {
  type: 'about:blank';
  title: string;
  status: number;
  code: ErrorCode;
  /** What exactly, for the developer. Never carries another's data. */
  detail?: string;
  /** The first value at fault, as a path: `admin.password`. */
  field?: string;
  [extension: string]: unknown;
}

/** A refusal as a value: expected failures are returned, not thrown. */
export interface Refusal {
  ok: false;
  code: ErrorCode;
  detail?: string;
  field?: string;
}

export function refuse(code: ErrorCode, detail?: string, field?: string): Refusal {
  return { ok: false, code, ...(detail !== undefined && { detail }), ...(field !== undefined && { field }) };
}

/** The problem document for a refusal. */
export function problemOf(refusal: Omit<Refusal, 'ok'>, extensions: Record<string, unknown> = {}): Problem {
  const { status, title } = ERRORS[refusal.code];
  const { code, detail, field } = refusal;
  return {
    type: 'about:blank',
    title,
    status,
    code,
    ...(detail !== undefined && { detail }),
    ...(field !== undefined && { field }),
    ...extensions,
  };
}

/** Why the hub closes a socket. 4400–4499 are final but for 4429; the client retries all others. */
export const CLOSE = {
  badFrame: 4400,
  unauthenticated: 4401,
  forbidden: 4403,
  notFound: 4404,
  tooLarge: 4413,
  unknownProtocol: 4426,
  slowDown: 4429,
  /** Not final: the hub asks for a fresh hello. */
  resync: 4500,
} as const;

/** True where a close code means: stop, and tell the person why. */
export function isFinalClose(code: number): boolean {
  return code >= 4400 && code <= 4499 && code !== CLOSE.slowDown;
}
