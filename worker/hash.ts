import { createHash } from 'node:crypto';

/** The hash that log entries are chained by, see `protocol/chain.ts`. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
