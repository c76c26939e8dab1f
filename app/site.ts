import type { Me } from '../worker/protocol/api.ts';
import type { Car } from '../worker/protocol/car.ts';
import { isSaver } from './state/preferences.ts';
import { type KnownSite, type SitePorts, SiteState } from './state/site-state.ts';
import { openSite } from './storage/open-site.ts';

export { loadFirstScreen, Shell } from './views/shell/Shell.tsx';

/** All that a signed-in person needs and the sign-in does not: store, connection and state of a site. */
export async function enterSite(
  known: KnownSite,
  me: Me,
  ports: SitePorts & { version: string },
  open: (car: Car) => void,
  screen: Promise<void>,
): Promise<SiteState> {
  // What a person stores here is work: ask the browser to keep it. It may say no, which the sync sheet tells.
  if ('storage' in navigator) void navigator.storage.persist();
  const client = await openSite(known.id, me.person.id, {
    app: ports.version,
    isSaver: () => isSaver(ports.memory),
    screen,
  });
  const offers = me.kind === 'device' ? ({ offers: 'worker' } as const) : {};
  return new SiteState({ ...known, ...offers }, client, ports, open, me.person);
}
