import type { Me } from '../worker/protocol/api.ts';
import type { Car } from '../worker/protocol/car.ts';
import { type KnownSite, type SitePorts, SiteState } from './state/site-state.ts';
import { openSite } from './storage/open-site.ts';

export { Shell } from './views/shell/Shell.tsx';

/** All that a signed-in person needs and the sign-in does not: store, connection and state of a site. */
export async function enterSite(
  known: KnownSite,
  me: Me,
  ports: SitePorts,
  open: (car: Car) => void,
): Promise<SiteState> {
  // What a person stores here is work: ask the browser to keep it. It may say no, which the sync sheet tells.
  if ('storage' in navigator) void navigator.storage.persist();
  return new SiteState(known, await openSite(known.id, me.person.id), ports, open);
}
