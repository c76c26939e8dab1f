import { useState } from 'preact/hooks';
import '../../messages/add-acts.ts';
import type { Car } from '../../../worker/protocol/car.ts';
import { t } from '../../messages/translate.ts';
import type { LocationGroup } from '../../state/location-groups.ts';
import { useApp, useSite } from '../context.ts';
import { CarCard } from './CarCard.tsx';
import { target } from './CarList.tsx';
import { useRows } from './use-rows.ts';
import { type Active, NOWHERE, Windowed } from './Windowed.tsx';

/** A column for each location, side by side. Cars can be dragged from one to another; their sheet moves them too. */
export function CarColumns() {
  const { router } = useApp();
  const site = useSite();
  const { board, view } = site;
  const groups = board.groups.value;
  const [active, setActive] = useState<Active>(NOWHERE);
  const [over, setOver] = useState<string | null>(null);
  const draggable = site.may('set', ['location']);
  const tabStop =
    present(groups, active.id)?.car.id ?? groups.find(({ cars }) => cars.length > 0)?.cars[0]?.id;

  const keyDown = (event: KeyboardEvent) => {
    const car = targetCar(event.key, groups, active.id);
    if (!car || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    setActive({ id: car.id, focus: true });
  };
  const drop = (event: DragEvent, location: string) => {
    event.preventDefault();
    setOver(null);
    const car = view.value.cars.get(event.dataTransfer?.getData('text/plain') ?? '');
    if (car && car.location !== location) void site.do({ type: 'set', car: car.id, fields: { location } });
  };
  const card = useRows((car: Car, isTabStop) => (
    <CarCard
      car={car}
      tabStop={isTabStop}
      draggable={draggable}
      onFocus={() => setActive((before) => (before.id === car.id ? before : { id: car.id, focus: false }))}
      onOpen={() => router.open({ type: 'car', car: car.id, part: 'car' })}
    />
  ));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys bubble up from the cards, which are buttons
    <div class="columns" onKeyDown={keyDown}>
      {groups.map(({ location, cars }) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; a car's sheet moves it too
        <section
          key={location}
          class="column"
          data-over={over === location}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(location);
          }}
          onDragLeave={() => setOver(null)}
          onDrop={(event) => drop(event, location)}
        >
          <ColumnHead location={location} count={cars.length} />
          {cars.length === 0 ? (
            <p class="column-empty">{t('board.nothingAt')}</p>
          ) : (
            <Windowed
              items={cars}
              label={t('board.carsAt', { count: cars.length, location })}
              active={active}
              row={(car) => card(view.value.cars.get(car.id) ?? car, car.id === tabStop)}
            />
          )}
        </section>
      ))}
    </div>
  );
}

/** Name of a location and how many of the shown cars stand there. */
export function ColumnHead({ location, count }: { location: string; count: number }) {
  return (
    <h2 class="column-head">
      <span>{location}</span>
      <span class="column-count" aria-hidden="true">
        {count}
      </span>
      <span class="hidden">{t('board.shown', { count })}</span>
    </h2>
  );
}

function targetCar(key: string, groups: readonly LocationGroup[], id: string | null): Car | undefined {
  const from = present(groups, id);
  if (!from) return undefined;
  const { group, index } = from;
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const filled = groups.filter(({ cars }) => cars.length > 0);
    const next = filled[filled.indexOf(group) + (key === 'ArrowLeft' ? -1 : 1)];
    return next?.cars[Math.min(index, next.cars.length - 1)];
  }
  const to = target(key, index, group.cars.length);
  return to === null ? undefined : group.cars[to];
}

function present(groups: readonly LocationGroup[], id: string | null) {
  for (const group of groups) {
    const index = group.cars.findIndex((car) => car.id === id);
    const car = group.cars[index];
    if (car) return { group, index, car };
  }
  return null;
}
