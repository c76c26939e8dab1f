import type { SharedPorts } from '../sync/shared/ports.ts';
import { openSharedClient, type SharedClient } from '../sync/shared/shared-client.ts';
import { openSiteClientWith, type SiteClientOptions } from '../sync/site-client.ts';
import type { SiteClient } from '../sync/view.ts';
import { IndexedDbStore } from './indexed-db-store.ts';
import { siteChannel } from './site-channel.ts';
import { siteLock } from './site-lock.ts';
import { system } from './system.ts';

/** By then a screen that is there has been drawn. */
const DRAWN_MS = 50;
/** By then the rest of the app has been fetched, too. */
const LATER_MS = 2_000;

export interface OpenSiteOptions {
  /** Version of the build. */
  app: string;
  /** Whether to use less data, asked when this tab comes to work. */
  isSaver(): boolean;
  /** The code of the first screen is there: what connects is fetched after it. */
  screen: Promise<void>;
}

/**
 * The client of a site in this tab, for the person who is signed in. All tabs of this browser profile share one that
 * works (rule O3). Rejects with a `StoreError`.
 */
export async function openSite(
  site: string,
  person: string,
  { app, isSaver, screen }: OpenSiteOptions,
): Promise<SiteClient> {
  const leaving = new AbortController();
  let isDrawn = (): void => {};
  const drawn = new Promise<void>((done) => {
    isDrawn = done;
  });
  const ports: SharedPorts = {
    ...system(),
    lock: siteLock(site),
    openChannel: (heard) => siteChannel(site, person, heard),
    openLeader: (closed) => openWorking(site, drawn, app, { person, saver: isSaver(), closed }),
    loadParts: async () => (await import('../sync/shared/parts.ts')).parts,
  };
  const isVisible = document.visibilityState === 'visible';
  const client = await openSharedClient(ports, { isVisible, closed: () => leaving.abort() });
  void screen.then(() => setTimeout(isDrawn, DRAWN_MS));
  giveHints(client, leaving.signal);
  setTimeout(() => void askForBackgroundSync(client, leaving.signal), LATER_MS);
  return client;
}

/** The client that does the work. It shows what is stored, and connects once the page has been `drawn`. */
function openWorking(site: string, drawn: Promise<void>, app: string, options: SiteClientOptions) {
  const load = async () => {
    await drawn;
    return (await import('./site-link.ts')).siteLink(site);
  };
  return openSiteClientWith({ load }, { store: new IndexedDbStore(site), ...system(), app }, options);
}

/** What the page knows of its network and of who looks at it. */
function giveHints(client: SharedClient, signal: AbortSignal): void {
  const tellVisibility = (): void => client.hint(document.visibilityState);
  window.addEventListener('online', () => client.hint('online'), { signal });
  document.addEventListener('visibilitychange', tellVisibility, { signal });
}

async function askForBackgroundSync(client: SiteClient, signal: AbortSignal): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const { followOutbox } = await import('./background-sync.ts');
  const { serviceWorker } = navigator;
  followOutbox(client, async () => (await serviceWorker.ready).sync, signal);
}
