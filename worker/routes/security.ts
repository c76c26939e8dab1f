import * as v from 'valibot';
import { securityEntries } from '../directory/security-log.ts';
import type { SecurityLog } from '../protocol/api.ts';
import { SECURITY_PAGE, SECURITY_PAGE_MAX } from '../protocol/limits.ts';
import { personId } from '../protocol/schema.ts';
import { SECURITY_KINDS } from '../protocol/security.ts';
import type { SiteCall } from './call.ts';
import { problem } from './problem.ts';
import { readQuery, wholeNumber } from './query.ts';

const LogParameters = v.strictObject({
  before: v.optional(wholeNumber),
  limit: v.optional(v.pipe(wholeNumber, v.minValue(1), v.maxValue(SECURITY_PAGE_MAX)), String(SECURITY_PAGE)),
  kind: v.optional(v.picklist(SECURITY_KINDS)),
  person: v.optional(personId),
});

/** `GET …/security`: what happened to identities and rights, newest first. */
export async function securityLog({ env, url, site }: SiteCall): Promise<Response> {
  const query = readQuery(url, LogParameters);
  if (!query.ok) return problem(query);
  const { limit, ...filter } = query.value;
  // One more than is shown says whether there are any after it.
  const found = await securityEntries(env.DB, { ...filter, site, limit: limit + 1 });
  const entries = found.slice(0, limit);
  const answer: SecurityLog = { entries, next: found.length > limit ? (entries.at(-1)?.id ?? null) : null };
  return Response.json(answer);
}
