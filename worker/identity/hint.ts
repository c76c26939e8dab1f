import { createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { DEVICE_IDLE_MS_MAX, HINT_SITES_CHARS_MAX, SESSION_IDLE_MS_MAX } from '../protocol/limits.ts';
import { ROLES, type Role } from '../protocol/site.ts';

/**
 * What a session says of its person, signed, so that the Worker can route and answer `/api/me` while D1 is down.
 * It is a hint: what is allowed on a site, the hub decides.
 */
export interface Hint {
  person: { id: string; name: string; email: string | null };
  sites: { id: string; name: string; role: Role }[];
  /** The person has more sites than fit. */
  more: boolean;
  /** When this was asked of the directory; it is good for the idle limit. */
  askedAt: number;
  /** The session's absolute end. */
  expiresAt: number;
  /** It is no person's, but an enrolled device's. */
  enrolled?: Enrolled;
}

export interface Enrolled {
  kind: 'device' | 'wall';
  /** Person id of whose it is; null for everybody's. */
  owner: string | null;
}

const Payload = v.strictObject({
  p: v.tuple([v.string(), v.string(), v.nullable(v.string())]),
  s: v.array(v.tuple([v.string(), v.string(), v.picklist(ROLES)])),
  m: v.boolean(),
  a: v.number(),
  x: v.number(),
  e: v.optional(v.tuple([v.picklist(['device', 'wall']), v.nullable(v.string())])),
});

/** What carries a hint: a person's cookie, a device's, a token. One signed for one is nothing in another. */
export type Carrier = 'hint' | 'device' | 'token';

/** `payload.signature`. Bound to the secret beside it: a hint of one session is nothing in another. */
export function signHint(hint: Hint, secret: string, key: string, carrier: Carrier = 'hint'): string {
  const { person, sites, more, askedAt, expiresAt, enrolled } = hint;
  const fitting = thatFit(sites.map(({ id, name, role }): [string, string, Role] => [id, name, role]));
  const payload: v.InferOutput<typeof Payload> = {
    p: [person.id, person.name, person.email],
    s: fitting,
    m: more || fitting.length < sites.length,
    a: askedAt,
    x: expiresAt,
    ...(enrolled && { e: [enrolled.kind, enrolled.owner] }),
  };
  const text = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `${text}.${signature(text, secret, key, carrier).toString('base64url')}`;
}

/** The hint, or null where it is not ours, not this secret's, or past its time. */
export function readHint(
  signed: string,
  secret: string,
  key: string,
  now: number,
  carrier: Carrier = 'hint',
): Hint | null {
  const [text, mac, ...rest] = signed.split('.');
  if (!text || !mac || rest.length > 0) return null;
  const given = Buffer.from(mac, 'base64url');
  const expected = signature(text, secret, key, carrier);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const payload = v.safeParse(Payload, JSON.parse(Buffer.from(text, 'base64url').toString()));
  // Signed by us, yet of another shape: from another version of this code.
  if (!payload.success) return null;
  const { p, s, m: more, a: askedAt, x: expiresAt, e } = payload.output;
  const enrolled: Enrolled | undefined = e && { kind: e[0], owner: e[1] };
  // A script may rest for as long as it likes.
  if (now >= (carrier === 'token' ? expiresAt : endOf({ askedAt, expiresAt, enrolled }))) return null;
  return {
    person: { id: p[0], name: p[1], email: p[2] },
    sites: s.map(([id, name, role]) => ({ id, name, role })),
    more,
    askedAt,
    expiresAt,
    ...(enrolled && { enrolled }),
  };
}

/** When a session ends unless it is used before. */
export function endOf({
  askedAt,
  expiresAt,
  enrolled,
}: Pick<Hint, 'askedAt' | 'expiresAt'> & { enrolled?: Enrolled | undefined }): number {
  if (enrolled?.kind === 'wall') return expiresAt;
  return Math.min(expiresAt, askedAt + (enrolled ? DEVICE_IDLE_MS_MAX : SESSION_IDLE_MS_MAX));
}

function thatFit(sites: [string, string, Role][]): [string, string, Role][] {
  let chars = 0;
  return sites.filter((site) => {
    // Base64 of UTF-8 is what counts in the cookie: a letter outside ASCII takes up to four characters there.
    chars += Buffer.byteLength(JSON.stringify(site));
    return chars <= HINT_SITES_CHARS_MAX;
  });
}

function signature(text: string, secret: string, key: string, carrier: Carrier): Buffer {
  if (key.length < KEY_CHARS_MIN) throw new Error(`SESSION_KEY has fewer than ${KEY_CHARS_MIN} characters`);
  return createHmac('sha256', key).update(`${carrier}.v1.${secret}.${text}`).digest();
}

const KEY_CHARS_MIN = 32;
