import type { Car } from '../../../worker/protocol/car.ts';
import { t } from '../../messages/translate.ts';
import { useSite } from '../context.ts';
import { LocationGrid } from '../LocationGrid.tsx';

/** Where a car can go. Where it is does nothing but close. */
export function MoveGrid({ car, onDone }: { car: Car; onDone: () => void }) {
  const site = useSite();
  const move = (location: string) => {
    if (location !== car.location) void site.do({ type: 'set', car: car.id, fields: { location } });
    onDone();
  };
  return (
    <section class="move" aria-labelledby="move-title">
      <h3 id="move-title" tabIndex={-1} data-focus-first>
        {t('move.title', { car: car.id })}
      </h3>
      <LocationGrid here={car.location} onPick={move} />
    </section>
  );
}
