import type { Car } from '../../worker/protocol/car.ts';
import { StateIcon } from './StateIcon.tsx';
import { StateWords, shownState } from './StateWords.tsx';

/** Shape, word and colour of a car's state. */
export function CarState({ car }: { car: Car }) {
  const state = shownState(car);
  return (
    <span class="state" data-state={state}>
      <StateIcon state={state} />
      <StateWords car={car} />
    </span>
  );
}
