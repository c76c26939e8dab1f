import type { Car } from '../../../worker/protocol/car.ts';
import '../../messages/add-car.ts';
import { t } from '../../messages/translate.ts';
import type { CarPart } from '../../state/route.ts';
import { CarNumber } from '../CarNumber.tsx';
import { CarState } from '../CarState.tsx';
import { useApp, useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { lazy } from '../lazy.tsx';
import { Openers } from '../Openers.tsx';
import { Toasts } from '../shell/Toasts.tsx';
import { CarActions } from './CarActions.tsx';
import { MoveGrid } from './MoveGrid.tsx';
import { NoteForm } from './NoteForm.tsx';

const CarHistory = lazy(() => import('./CarHistory.tsx').then(({ CarHistory }) => CarHistory));

/** One car: what is known of it and what can be done with it. */
export function CarSheet({ id, part }: { id: string; part: CarPart }) {
  const { router } = useApp();
  const { view } = useSite();
  const car = view.value.cars.get(id);
  const show = (next: CarPart) => router.open({ type: 'car', car: id, part: next });
  return (
    <>
      <header class="car-head" data-part={part}>
        <button
          type="button"
          class="icon-button"
          aria-label={t(part === 'car' ? 'app.close' : 'app.back')}
          onClick={() => (part === 'car' ? router.close() : show('car'))}
        >
          <Icon name={part === 'car' ? 'close' : 'back'} />
        </button>
        <h2 id="sheet-title" tabIndex={-1} data-focus-first aria-label={t('car.label', { car: id })}>
          <CarNumber id={id} />
        </h2>
      </header>
      {car ? (
        <CarBody car={car} part={part} show={show} />
      ) : (
        <p class="blank">{t('car.unknown', { car: id })}</p>
      )}
    </>
  );
}

interface CarBodyProps {
  car: Car;
  part: CarPart;
  show: (part: CarPart) => void;
}

function CarBody({ car, part, show }: CarBodyProps) {
  const site = useSite();
  if (part === 'history') return <CarHistory car={car.id} />;
  if (!car.removed && part === 'move' && site.may('set')) {
    return (
      <>
        <CarNow car={car} />
        <MoveGrid car={car} onDone={() => show('car')} />
      </>
    );
  }
  if (!car.removed && part === 'note' && site.may('note'))
    return <NoteForm car={car} onDone={() => show('car')} />;
  return (
    <>
      <CarFacts car={car} show={show} />
      {car.removed ? <Removed car={car} /> : <CarActions car={car} show={show} />}
    </>
  );
}

function CarFacts({ car, show }: Pick<CarBodyProps, 'car' | 'show'>) {
  const { ports } = useApp();
  const site = useSite();
  const changed =
    car.updatedAt === 0
      ? t('car.unchanged')
      : t('car.by', {
          when: site.time.value.when(car.updatedAt, site.hubNow()),
          name: site.nameOf(car.updatedBy),
        });
  return (
    <div class="car-facts">
      <CarNow car={car} />
      <p class="car-changed">
        <span>{changed}</span>
        <Openers car={car.id} />
      </p>
      {car.notes !== '' && (
        <section class="car-notes" aria-label={t('car.notes')}>
          {car.notes}
        </section>
      )}
      <p class="car-links">
        <button type="button" class="button" data-quiet onClick={() => show('history')}>
          <Icon name="history" />
          {t('car.history')}
        </button>
        {!car.removed && site.may('remove') && (
          <button
            type="button"
            class="button"
            data-quiet
            onClick={() => site.do({ type: 'remove', car: car.id })}
          >
            <Icon name="trash" />
            {t('car.remove')}
          </button>
        )}
      </p>
      {ports.surroundings.layout.value === 'phone' && <Toasts />}
    </div>
  );
}

function CarNow({ car }: { car: Car }) {
  return (
    <p class="car-now">
      <CarState car={car} />
      <span class="place">{car.location}</span>
    </p>
  );
}

function Removed({ car }: { car: Car }) {
  const site = useSite();
  return (
    <div class="car-actions">
      <p>{t('car.removedText')}</p>
      {site.may('restore') && (
        <button
          type="button"
          class="action"
          data-next
          onClick={() => site.do({ type: 'restore', car: car.id })}
        >
          <Icon name="undo" />
          {t('car.restore')}
        </button>
      )}
    </div>
  );
}
