import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** Items, losses, and what decides on several at once: where the focus can stand. */
const STOPS = '[data-stop]';

/**
 * When what had the focus has been decided on and is gone, the focus goes to what stands in its place, or to the title.
 * `count` changes whenever something may be gone.
 */
export function useFocusKept(box: RefObject<HTMLElement | null>, count: number): void {
  /** Which stop had the focus last; -1 for none. */
  const at = useRef(-1);
  useEffect(() => {
    const root = box.current;
    const note = ({ target }: FocusEvent): void => {
      const stop = target instanceof Element ? target.closest(STOPS) : null;
      at.current = stop ? stopsOf(root).indexOf(stop) : -1;
    };
    root?.addEventListener('focusin', note);
    return () => root?.removeEventListener('focusin', note);
  }, [box]);
  // Another count is the reason to run again
  useEffect(() => {
    if (at.current < 0 || (document.activeElement && document.activeElement !== document.body)) return;
    const stops = stopsOf(box.current);
    const next = stops[Math.min(at.current, stops.length - 1)];
    const goal = next?.querySelector('[tabindex="-1"]') ?? document.getElementById('sheet-title');
    if (goal instanceof HTMLElement) goal.focus({ preventScroll: true });
  }, [box, count]);
}

function stopsOf(root: HTMLElement | null): Element[] {
  return [...(root?.querySelectorAll(STOPS) ?? [])];
}
