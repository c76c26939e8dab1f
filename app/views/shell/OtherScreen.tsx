import type { ComponentType } from 'preact';
import type { Screen } from '../../state/route.ts';
import { useApp } from '../context.ts';
import { lazy } from '../lazy.tsx';

/** Those that nobody sees first: they, and the table that names them, come later. */
type Other = Exclude<Screen, 'home' | 'board'>;

const SCREENS: { [S in Other]: ComponentType } = {
  more: lazy(() => import('../settings/MoreScreen.tsx').then(({ MoreScreen }) => MoreScreen)),
  import: lazy(() => import('../import/ImportScreen.tsx').then(({ ImportScreen }) => ImportScreen)),
  history: lazy(() => import('../history/HistoryScreen.tsx').then(({ HistoryScreen }) => HistoryScreen)),
  fleet: lazy(() => import('../fleet/FleetScreen.tsx').then(({ FleetScreen }) => FleetScreen)),
  tokens: lazy(() => import('../tokens/TokensScreen.tsx').then(({ TokensScreen }) => TokensScreen)),
  site: lazy(() => import('../sites/SiteScreen.tsx').then(({ SiteScreen }) => SiteScreen)),
  person: lazy(() => import('../account/PersonScreen.tsx').then(({ PersonScreen }) => PersonScreen)),
  security: lazy(() => import('../account/SecurityScreen.tsx').then(({ SecurityScreen }) => SecurityScreen)),
  people: lazy(() => import('../people/PeopleScreen.tsx').then(({ PeopleScreen }) => PeopleScreen)),
  devices: lazy(() => import('../devices/DevicesScreen.tsx').then(({ DevicesScreen }) => DevicesScreen)),
  walls: lazy(() => import('../walls/WallsScreen.tsx').then(({ WallsScreen }) => WallsScreen)),
  settings: lazy(() => import('../settings/SettingsScreen.tsx').then(({ SettingsScreen }) => SettingsScreen)),
};

const LockedScreen = lazy(() => import('../kiosk/LockedScreen.tsx').then(({ LockedScreen }) => LockedScreen));

export function OtherScreen({ screen }: { screen: Other }) {
  // What was done is on the board, too. All else is somebody's, who is asked first who they are.
  if (useApp().locked.value && screen !== 'history') return <LockedScreen />;
  const Main = SCREENS[screen];
  return <Main />;
}
