import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/**
 * Brings the focus into what has been opened (to what is marked `data-focus-first`, else to the box), again when
 * `what` changes, and back to where it was when it closes. A row that was drawn anew since is found by its car.
 */
export function useFocusInside(box: RefObject<HTMLElement | null>, what: string): void {
  useEffect(() => {
    const before = document.activeElement;
    const car = before?.getAttribute('data-car');
    return () => {
      // What lies beneath is inert until the drawing that is going on now is done.
      requestAnimationFrame(() => {
        if (document.activeElement && document.activeElement !== document.body) return;
        const back = before?.isConnected ? before : document.querySelector(`[data-car="${car}"]`);
        if (back instanceof HTMLElement) back.focus({ preventScroll: true });
      });
    };
  }, []);
  // Another thing inside is the reason to run again
  useEffect(() => {
    const marked = [...(box.current?.querySelectorAll('[data-focus-first]') ?? [])];
    // The innermost comes last: a part of a car after the car's own title.
    const first = marked.at(-1) ?? box.current;
    if (first instanceof HTMLElement) first.focus({ preventScroll: true });
  }, [what]);
}
