import { useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../messages/translate.ts';
import { useApp, useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { lazy } from '../lazy.tsx';
import { CarList } from './CarList.tsx';
import { FilterBar } from './FilterBar.tsx';

const EmptyBoard = lazy(() => import('./EmptyBoard.tsx').then(({ EmptyBoard }) => EmptyBoard));
const QuickFind = lazy(() => import('./QuickFind.tsx').then(({ QuickFind }) => QuickFind));
const CarColumns = lazy(() => import('./CarColumns.tsx').then(({ CarColumns }) => CarColumns));
const CarSections = lazy(() => import('./CarSections.tsx').then(({ CarSections }) => CarSections));

/** All cars of the site, as a list or under their locations. */
export function BoardScreen() {
  const { router, ports } = useApp();
  const { board, keypad } = useSite();
  const layout = ports.surroundings.layout.value;
  useEffect(() => {
    const route = router.route.peek();
    if (route.at === 'site' && route.query.size > 0) board.read(route.query);
    return () => board.leave();
  }, [board, router]);
  useSignalEffect(() => router.setQuery(board.query()));
  return (
    <div class="board-screen">
      <h1 class="hidden">{t('board.title')}</h1>
      <FilterBar />
      <div class="board-body">
        <Held>
          <Cars wide={layout === 'desktop'} />
        </Held>
        <Updates />
        {layout === 'desktop' && keypad.text.value !== '' && <QuickFind />}
      </div>
    </div>
  );
}

function Cars({ wide }: { wide: boolean }) {
  const { board, view, cars } = useSite();
  const isColumns = board.view.value === 'columns' && cars.value.length > 0;
  // One under the other, empty columns are a page of nothing that the keyboard could not scroll either.
  const showsEmpty = isColumns && wide;
  if (!view.value.ready || (board.cars.value.length === 0 && !showsEmpty)) return <EmptyBoard />;
  if (isColumns) return wide ? <CarColumns /> : <CarSections />;
  return <CarList />;
}

/** Keeps the board as it is while somebody is at it. */
function Held({ children }: { children: ComponentChildren }) {
  const { board } = useSite();
  const box = useRef<HTMLDivElement>(null);
  return (
    <div
      ref={box}
      class="held"
      onPointerEnter={(event) => event.pointerType === 'mouse' && board.hold('pointer')}
      onPointerLeave={(event) => event.pointerType === 'mouse' && board.letGo('pointer')}
      onTouchStart={() => board.touch()}
      onTouchMove={() => board.touch()}
      onFocusIn={({ target }) => isCar(target) && board.hold('focus')}
      onFocusOut={({ relatedTarget }) => {
        const stays = isCar(relatedTarget) && box.current?.contains(relatedTarget);
        if (!stays) board.letGo('focus');
      }}
    >
      {children}
    </div>
  );
}

/** The head of a column has the focus long after it was pressed: only a car is looked at. */
function isCar(target: EventTarget | null): target is Element {
  return target instanceof Element && target.matches('[data-car]');
}

/** Changes of place that wait until the person has looked enough. */
function Updates() {
  const { board } = useSite();
  const count = board.updates.value;
  if (count === 0) return null;
  const refresh = (event: MouseEvent) => {
    board.refresh();
    // The button goes; a keyboard goes on from the list.
    if (event.detail === 0) document.querySelector<HTMLElement>('[data-car][tabindex="0"]')?.focus();
  };
  return (
    <button type="button" class="updates" onClick={refresh}>
      <Icon name="up" />
      {t('board.updates', { count })}
    </button>
  );
}
