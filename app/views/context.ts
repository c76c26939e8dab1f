import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { AppState } from '../state/app-state.ts';
import type { SiteState } from '../state/site-state.ts';

export const AppContext = createContext<AppState | null>(null);

export function useApp(): AppState {
  const app = useContext(AppContext);
  if (!app) throw new Error('a view outside the app');
  return app;
}

/** The open site. Only for views that are shown while there is one. */
export function useSite(): SiteState {
  const site = useApp().site.value;
  if (!site) throw new Error('a view of a site while none is open');
  return site;
}
