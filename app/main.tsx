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
let worker = { activate: () => {}, look: () => {} };
const ports: SitePorts = { clock: pageClock, memory: deviceMemory, locale: pageLocale() };
const surroundings = pageSurroundings(version);
const app = new AppState({
  ...ports,
  api: createHttp((path, init) => fetch(path, init)),
  addressBar,
  surroundings,
  updates: { waiting, activate: () => worker.activate(), look: () => worker.look() },
  openSite: async (known, me, open) => {
    const { enterSite, loadFirstScreen } = await loadSite();
    const screen = loadFirstScreen(surroundings.layout.value);
    const site = await enterSite(known, me, { ...ports, version }, open, screen);
    await screen;
    return site;
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
  import('./browser/app-updates.ts').then(
    ({ followUpdates }) => {
      worker = followUpdates(waiting);
    },
    // Without a network there is no new version to be had either: the next start looks again.
    () => {},
  );
  // After the parts that show it. Without a network it comes with the next start.
  void loadAhead()
    .then(() => import('./documents.ts'))
    .then(
      ({ followPerson }) => followPerson(app),
      () => {},
    );
}, LOAD_AHEAD_MS);

/** What a signed-in person needs and the sign-in does not. */
function loadSite() {
  // It needs them, and they are not to wait for each other.
  void import('./views/Icon.tsx');
  return import('./site.ts');
}
