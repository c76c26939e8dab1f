import '../../messages/add-later.ts';
import { t } from '../../messages/translate.ts';
import { removedCars } from '../../state/removed-cars.ts';
import { CarNumber } from '../CarNumber.tsx';
import { useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { SheetHead } from '../SheetHead.tsx';

/** Cars that were taken off the board, newest first. */
export function RemovedSheet() {
  const site = useSite();
  const cars = removedCars(site.view.value.cars.values());
  return (
    <>
      <SheetHead title={t('removed.title')} />
      <div class="sheet-body">
        {cars.length === 0 && <p>{t('removed.none')}</p>}
        <ul class="lines">
          {cars.map((car) => (
            <li key={car.id} class="line">
              <span class="line-text">
                <CarNumber id={car.id} />
                <small>
                  {t('car.by', {
                    when: site.time.value.when(car.updatedAt, site.hubNow()),
                    name: site.nameOf(car.updatedBy),
                  })}
                </small>
              </span>
              {site.may('restore') && (
                <button
                  type="button"
                  class="button"
                  data-quiet
                  aria-label={t('add.restore', { car: car.id })}
                  onClick={() => site.do({ type: 'restore', car: car.id })}
                >
                  <Icon name="undo" />
                  {t('car.restore')}
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
