import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Car } from '../../../worker/protocol/car.ts';

interface Drawn {
  car: Car;
  isTabStop: boolean;
  vnode: VNode;
}

/**
 * Draws each car once for as long as it stays the same: a list that scrolls, or of which one car has changed, skips
 * all the others. What `draw` closes over must not change.
 */
export function useRows(draw: (car: Car, isTabStop: boolean) => VNode) {
  const drawn = useRef(new Map<string, Drawn>());
  return (car: Car, isTabStop: boolean): VNode => {
    const before = drawn.current.get(car.id);
    if (before && before.car === car && before.isTabStop === isTabStop) return before.vnode;
    const vnode = draw(car, isTabStop);
    drawn.current.set(car.id, { car, isTabStop, vnode });
    return vnode;
  };
}
