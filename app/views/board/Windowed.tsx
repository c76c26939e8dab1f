import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** The row the keyboard is on. `focus`: it was moved there by a key, so the focus follows. */
export interface Active {
  id: string | null;
  focus: boolean;
}

export const NOWHERE: Active = { id: null, focus: false };

interface WindowedProps<T extends { id: string }> {
  items: readonly T[];
  label: string;
  active: Active;
  row: (item: T, index: number) => ComponentChildren;
  onScroll?: (topPx: number) => void;
}

/** Rows drawn beyond each end of what is seen: scrolling shows them before the next drawing. */
const BEYOND = 8;
const FIRST_ROW_PX = 64;
const FIRST_ROWS = 16;

/**
 * A list that draws the rows in sight and no others, so that 2,000 cost what 20 do. All rows are of one height,
 * which the style says and is measured here. The active row is always drawn: it may have the focus.
 */
export function Windowed<T extends { id: string }>({
  items,
  label,
  active,
  row,
  onScroll,
}: WindowedProps<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLLIElement>(null);
  const [rowPx, setRowPx] = useState(FIRST_ROW_PX);
  const [first, setFirst] = useState(0);
  const [rows, setRows] = useState(FIRST_ROWS);

  useLayoutEffect(() => {
    const { current: box } = scroller;
    const { current: one } = ruler;
    if (!box || !one) return;
    const measure = () => {
      const px = one.offsetHeight || FIRST_ROW_PX;
      setRowPx(px);
      setRows(Math.ceil(box.clientHeight / px));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    observer.observe(one);
    measure();
    return () => observer.disconnect();
  }, []);

  const activeIndex = active.id === null ? -1 : items.findIndex(({ id }) => id === active.id);
  useLayoutEffect(() => {
    const { current: box } = scroller;
    if (!active.focus || activeIndex < 0 || !box) return;
    const topPx = activeIndex * rowPx;
    if (topPx < box.scrollTop) box.scrollTop = topPx;
    else if (topPx + rowPx > box.scrollTop + box.clientHeight)
      box.scrollTop = topPx + rowPx - box.clientHeight;
    box.querySelector<HTMLElement>(`[data-car="${active.id}"]`)?.focus({ preventScroll: true });
    // Only a key moves the focus: a board that is arranged anew leaves it, and the scroll, where they are.
  }, [active]);

  const scrolled = (event: Event & { currentTarget: HTMLElement }) => {
    const { scrollTop } = event.currentTarget;
    setFirst(Math.floor(scrollTop / rowPx));
    onScroll?.(scrollTop);
  };
  const from = Math.max(0, Math.min(first, items.length - rows) - BEYOND);
  const indexes = Array.from({ length: rows + 2 * BEYOND }, (_, i) => from + i);
  if (activeIndex >= 0 && !indexes.includes(activeIndex)) indexes.push(activeIndex);
  return (
    <div class="windowed" ref={scroller} onScroll={scrolled}>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the list where the style drops its bullets */}
      <ul role="list" aria-label={label} style={{ height: `${items.length * rowPx}px` }}>
        <li class="ruler" ref={ruler} aria-hidden="true" />
        {indexes.map((index) => {
          const item = items[index];
          return (
            item && (
              <li
                key={item.id}
                class="windowed-row"
                aria-setsize={items.length}
                aria-posinset={index + 1}
                style={{ top: `${index * rowPx}px` }}
              >
                {row(item, index)}
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
