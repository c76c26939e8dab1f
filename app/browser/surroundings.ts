import { type ReadonlySignal, signal } from '@preact/signals';
import type { Layout, Surroundings } from '../state/app-state.ts';
import type { Locale } from '../state/site-time.ts';
import { pageRest } from './rest.ts';

/** Widths in em, so that 200 % text gets the layout of a smaller screen. */
const TABLET = '(min-width: 44em)';
const DESKTOP = '(min-width: 75em)';

export function pageSurroundings(version: string): Surroundings {
  const tablet = matchMedia(TABLET);
  const desktop = matchMedia(DESKTOP);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const layout = (): Layout => (desktop.matches ? 'desktop' : tablet.matches ? 'tablet' : 'phone');
  return {
    layout: following(layout, (changed) => {
      tablet.addEventListener('change', changed);
      desktop.addEventListener('change', changed);
    }),
    dark: following(
      () => dark.matches,
      (changed) => dark.addEventListener('change', changed),
    ),
    online: following(
      () => navigator.onLine,
      (changed) => {
        window.addEventListener('online', changed);
        window.addEventListener('offline', changed);
      },
    ),
    resting: pageRest(),
    visible: following(
      () => document.visibilityState === 'visible',
      (changed) => document.addEventListener('visibilitychange', changed),
    ),
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    version,
    hour: () => new Date().getHours(),
    // Missing where the page is not from a secure address.
    persisted: async () => ('storage' in navigator ? navigator.storage.persisted() : null),
  };
}

/** English words by the device's own clock. */
export function pageLocale(): Locale {
  const { hourCycle } = new Intl.DateTimeFormat(navigator.language, { hour: 'numeric' }).resolvedOptions();
  return { language: 'en', hour12: hourCycle === 'h12' || hourCycle === 'h11' };
}

/** A value that follows events for as long as the page lives. */
function following<T>(read: () => T, listen: (changed: () => void) => void): ReadonlySignal<T> {
  const value = signal(read());
  listen(() => {
    value.value = read();
  });
  return value;
}
