import { type Car, carState } from '../../worker/protocol/car.ts';
import { t } from '../messages/translate.ts';
import { StateIcon } from './StateIcon.tsx';

/** What a car is shown as. */
export function shownState(car: Car) {
  return car.removed ? 'removed' : carState(car);
}

/** A car's state in words; a late car that has arrived shows both. */
export function StateWords({ car }: { car: Car }) {
  const state = shownState(car);
  return (
    <span class="state-words">
      {t(`state.${state}`)}
      {car.late && state !== 'late' && state !== 'removed' && (
        <span class="state-also">
          <StateIcon state="late" />
          {t('state.late')}
        </span>
      )}
    </span>
  );
}
