import type { Car } from '../../../worker/protocol/car.ts';
import { CarNumber } from '../CarNumber.tsx';
import { useApp, useSite } from '../context.ts';
import { Openers } from '../Openers.tsx';
import { StateIcon } from '../StateIcon.tsx';
import { StateWords, shownState } from '../StateWords.tsx';

interface CarRowProps {
  car: Car;
  tabStop: boolean;
  onFocus: () => void;
  onOpen: () => void;
}

/** One car in the list. */
export function CarRow({ car, tabStop, onFocus, onOpen }: CarRowProps) {
  const state = shownState(car);
  return (
    <button
      type="button"
      class="row"
      data-car={car.id}
      data-state={state}
      tabIndex={tabStop ? 0 : -1}
      aria-current={useIsOpen(car.id)}
      onFocus={onFocus}
      onClick={onOpen}
    >
      <StateIcon state={state} />
      <CarNumber id={car.id} />
      <StateWords car={car} />
      <span class="place">{car.location}</span>
      <span class="row-note">{lastNote(car.notes)}</span>
      <Changed car={car} />
      <Openers car={car.id} />
    </button>
  );
}

/** True while a car lies open beside the board. */
export function useIsOpen(car: string): boolean {
  const route = useApp().router.route.value;
  return route.at === 'site' && route.overlay?.type === 'car' && route.overlay.car === car;
}

/** When and by whom, short. */
function Changed({ car }: { car: Car }) {
  const site = useSite();
  if (car.updatedAt === 0) return <span class="row-when" />;
  return (
    <span class="row-when">
      <time>{site.time.value.when(car.updatedAt, site.hubNow())}</time>{' '}
      <span class="row-who">{site.nameOf(car.updatedBy)}</span>
    </span>
  );
}

/** A row has one line for notes: the newest. */
function lastNote(notes: string): string {
  return notes.slice(notes.lastIndexOf('\n') + 1);
}
