import { effect, signal } from '@preact/signals';
import { version } from '../package.json';
import { addressBar } from './browser/address-bar.ts';
import { deviceMemory } from './browser/device-memory.ts';
import { pageClock } from './browser/page-clock.ts';
import { pageLocale, pageSurroundings } from './browser/surroundings.ts';
import { createHttp } from './http.ts';
import { AppState } from './state/app-state.ts';
import { HELD } from './state/session.ts';
import type { SitePorts } from './state/site-state.ts';
import { lazy } from './views/lazy.tsx';
import { mount } from './views/mount.tsx';

/** By then the first screen stands, on a slow phone too. */
const LOAD_AHEAD_MS = 1_000;

/** The page: everything is handed what it needs here, and only here. */
const waiting = signal(false);
let worker = { activate: () => {}, look: () => {} };
const ports: SitePorts = {
  clock: pageClock,
  memory: deviceMemory,
  locale: pageLocale(),
  hold: (asked) => app.hold(asked),
};
const surroundings = pageSurroundings(version);
const app = new AppState({
  ...ports,
  // What the hub is asked while it does not know who is here it would take for somebody else's.
  api: createHttp(async (path, init) =>
    deviceMemory.get(HELD) === null ? fetch(path, init) : Promise.reject(),
  ),
  addressBar,
  surroundings,
  updates: { waiting, activate: () => worker.activate(), look: () => worker.look() },
  openSite: async (known, me, open) => {
    const { enterSite, loadFirstScreen } = await loadSite();
    const screen = loadFirstScreen(surroundings.layout.value);
    const site = await enterSite(known, me, { ...ports, version }, open, screen.then(proven));
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
  import('./later.ts').then(
    ({ goOn }) => {
      worker = goOn(app, waiting);
    },
    // Without a network there is no new version to be had either: the next start looks again.
    () => {},
  );
}, LOAD_AHEAD_MS);

/** Resolves once the hub has heard who is here. */
function proven(): Promise<void> {
  return new Promise((resolve) => {
    effect(() => {
      if (!app.session.held.value) resolve();
    });
  });
}

/** What a signed-in person needs and the sign-in does not. */
function loadSite() {
  // It needs them, and they are not to wait for each other.
  void import('./views/Icon.tsx');
  return import('./site.ts');
}
