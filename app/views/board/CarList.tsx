import { useState } from 'preact/hooks';
import type { Car } from '../../../worker/protocol/car.ts';
import { t } from '../../messages/translate.ts';
import type { CarOrder } from '../../state/car-order.ts';
import { useApp, useSite } from '../context.ts';
import { CarRow } from './CarRow.tsx';
import { useRows } from './use-rows.ts';
import { type Active, NOWHERE, Windowed } from './Windowed.tsx';

/** Rows an arrow with Page in its name goes past. */
const PAGE_ROWS = 10;

/** All cars that the filter shows, one under the other. */
export function CarList() {
  const { router } = useApp();
  const { board, view } = useSite();
  const cars = board.cars.value;
  const [active, setActive] = useState<Active>(NOWHERE);
  const row = useRows((car: Car, isTabStop) => (
    <CarRow
      car={car}
      tabStop={isTabStop}
      onFocus={() => setActive((before) => (before.id === car.id ? before : { id: car.id, focus: false }))}
      onOpen={() => router.open({ type: 'car', car: car.id, part: 'car' })}
    />
  ));
  const present = cars.findIndex((car) => car.id === active.id);
  // One row can be reached with Tab; the arrows go on from there.
  const tabStop = present < 0 ? cars[0]?.id : active.id;

  const keyDown = (event: KeyboardEvent) => {
    const to = target(event.key, Math.max(0, present), cars.length);
    const car = to === null ? undefined : cars[to];
    if (!car || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    setActive({ id: car.id, focus: true });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys bubble up from the rows, which are buttons
    <div class="car-list" onKeyDown={keyDown}>
      <Heads />
      <Windowed
        items={cars}
        label={t('board.cars')}
        active={active}
        onScroll={(topPx) => (topPx > 0 ? board.hold('scrolled') : board.letGo('scrolled'))}
        row={(car) => row(view.value.cars.get(car.id) ?? car, car.id === tabStop)}
      />
    </div>
  );
}

/** Where a key leads from a row; null where it leads nowhere. */
export function target(key: string, from: number, rows: number): number | null {
  const at = (index: number) => Math.max(0, Math.min(rows - 1, index));
  switch (key) {
    case 'ArrowDown':
      return at(from + 1);
    case 'ArrowUp':
      return at(from - 1);
    case 'PageDown':
      return at(from + PAGE_ROWS);
    case 'PageUp':
      return at(from - PAGE_ROWS);
    case 'Home':
      return at(0);
    case 'End':
      return at(rows - 1);
    default:
      return null;
  }
}

/** Names of the columns, where there are any; pressing one orders by it. */
function Heads() {
  const { board } = useSite();
  const head = (order: CarOrder, text: string) => (
    <button
      type="button"
      class="head"
      data-col={order}
      aria-pressed={board.order.value === order}
      onClick={() => board.show({ order })}
    >
      {text}
    </button>
  );
  return (
    <div class="heads">
      {head('number', t('board.col.number'))}
      {head('state', t('board.col.state'))}
      {head('location', t('board.col.location'))}
      <span class="head" data-col="notes">
        {t('board.col.notes')}
      </span>
      {head('updated', t('board.col.updated'))}
    </div>
  );
}
