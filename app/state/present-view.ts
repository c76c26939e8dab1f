import { effect, untracked } from '@preact/signals';
import { presentName } from '../../worker/protocol/present-name.ts';
import type { Site } from '../../worker/protocol/site.ts';
import type { SavedView } from './saved-views.ts';
import type { SiteState } from './site-state.ts';

/** A view with the name that its location has now. */
export function presentView(view: SavedView, site: Site | null): SavedView {
  const query = new URLSearchParams(view.query);
  const location = query.get('at');
  if (!site || location === null || presentName(site, location) === location) return view;
  query.set('at', presentName(site, location));
  return { ...view, query: query.toString() };
}

/**
 * From now on the board shows a location under its present name, as soon as no car stands there under the one before:
 * they come a moment after the name. Returns how to stop that.
 */
export function followNames({ board, view, cars }: Pick<SiteState, 'board' | 'view' | 'cars'>): () => void {
  return effect(() => {
    const { site } = view.value;
    const { location } = board.filter.value;
    if (!site || location === null) return;
    const now = presentName(site, location);
    if (now === location || cars.value.some((car) => car.location === location)) return;
    untracked(() => board.show({ location: now }));
  });
}
