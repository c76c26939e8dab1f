import * as v from 'valibot';
import { verifyPage } from '../archive/verify.ts';
import { refuse } from '../protocol/errors.ts';
import type { SiteCall } from './call.ts';
import { problem } from './problem.ts';
import { readQuery, wholeNumber } from './query.ts';

const Query = v.strictObject({
  before: v.optional(v.pipe(wholeNumber, v.minValue(2))),
  /** As a page's `next` has it. */
  expect: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{43}$/, 'not a hash'))),
});

/** `GET …/history/verify`: whether a page of the archive is as the hub wrote it, from the newest down. */
export async function verifyHistory({ url, env, site, caller, hub }: SiteCall): Promise<Response> {
  const parsed = readQuery(url, Query);
  if (!parsed.ok) return problem(parsed);
  const { before, expect } = parsed.value;
  if ((before === undefined) !== (expect === undefined)) {
    return problem(refuse('invalid', 'before and expect come together', before ? 'expect' : 'before'));
  }
  const place = before !== undefined && expect !== undefined ? { version: before - 1, hash: expect } : null;
  const link = hub(site);
  const verified = await verifyPage(env.DB, site, place, (newest) =>
    link.read((it) => it.anchor(caller.session, newest)),
  );
  return verified.ok ? Response.json(verified.value) : problem(verified);
}
