import type { Overview, Sites } from '../../worker/protocol/api.ts';
import type { NewSiteBody, SiteChangeBody } from '../../worker/protocol/bodies.ts';
import type { Api, Guard, Reply } from './api.ts';
import { jsonRequest } from './json-request.ts';

/** A site of one's own. */
export type Seat = Sites['sites'][number];

/** One's sites. What it says, the session goes by from then on. */
export function listSites(api: Pick<Api, 'ask'>): Promise<Reply<Sites>> {
  return api.ask('/api/sites', {}, isList<Sites>);
}

/** How the cars stand on the sites one leads. */
export function askOverview(api: Pick<Api, 'ask'>): Promise<Reply<Overview>> {
  return api.ask('/api/overview', {}, isList<Overview>);
}

export function addSite(api: Pick<Api, 'ask'>, body: NewSiteBody): Promise<Reply<Seat>> {
  return api.ask('/api/sites', jsonRequest('POST', body), isSeat);
}

export function changeSite(
  api: Pick<Api, 'ask'>,
  site: string,
  change: SiteChangeBody,
): Promise<Reply<Seat>> {
  return api.ask(`/api/sites/${encodeURIComponent(site)}`, jsonRequest('PATCH', change), isSeat);
}

function isList<T extends { sites: unknown[] }>(value: unknown): value is T {
  return typeof value === 'object' && value !== null && 'sites' in value && Array.isArray(value.sites);
}

const isSeat: Guard<Seat> = (value): value is Seat =>
  typeof value === 'object' && value !== null && 'locations' in value && Array.isArray(value.locations);
