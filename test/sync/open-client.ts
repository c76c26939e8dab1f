import { MemoryStore } from '../../app/sync/memory-store.ts';
import { openSiteClient } from '../../app/sync/open-site-client.ts';
import type { OpenSiteClient, SiteClientOptions } from '../../app/sync/site-client.ts';
import type { Store } from '../../app/sync/store.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { random } from '../support/random.ts';
import { boardOf, carOf, ScriptedHub } from '../support/scripted-hub.ts';

export interface Opened {
  client: OpenSiteClient;
  hub: ScriptedHub;
  clock: ManualClock;
  store: Store;
}

/** A client before a scripted hub, dialling. */
export async function openClient(
  given: Partial<Pick<Opened, 'hub' | 'clock' | 'store'>> &
    SiteClientOptions & { seed?: number; app?: string } = {},
): Promise<Opened> {
  const { hub = new ScriptedHub(), clock = new ManualClock(), store = new MemoryStore(), seed = 1 } = given;
  const { dial, exchange } = hub;
  const app = given.app === undefined ? {} : { app: given.app };
  const client = await openSiteClient({ dial, exchange, store, clock, random: random(seed), ...app }, given);
  return { client, hub, clock, store };
}

/** A client that is live on a board of cars 414 and 415. */
export async function openLive(given: Parameters<typeof openClient>[0] = {}): Promise<Opened> {
  const opened = await openClient(given);
  opened.hub.socket.welcome(boardOf(carOf('414'), carOf('415')));
  await opened.clock.advance(0);
  return opened;
}

/** The same device after a crash or a reload: what its store kept. */
export function again({ store, clock }: Opened, options: SiteClientOptions = {}): Promise<Opened> {
  return openClient({ store, clock, seed: 2, ...options });
}
