import { effect, type ReadonlySignal, untracked } from '@preact/signals';
import type { Route, Screen } from './route.ts';
import type { SiteState } from './site-state.ts';

/** A new version of the app that has been fetched and waits. */
export interface Updates {
  waiting: ReadonlySignal<boolean>;
  /** Lets it take over and reloads. */
  activate(): void;
  /** Asks now whether there is one. */
  look(): void;
}

export interface QuietPorts {
  updates: Updates;
  /** Nobody has used the page for a while, or can see it. */
  resting: ReadonlySignal<boolean>;
  route: ReadonlySignal<Route>;
  site: ReadonlySignal<SiteState | null>;
}

/**
 * Lets a new version take over in a quiet moment: nobody is at the page, nothing is open on it, and every edit is kept.
 * The person can have it sooner. Once a page only: a version that does not come up must not turn the page in circles.
 */
export function updateWhenQuiet({ updates, resting, route, site }: QuietPorts): () => void {
  let isDone = false;
  return effect(() => {
    if (isDone || !updates.waiting.value || !resting.value || isInUse(route.value)) return;
    if (hasUnsaved(site.value)) return;
    isDone = true;
    untracked(() => updates.activate());
  });
}

/** Edits that would be lost with the page. */
export function hasUnsaved(site: SiteState | null): boolean {
  return site?.view.value.pending.some(({ saved }) => !saved) ?? false;
}

/** Screens in which a person may have begun something. */
const FORMS: readonly Screen[] = ['import', 'site', 'people', 'walls'];

/** Something is open in which a person may have begun something. */
function isInUse(route: Route): boolean {
  switch (route.at) {
    case 'site': {
      // A car that is open beside the board is open again afterwards; a note that was begun is not.
      const { overlay, screen } = route;
      return FORMS.includes(screen) || overlay?.type === 'sheet' || overlay?.part === 'note';
    }
    case 'setup':
    case 'join':
      return true;
    default:
      return false;
  }
}
