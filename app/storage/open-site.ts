import { httpExchange } from '../sync/http-exchange.ts';
import { unguessable } from '../sync/random.ts';
import { type OpenSiteClient, openSiteClient } from '../sync/site-client.ts';
import { systemClock } from '../sync/system-clock.ts';
import type { SiteClient } from '../sync/view.ts';
import { webSocketDial } from '../sync/web-socket.ts';
import { IndexedDbStore } from './indexed-db-store.ts';
import { holdTab } from './tab-lock.ts';

/** As long as a large roster takes over a poor link. */
const EXCHANGE_MS = 60_000;

/**
 * The client of a site in this tab, for the person who is signed in. One tab works at a time, the last one that was
 * opened in sight; any other shows what is stored. Rejects with a `StoreError`.
 */
export async function openSite(site: string, person: string): Promise<SiteClient> {
  let opening: Promise<OpenSiteClient> | null = null;
  const lock = await holdTab(site, {
    takeOver: document.visibilityState === 'visible',
    lost: async () => (await opening)?.release('other-tab'),
  });
  const hints = new AbortController();
  const closed = (): void => {
    hints.abort();
    lock?.release();
  };
  const ports = { ...network(site), store: new IndexedDbStore(site), ...system() };
  opening = openSiteClient(ports, { person, closed, ...(!lock && { stopped: 'other-tab' }) });
  try {
    const client = await opening;
    giveHints(client, hints.signal);
    return client;
  } catch (error) {
    closed();
    throw error;
  }
}

function network(site: string) {
  const path = `/api/sites/${encodeURIComponent(site)}`;
  // Browsers of a few years ago take no relative address here.
  const origin = location.origin.replace(/^http/, 'ws');
  const headers = { 'content-type': 'application/json' };
  return {
    dial: webSocketDial(() => new WebSocket(`${origin}${path}/live`)),
    exchange: httpExchange((body) => {
      const signal = AbortSignal.timeout(EXCHANGE_MS);
      return fetch(`${path}/sync`, { method: 'POST', headers, body, signal });
    }),
  };
}

function system() {
  return { clock: systemClock(globalThis), random: unguessable(crypto) };
}

/** What the page knows of its network and of who looks at it. */
function giveHints(client: OpenSiteClient, signal: AbortSignal): void {
  const tellVisibility = (): void => client.hint(document.visibilityState);
  window.addEventListener('online', () => client.hint('online'), { signal });
  document.addEventListener('visibilitychange', tellVisibility, { signal });
  if (document.visibilityState === 'hidden') tellVisibility();
}
