import { httpExchange } from '../sync/http-exchange.ts';

/** As long as a large roster takes over a poor link. */
const EXCHANGE_MS = 60_000;

/** Below it is all of a site's API. */
export function sitePath(site: string): string {
  return `/api/sites/${encodeURIComponent(site)}`;
}

/** Exchanges with the hub of a site over this page's or worker's own network. */
export function siteExchange(site: string) {
  const headers = { 'content-type': 'application/json' };
  return httpExchange((body) => {
    const signal = AbortSignal.timeout(EXCHANGE_MS);
    return fetch(`${sitePath(site)}/sync`, { method: 'POST', headers, body, signal });
  });
}
