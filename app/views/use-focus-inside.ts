import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** What had the focus last on the page itself: what becomes inert loses it before anybody can ask. */
let lastFocused: Element | null = null;

export function rememberFocus({ target }: FocusEvent): void {
  if (target instanceof Element) lastFocused = target;
}

/**
 * Brings the focus into what has been opened (to what is marked `data-focus-first`, else to the box), again when
 * `what` changes, and back to where it was when it closes. A row that was drawn anew since is found by its car.
 */
export function useFocusInside(box: RefObject<HTMLElement | null>, what: string): void {
  const [before] = useState(focused);
  useEffect(() => {
    const car = before?.getAttribute('data-car');
    return () => {
      // What lies beneath is inert until the drawing that is going on now is done.
      requestAnimationFrame(() => {
        if (document.activeElement && document.activeElement !== document.body) return;
        const back = before?.isConnected ? before : nearest(car);
        if (back instanceof HTMLElement) back.focus({ preventScroll: true });
      });
    };
  }, [before]);
  // Another thing inside is the reason to run again
  useEffect(() => {
    const marked = [...(box.current?.querySelectorAll('[data-focus-first]') ?? [])];
    // The innermost comes last: a part of a car after the car's own title.
    const first = marked.at(-1) ?? box.current;
    if (first instanceof HTMLElement) first.focus({ preventScroll: true });
  }, [what]);
}

/** What lies beneath may have become inert already, and lost it. */
function focused(): Element | null {
  const { activeElement } = document;
  return activeElement === document.body ? lastFocused : activeElement;
}

/** The car's row as it is drawn now, else the row that Tab leads to, else the screen. */
function nearest(car: string | null | undefined): Element | null {
  return (
    document.querySelector(`[data-car="${car}"]`) ??
    document.querySelector('[data-car][tabindex="0"]') ??
    document.getElementById('main')
  );
}
