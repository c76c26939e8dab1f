import { problemOf, type Refusal } from '../protocol/errors.ts';

/** How long to wait before a retry, in seconds, where nothing better is known. */
const RETRY_AFTER_S = 2;

/** The answer to a request that is refused: a problem document (RFC 9457), and the headers its status asks for. */
export function problem(
  refusal: Omit<Refusal, 'ok'>,
  extensions: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Response {
  const document = problemOf(refusal, extensions);
  return Response.json(document, {
    status: document.status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(document.status === 401 && { 'WWW-Authenticate': 'Session realm="yardboard"' }),
      ...((document.status === 429 || document.status === 503) && { 'Retry-After': String(RETRY_AFTER_S) }),
      ...headers,
    },
  });
}
