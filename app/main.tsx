import { version } from '../package.json';
import { addressBar } from './browser/address-bar.ts';
import { appUpdates } from './browser/app-updates.ts';
import { deviceMemory } from './browser/device-memory.ts';
import { pageClock } from './browser/page-clock.ts';
import { pageLocale, pageSurroundings } from './browser/surroundings.ts';
import { createHttp } from './http.ts';
import { AppState } from './state/app-state.ts';
import { openSite } from './storage/open-site.ts';
import { loadAhead } from './views/lazy.tsx';
import { mount } from './views/mount.tsx';

/** The page: everything is handed what it needs here, and only here. */
const app = new AppState({
  api: createHttp((path, init) => fetch(path, init)),
  addressBar,
  memory: deviceMemory,
  clock: pageClock,
  locale: pageLocale(),
  surroundings: pageSurroundings(version),
  updates: appUpdates(),
  openSite: (site, me) => openSite(site.id, me.person.id),
});

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');
mount(app, root);

// What a person stores here is work: ask the browser to keep it. It may say no, which the sync sheet tells.
if ('storage' in navigator) void navigator.storage.persist();
// Once the first screen stands, so that it is not in its way.
setTimeout(loadAhead, 1_500);
