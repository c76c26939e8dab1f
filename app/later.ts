import { effect, type Signal, untracked } from '@preact/signals';
import { followUpdates } from './browser/app-updates.ts';
import type { AppState } from './state/app-state.ts';
import { noticeLosses } from './state/losses.ts';
import { type Updates, updateWhenQuiet } from './state/quiet-updates.ts';
import { loadAhead } from './views/lazy.tsx';

/** What comes once the first screen stands, so that it is not in its way. */
export function goOn(app: AppState, waiting: Signal<boolean>): Pick<Updates, 'activate' | 'look'> {
  const worker = followUpdates(waiting);
  updateWhenQuiet({
    updates: { ...worker, waiting },
    resting: app.ports.surroundings.resting,
    route: app.router.route,
    site: app.site,
  });
  effect(() => {
    const site = app.site.value;
    if (site) untracked(() => noticeLosses(site, app.ports));
  });
  onceOnDevice(app, () => {
    void import('./kiosk.tsx').then(({ followDevice }) => followDevice(app));
  });
  // After the parts that show it. Without a network it comes with the next start.
  void loadAhead('serviceWorker' in navigator)
    .then(() => import('./documents.ts'))
    .then(
      ({ followPerson }) => followPerson(app),
      () => {},
    );
  return worker;
}

/** Once this is an enrolled device that people use. */
function onceOnDevice({ session, opened }: AppState, call: () => void): void {
  let isDone = false;
  effect(() => {
    const { value } = session.state;
    const me = value.state === 'signed-in' ? value.me : null;
    const isDevice = opened.value !== null || (me !== null && me.device !== null && me.kind !== 'wall');
    if (!isDevice || isDone) return;
    isDone = true;
    call();
  });
}
