import type { Clock } from '../../app/sync/clock.ts';
import type { Dial, Exchange } from '../../app/sync/connection.ts';
import { httpExchange } from '../../app/sync/http-exchange.ts';
import { MemoryStore } from '../../app/sync/memory-store.ts';
import { openSiteClient } from '../../app/sync/open-site-client.ts';
import { unguessable } from '../../app/sync/random.ts';
import type { OpenSiteClient } from '../../app/sync/site-client.ts';
import type { Store } from '../../app/sync/store.ts';
import { systemClock } from '../../app/sync/system-clock.ts';
import type { View } from '../../app/sync/view.ts';
import { webSocketDial } from '../../app/sync/web-socket.ts';

export interface NodeClientOptions {
  origin: string;
  site: string;
  /** As the browser would send it. */
  cookie: string;
  /** What the device has stored; left out, it is new. */
  store?: Store;
  person?: string;
  /** Version of the app. */
  app?: string;
  clock?: Clock;
  /** Puts something between the client and its ways to the hub. */
  between?: { dial(dial: Dial): Dial; exchange(exchange: Exchange): Exchange };
}

/** The app's own client, in Node, on a real hub. */
export function openNodeClient({
  origin,
  site,
  cookie,
  store = new MemoryStore(),
  person,
  app,
  clock = systemClock(globalThis),
  between,
}: NodeClientOptions): Promise<OpenSiteClient> {
  const path = `${origin}/api/sites/${site}`;
  const headers = { Cookie: cookie, Origin: origin };
  // Node's WebSocket takes an object in the place of the protocols; the DOM's type does not know of it.
  const options: unknown = { headers };
  const dial = webSocketDial(() => new WebSocket(`${path.replace(/^http/, 'ws')}/live`, options as string[]));
  const exchange = httpExchange((body) =>
    fetch(`${path}/sync`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body,
    }),
  );
  return openSiteClient(
    {
      dial: between?.dial(dial) ?? dial,
      exchange: between?.exchange(exchange) ?? exchange,
      store,
      clock,
      random: unguessable(crypto),
      ...(app !== undefined && { app }),
    },
    person === undefined ? {} : { person },
  );
}

/** Resolves with the first view of which `isSo` holds, now or within the limit. */
export function viewOnce(
  client: OpenSiteClient,
  isSo: (view: View) => boolean,
  limitMs = 10_000,
): Promise<View> {
  if (isSo(client.view)) return Promise.resolve(client.view);
  return new Promise((resolve, reject) => {
    const leave = client.subscribe((view) => {
      if (!isSo(view)) return;
      clearTimeout(limit);
      leave();
      resolve(view);
    });
    const limit = setTimeout(() => {
      leave();
      const { health, version, pending, attention } = client.view;
      const shown = { health, version, pending: pending.length, attention: attention.length };
      reject(new Error(`not so after ${limitMs} ms: ${isSo}; the view is ${JSON.stringify(shown)}`));
    }, limitMs);
  });
}

/** The hub has answered everything, and the board is current. */
export function isSettled({ health, pending }: View): boolean {
  return health.state === 'live' && pending.length === 0;
}
