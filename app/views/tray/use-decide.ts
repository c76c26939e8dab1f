import type { Attention, Decision } from '../../state/site-state.ts';
import { decide } from '../../state/tray.ts';
import { useSite } from '../context.ts';

/** Decides on items, and says what has come of it. */
export function useDecide() {
  const site = useSite();
  return (items: readonly Attention[], decision: Decision): void => {
    void decide(site, items, decision);
  };
}
