import type { Answer, EditOptions } from '../ports.ts';
import { refuse } from '../protocol/errors.ts';

/** `If-Match` and `Idempotency-Key` of a request. Errors: `bad-request`, with the header. */
export function readPreconditions({ headers }: Request): Answer<EditOptions> {
  const options: EditOptions = {};
  const match = headers.get('if-match');
  // `*` asks only that the car be there, which every edit does.
  if (match !== null && match.trim() !== '*') {
    const version = /^"(\d{1,15})"$/.exec(match.trim())?.[1];
    if (version === undefined) return refuse('bad-request', 'not a version in quotes', 'If-Match');
    options.ifMatch = Number(version);
  }
  const key = headers.get('idempotency-key');
  if (key !== null) {
    if (!/^[A-Za-z0-9_-]{8,64}$/.test(key)) {
      return refuse('bad-request', '8 to 64 of A-Z a-z 0-9 _ -', 'Idempotency-Key');
    }
    options.key = key;
  }
  return { ok: true, value: options };
}

/** The version of a car as a header carries it. */
export function etag({ version }: { version: number }): { ETag: string } {
  return { ETag: `"${version}"` };
}
