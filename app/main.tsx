import { signal } from '@preact/signals';
import { version } from '../package.json';
import { addressBar } from './browser/address-bar.ts';
import { deviceMemory } from './browser/device-memory.ts';
import { pageClock } from './browser/page-clock.ts';
import { pageLocale, pageSurroundings } from './browser/surroundings.ts';
import { createHttp } from './http.ts';
import { AppState } from './state/app-state.ts';
import type { SitePorts } from './state/site-state.ts';
import { lazy, loadAhead } from './views/lazy.tsx';
import { mount } from './views/mount.tsx';

/** By then the first screen stands, on a slow phone too. */
const LOAD_AHEAD_MS = 1_000;

/** The page: everything is handed what it needs here, and only here. */
const waiting = signal(false);
let activate = () => {};
const ports: SitePorts = { clock: pageClock, memory: deviceMemory, locale: pageLocale() };
const app = new AppState({
  ...ports,
  api: createHttp((path, init) => fetch(path, init)),
  addressBar,
  surroundings: pageSurroundings(version),
  updates: { waiting, activate: () => activate() },
  openSite: async (known, me, open) => {
    const { enterSite } = await loadSite();
    return enterSite(known, me, ports, open);
  },
});

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');
mount(
  app,
  lazy(async () => (await loadSite()).Shell),
  root,
);

// Once the first screen stands, so that they are not in its way.
setTimeout(() => {
  void import('./browser/app-updates.ts').then(({ followUpdates }) => {
    activate = followUpdates(waiting);
  });
  void loadAhead();
}, LOAD_AHEAD_MS);

/** What a signed-in person needs and the sign-in does not. */
function loadSite() {
  return import('./site.ts');
}
