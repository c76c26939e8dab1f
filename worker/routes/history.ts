import * as v from 'valibot';
import { type HistoryPage, historyPage } from '../archive/history-page.ts';
import { D1Unavailable } from '../directory/d1.ts';
import type { Env } from '../env.ts';
import { describeError, log } from '../log.ts';
import type { HistoryQuery, HistoryTail } from '../ports.ts';
import type { History } from '../protocol/api.ts';
import { HISTORY_PAGE, HISTORY_PAGE_MAX } from '../protocol/limits.ts';
import { carId, personId } from '../protocol/schema.ts';
import type { SiteCall } from './call.ts';
import { problem } from './problem.ts';
import { readQuery, wholeNumber } from './query.ts';

const Query = v.strictObject({
  car: v.optional(carId),
  person: v.optional(personId),
  /** Hub milliseconds, inclusive. */
  from: v.optional(wholeNumber),
  to: v.optional(wholeNumber),
  before: v.optional(v.pipe(wholeNumber, v.minValue(1))),
  limit: v.optional(v.pipe(wholeNumber, v.minValue(1), v.maxValue(HISTORY_PAGE_MAX)), String(HISTORY_PAGE)),
});

/**
 * `GET …/history`, newest first: what the hub still holds, then the archive, so that nobody waits for a checkpoint
 * to see a change. Where the archive cannot be read now, the page ends with what the hub holds and says so.
 */
export async function history({ url, env, site, caller, hub }: SiteCall): Promise<Response> {
  const parsed = readQuery(url, Query);
  if (!parsed.ok) return problem(parsed);
  const query = defined(parsed.value);
  // One more than asked tells whether there are more.
  const tail = await hub(site).read((it) =>
    it.historyTail(caller.session, { ...query, limit: query.limit + 1 }),
  );
  if (!tail.ok) return problem(tail);
  return Response.json(await pageOf(env, site, query, tail.value));
}

async function pageOf(env: Env, site: string, query: HistoryQuery, tail: HistoryTail): Promise<History> {
  const { car, limit } = query;
  const held = tail.entries
    .slice(0, limit)
    .map((entry) =>
      car === undefined ? entry : { ...entry, cars: entry.cars.filter(({ id }) => id === car) },
    );
  const lastHeld = held.at(-1)?.version ?? null;
  if (tail.entries.length > limit) return { entries: held, next: lastHeld, delayed: false };

  // The archive has what the hub holds as well: it is asked only for what lies below.
  const before = Math.min(query.before ?? Number.MAX_SAFE_INTEGER, tail.below + 1);
  if (before <= 1) return { entries: held, next: null, delayed: false };
  if (held.length === limit) return { entries: held, next: before, delayed: false };
  const older = await archived(env, site, { ...query, before, limit: limit - held.length });
  if (!older) return { entries: held, next: before, delayed: true };
  const entries = [...held, ...older.entries];
  return { entries, next: older.more ? (entries.at(-1)?.version ?? null) : null, delayed: false };
}

async function archived(env: Env, site: string, query: HistoryQuery): Promise<HistoryPage | null> {
  try {
    return await historyPage(env.DB, site, query);
  } catch (error) {
    if (!(error instanceof D1Unavailable)) throw error;
    log('warn', 'history without the archive', { site, ...describeError(error) });
    return null;
  }
}

function defined({ limit, ...rest }: v.InferOutput<typeof Query>): HistoryQuery {
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { limit, ...Object.fromEntries(given) };
}
