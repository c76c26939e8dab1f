import { useState } from 'preact/hooks';
import { t } from '../../messages/translate.ts';
import type { LocationGroup } from '../../state/location-groups.ts';
import { useApp, useSite } from '../context.ts';
import { CarCard } from './CarCard.tsx';
import { ColumnHead } from './CarColumns.tsx';

/** A crowded location shows its first cars and says how many more there are. */
const SHOWN_FIRST = 24;

/** The columns of a narrow screen: one under the other, so that nothing scrolls sideways. */
export function CarSections() {
  const { board } = useSite();
  return (
    <div class="sections" onScroll={(event) => hold(event.currentTarget.scrollTop)}>
      {board.groups.value.map((group) => (
        <CarSection key={group.location} group={group} />
      ))}
    </div>
  );

  function hold(topPx: number) {
    if (topPx > 0) board.hold('scrolled');
    else board.letGo('scrolled');
  }
}

function CarSection({ group: { location, cars } }: { group: LocationGroup }) {
  const { router } = useApp();
  const { view } = useSite();
  const [all, setAll] = useState(false);
  const shown = all ? cars : cars.slice(0, SHOWN_FIRST);
  return (
    <section class="section">
      <ColumnHead location={location} count={cars.length} />
      {cars.length === 0 && <p class="column-empty">{t('board.nothingAt')}</p>}
      <div class="section-cars">
        {shown.map((car) => (
          <CarCard
            key={car.id}
            car={view.value.cars.get(car.id) ?? car}
            onOpen={() => router.open({ type: 'car', car: car.id, part: 'car' })}
          />
        ))}
      </div>
      {shown.length < cars.length && (
        <button type="button" class="button" data-quiet onClick={() => setAll(true)}>
          {t('board.showAll', { count: cars.length - shown.length })}
        </button>
      )}
    </section>
  );
}
