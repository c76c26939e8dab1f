import type { ComponentType } from 'preact';
import type { Route } from '../../state/route.ts';
import { lazy } from '../lazy.tsx';

/** Those that few come through: they, and the table that names them, come later. */
type Other = Exclude<Route['at'], 'start' | 'sites' | 'site'>;

const DOORS: { [D in Other]: ComponentType } = {
  setup: lazy(() => import('./SetupScreen.tsx').then(({ SetupScreen }) => SetupScreen)),
  reset: lazy(() => import('../account/ResetScreen.tsx').then(({ ResetScreen }) => ResetScreen)),
  join: lazy(() => import('../people/JoinScreen.tsx').then(({ JoinScreen }) => JoinScreen)),
  tablet: lazy(() => import('../devices/TabletScreen.tsx').then(({ TabletScreen }) => TabletScreen)),
  wall: lazy(() => import('../wall/WallScreen.tsx').then(({ WallScreen }) => WallScreen)),
  enrol: lazy(() => import('../devices/EnrolScreen.tsx').then(({ EnrolScreen }) => EnrolScreen)),
};

export function OtherDoor({ at }: { at: Other }) {
  const Door = DOORS[at];
  return <Door />;
}
