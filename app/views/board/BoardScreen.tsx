import { useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../messages/translate.ts';
import { isFiltered, NO_FILTER } from '../../state/car-filter.ts';
import { useApp, useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { lazy } from '../lazy.tsx';
import { CarList } from './CarList.tsx';
import { FilterBar } from './FilterBar.tsx';
import { QuickFind } from './QuickFind.tsx';

const CarColumns = lazy(() => import('./CarColumns.tsx').then(({ CarColumns }) => CarColumns));
const CarSections = lazy(() => import('./CarSections.tsx').then(({ CarSections }) => CarSections));

/** All cars of the site, as a list or under their locations. */
export function BoardScreen() {
  const { router, ports } = useApp();
  const { board } = useSite();
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
        {layout === 'desktop' && <QuickFind />}
      </div>
    </div>
  );
}

function Cars({ wide }: { wide: boolean }) {
  const { board, view, counts } = useSite();
  if (!view.value.ready) return <Waiting />;
  if (counts.value.all === 0 && board.cars.value.length === 0) return <NoCars />;
  if (board.view.value === 'columns') return wide ? <CarColumns /> : <CarSections />;
  return board.cars.value.length === 0 ? <NoMatch /> : <CarList />;
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
      onFocusIn={() => board.hold('focus')}
      onFocusOut={(event) => {
        const { relatedTarget } = event;
        if (!(relatedTarget instanceof Node && box.current?.contains(relatedTarget))) board.letGo('focus');
      }}
    >
      {children}
    </div>
  );
}

/** Changes of place that wait until the person has looked enough. */
function Updates() {
  const { board } = useSite();
  const count = board.updates.value;
  if (count === 0) return null;
  return (
    <button type="button" class="updates" onClick={() => board.refresh()}>
      <Icon name="up" />
      {t('board.updates', { count })}
    </button>
  );
}

function Waiting() {
  const { view } = useSite();
  const offline = view.value.health.state === 'offline';
  return <p class="blank">{t(offline ? 'board.waitingOffline' : 'board.waiting')}</p>;
}

function NoCars() {
  const { router } = useApp();
  const site = useSite();
  return (
    <div class="blank">
      <h2>{t('board.empty')}</h2>
      <p>{t(site.may('import') ? 'board.emptyHint' : 'board.emptyViewer')}</p>
      {site.may('import') && (
        <button type="button" class="button" data-main onClick={() => router.screen('import')}>
          <Icon name="import" />
          {t('board.import')}
        </button>
      )}
      {site.may('add') && (
        <button
          type="button"
          class="button"
          onClick={() => router.open({ type: 'sheet', sheet: 'add', car: null })}
        >
          <Icon name="plus" />
          {t('board.add')}
        </button>
      )}
    </div>
  );
}

function NoMatch() {
  const { board } = useSite();
  return (
    <div class="blank">
      <h2>{t('board.noMatch')}</h2>
      {isFiltered(board.filter.value) && (
        <button type="button" class="button" onClick={() => board.show(NO_FILTER)}>
          {t('board.clearFilter')}
        </button>
      )}
    </div>
  );
}
