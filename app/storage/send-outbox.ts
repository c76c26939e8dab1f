import { openSiteClient } from '../sync/open-site-client.ts';
import { IndexedDbStore, siteOf } from './indexed-db-store.ts';
import { siteLock } from './site-lock.ts';
import { siteExchange } from './site-network.ts';
import { system } from './system.ts';

/** What the page asks the browser to wake the service worker for. */
export const OUTBOX_TAG = 'yardboard-outbox';

/**
 * Sends what waits on this device, of every site, by the same client as the page and over HTTP alone. Where a page is
 * open, that one sends (rule O3). Rejects where something is left that may go later: the browser then asks again.
 */
export async function sendOutboxes(): Promise<void> {
  const databases = await indexedDB.databases();
  const sites = databases.flatMap(({ name }) => siteOf(name ?? '') ?? []);
  const isDone = await Promise.all(sites.map(sendOutbox));
  if (isDone.includes(false)) throw new Error('edits wait on');
}

async function sendOutbox(site: string): Promise<boolean> {
  const letGo = await takeLock(site);
  if (!letGo) return false;
  try {
    return await send(site);
  } finally {
    letGo();
  }
}

/** Null where a page has it. */
function takeLock(site: string): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const letGo = siteLock(site).request('if-free', {
      held: () => resolve(letGo),
      refused: () => resolve(null),
      // The store refuses what comes after, and that ends the client.
      lost: () => {},
    });
  });
}

/** False where it has to be tried again. */
async function send(site: string): Promise<boolean> {
  const ports = { dial: noDial, exchange: siteExchange(site), store: new IndexedDbStore(site), ...system() };
  // Idle: a hub is not woken for an empty outbox. The session may be another person's than that of the edits: the
  // client asks before it sends any.
  const client = await openSiteClient(ports, { saver: true, idle: true });
  let isDone = client.view.pending.length === 0;
  for (let left = Infinity; !isDone && client.view.pending.length < left; ) {
    left = client.view.pending.length;
    isDone = await client.syncNow();
  }
  // What is refused for good is for the person to see, when the page is opened.
  isDone ||= client.view.health.state === 'stopped';
  await client.stop();
  return isDone;
}

/** Who saves data never dials. */
function noDial() {
  return { send: () => {}, close: () => {} };
}
