import type { Car } from '../../../worker/protocol/car.ts';
import { CarNumber } from '../CarNumber.tsx';
import { Openers } from '../Openers.tsx';
import { StateIcon } from '../StateIcon.tsx';
import { StateWords, shownState } from '../StateWords.tsx';
import { useIsOpen } from './CarRow.tsx';

interface CarCardProps {
  car: Car;
  tabStop?: boolean;
  draggable?: boolean;
  onFocus?: () => void;
  onOpen: () => void;
}

/** One car under its location, which it therefore does not name. */
export function CarCard({ car, tabStop = true, draggable = false, onFocus, onOpen }: CarCardProps) {
  const state = shownState(car);
  return (
    <button
      type="button"
      class="card"
      data-car={car.id}
      data-state={state}
      tabIndex={tabStop ? 0 : -1}
      aria-current={useIsOpen(car.id)}
      draggable={draggable}
      onDragStart={(event) => event.dataTransfer?.setData('text/plain', car.id)}
      onFocus={onFocus}
      onClick={onOpen}
    >
      <StateIcon state={state} />
      <CarNumber id={car.id} />
      <StateWords car={car} />
      <Openers car={car.id} />
    </button>
  );
}
