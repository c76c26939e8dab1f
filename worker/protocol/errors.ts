/**
 * One table for every refusal: what it is over HTTP, and whether the same request can succeed later. What the person
 * reads is in the app's message catalogue under `error.<code>`.
 */
export interface ErrorRow {
  status: number;
  /** True where the same thing may succeed if it is tried again unchanged. */
  retry: boolean;
}

export const ERRORS = {
  'bad-request': { status: 400, retry: false },
  'bad-frame': { status: 400, retry: false },
  'bad-json': { status: 400, retry: false },
  'bad-csv': { status: 422, retry: false },
  invalid: { status: 422, retry: false },
  'unsupported-media-type': { status: 415, retry: false },
  'too-large': { status: 413, retry: false },
  unauthenticated: { status: 401, retry: false },
  'wrong-credentials': { status: 401, retry: false },
  'wrong-pin': { status: 401, retry: false },
  'pin-locked': { status: 429, retry: true },
  'pin-blocked': { status: 403, retry: false },
  'pin-expired': { status: 403, retry: false },
  'not-enrolled': { status: 403, retry: false },
  forbidden: { status: 403, retry: false },
  'bad-origin': { status: 403, retry: false },
  'not-found': { status: 404, retry: false },
  'method-not-allowed': { status: 405, retry: false },
  'setup-done': { status: 409, retry: false },
  'too-many-requests': { status: 429, retry: true },
  'slow-down': { status: 429, retry: true },
  unavailable: { status: 503, retry: true },
  internal: { status: 500, retry: true },
  'last-admin': { status: 409, retry: false },
  'email-taken': { status: 409, retry: false },
  'people-full': { status: 409, retry: false },
  'unknown-car': { status: 404, retry: false },
  'unknown-location': { status: 422, retry: false },
  'car-exists': { status: 409, retry: false },
  'car-removed': { status: 409, retry: false },
  'car-changed': { status: 409, retry: false },
  conflict: { status: 409, retry: false },
  'notes-full': { status: 422, retry: false },
  'site-full': { status: 409, retry: false },
  'tokens-full': { status: 409, retry: false },
  'nothing-to-undo': { status: 409, retry: false },
  'too-old-to-undo': { status: 409, retry: false },
  'base-from-future': { status: 422, retry: false },
  'seq-gap': { status: 409, retry: true },
  'seq-reused': { status: 409, retry: false },
  'other-epoch': { status: 409, retry: false },
  'unknown-protocol': { status: 426, retry: false },
  'sites-full': { status: 409, retry: false },
  'location-in-use': { status: 409, retry: false },
  'unknown-code': { status: 404, retry: false },
  'devices-full': { status: 409, retry: false },
  'walls-full': { status: 409, retry: false },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** What the developer reads. Apart from the rows, for no device needs it. */
const TITLES: { [C in ErrorCode]: string } = {
  'bad-request': 'The request cannot be read',
  'bad-frame': 'The frame is not a message of this protocol',
  'bad-json': 'The body is not valid JSON',
  'bad-csv': 'The body is not a roster',
  invalid: 'A value is missing, unknown or out of range',
  'unsupported-media-type': 'The body is of a type this route does not take',
  'too-large': 'The body or frame is over its cap',
  unauthenticated: 'Sign in first',
  'wrong-credentials': 'Email or password is wrong',
  'wrong-pin': 'The PIN is wrong',
  'pin-locked': 'Too many wrong PINs on this device; wait',
  'pin-blocked': 'Too many wrong PINs on this device; a lead has to unlock it',
  'pin-expired': 'The PIN is right and has to be changed: send a new one along',
  'not-enrolled': 'This browser is no enrolled device of the site',
  forbidden: 'This role may not do that',
  'bad-origin': 'The request comes from another origin',
  'not-found': 'There is nothing here',
  'method-not-allowed': 'This path does not take that method',
  'setup-done': 'This installation already has an administrator',
  'too-many-requests': 'Too many requests',
  'slow-down': 'Too much at once; wait a moment and send it again',
  unavailable: 'The site cannot answer right now',
  internal: 'Something broke here',
  'last-admin': 'The last administrator of a site stays',
  'email-taken': 'Somebody has this email already: sign in and use the invitation then',
  'people-full': 'The site has as many people or invitations as it can hold',
  'unknown-car': 'No such car',
  'unknown-location': 'Not a location of this site',
  'car-exists': 'The car is already on the board',
  'car-removed': 'The car has been removed',
  'car-changed': 'The car has changed since',
  conflict: 'Somebody else changed the same field',
  'notes-full': 'The notes of this car are full',
  'site-full': 'The site has as many cars as it can hold',
  'tokens-full': 'The site has as many tokens as it can have',
  'nothing-to-undo': 'That version did not change anything that can be undone',
  'too-old-to-undo': 'That change is too old to undo',
  'base-from-future': 'The edit is based on a version that does not exist yet',
  'seq-gap': 'An edit is missing before this one',
  'seq-reused': 'Another edit already has this seq',
  'other-epoch': 'The hub is in another epoch',
  'unknown-protocol': 'This version of the app is too old',
  'sites-full': 'This installation has as many sites as it can hold',
  'location-in-use': 'Cars stand at a location that would go',
  'unknown-code': 'No device shows these digits now',
  'devices-full': 'The site has as many devices as it can have',
  'walls-full': 'The site has as many screens on its walls as it can have',
};

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
  const { status } = ERRORS[refusal.code];
  const { code, detail, field } = refusal;
  return {
    type: 'about:blank',
    title: TITLES[code],
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
  /** Not final: the device has read nothing for too long. */
  lagging: 4508,
} as const;

/** True where a close code means: stop, and tell the person why. */
export function isFinalClose(code: number): boolean {
  return code >= 4400 && code <= 4499 && code !== CLOSE.slowDown;
}
