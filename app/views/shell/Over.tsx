import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { useFocusInside } from '../use-focus-inside.ts';

interface OverProps {
  /** Changes with what is inside, so that the focus goes there. */
  what: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** What lies over everything. The rest of the page is inert meanwhile, so Tab stays inside; Escape closes it. */
export function Over({ what, onClose, children }: OverProps) {
  const box = useRef<HTMLDivElement>(null);
  useFocusInside(box, what);
  return (
    <div class="over">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a second way to close, beside the button and Escape */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape does it */}
      <div class="over-back" onClick={onClose} />
      <div
        class="sheet"
        role="dialog"
        aria-modal="true"
        aria-labelledby="sheet-title"
        tabIndex={-1}
        ref={box}
      >
        {children}
      </div>
    </div>
  );
}

/** What lies beside the board, which stays in use. */
export function Side({
  what,
  label,
  children,
}: {
  what: string;
  label: string;
  children: ComponentChildren;
}) {
  const box = useRef<HTMLElement>(null);
  useFocusInside(box, what);
  return (
    <aside class="side" aria-label={label} tabIndex={-1} ref={box}>
      {children}
    </aside>
  );
}
