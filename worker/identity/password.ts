import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Cost of a new hash: 16 MiB and about 50 ms. Kept with each hash, so that it can grow. */
const COST: Cost = { N: 16_384, r: 8, p: 1 };

/** What a stored hash may ask for: a tampered or mistyped one must not cost minutes, or nothing. */
const STORED_N = { min: 16_384, max: 131_072 };
const STORED_R = { min: 8, max: 16 };
const STORED_P = { min: 1, max: 4 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;

interface Cost {
  N: number;
  r: number;
  p: number;
}

interface Stored extends Cost {
  salt: Buffer;
  hash: Buffer;
}

/** A password for storing: `scrypt$N$r$p$salt$hash`, salt and hash in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  const { N, r, p } = COST;
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * Whether a password is the one stored. Null, for a person nobody knows or who has no password, and a stored
 * value that makes no sense are false, and take as long as a wrong password does.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const known = stored === null ? null : parse(stored);
  const { hash, salt, N, r, p } = known ?? NOBODY;
  const derived = await derive(password, salt, { N, r, p });
  return timingSafeEqual(derived, hash) && known !== null && isWhole(password);
}

/**
 * False for a text that hashes as another one does: HMAC fills a short key up with zeros, so NULs at the end are not
 * there for it, and UTF-8 has one and the same character for all halves of one.
 */
function isWhole(password: string): boolean {
  return !password.includes('\u0000') && password.isWellFormed();
}

const NOBODY: Stored = { ...COST, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) };

function parse(stored: string): Stored | null {
  const [scheme, n, rr, pp, salt, hash, ...rest] = stored.split('$');
  if (scheme !== 'scrypt' || salt === undefined || hash === undefined || rest.length > 0) return null;
  const [N, r, p] = [Number(n), Number(rr), Number(pp)];
  const sane = within(N, STORED_N) && (N & (N - 1)) === 0 && within(r, STORED_R) && within(p, STORED_P);
  const bytes = { salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') };
  if (!sane || bytes.salt.length !== SALT_BYTES || bytes.hash.length !== HASH_BYTES) return null;
  return { N, r, p, ...bytes };
}

function within(value: number, { min, max }: { min: number; max: number }): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

/** The same letters typed on two keyboards can be two sequences of code points: NFKC makes them one. */
function derive(password: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> {
  const maxmem = 128 * N * r * p + 1024 * 1024;
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, { N, r, p, maxmem }, (error, hash) =>
      error ? reject(error) : resolve(hash),
    );
  });
}
