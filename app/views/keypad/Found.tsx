import type { Car } from '../../../worker/protocol/car.ts';
import { parseCarId } from '../../../worker/protocol/car.ts';
import '../../messages/add-keypad.ts';
import { t } from '../../messages/translate.ts';
import { editWords } from '../../state/edit-words.ts';
import { CarNumber } from '../CarNumber.tsx';
import { CarState } from '../CarState.tsx';
import { useApp, useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';

/** More than a hand can tell apart at a glance; another digit leaves fewer. */
const SHOWN_MAX = 8;
/** One's last changes, while nothing is typed. */
const RECENT_MAX = 3;

/** The cars that what is typed may mean; before that, what one did last. */
export function Found() {
  const { keypad } = useSite();
  const text = keypad.text.value;
  if (text === '') return <Recent />;
  const { cars } = keypad.matches.value;
  if (cars.length === 0) return <NoneFound text={text} />;
  return (
    <ul class="found">
      {cars.slice(0, SHOWN_MAX).map((car) => (
        <FoundCar key={car.id} car={car} text={text} />
      ))}
      {cars.length > SHOWN_MAX && (
        <li class="found-more">{t('keypad.more', { count: cars.length - SHOWN_MAX })}</li>
      )}
    </ul>
  );
}

function FoundCar({ car, text }: { car: Car; text: string }) {
  const { router } = useApp();
  const { keypad } = useSite();
  const open = () => {
    keypad.clear();
    router.open({ type: 'car', car: car.id, part: 'car' });
  };
  return (
    <li>
      <button type="button" class="found-car" onClick={open}>
        <CarNumber id={car.id} found={text} />
        <CarState car={car} />
        <span class="place">{car.location}</span>
      </button>
    </li>
  );
}

function NoneFound({ text }: { text: string }) {
  const { router } = useApp();
  const site = useSite();
  const car = parseCarId(text);
  return (
    <div class="found-none">
      <p>{t('keypad.none', { text })}</p>
      {car !== null && site.may('add') && (
        <button
          type="button"
          class="button"
          data-main
          onClick={() => router.open({ type: 'sheet', sheet: 'add', car })}
        >
          <Icon name="plus" />
          {t('keypad.add', { car })}
        </button>
      )}
    </div>
  );
}

function Recent() {
  const site = useSite();
  const own = site.own.value.filter((change) => !change.undone).slice(0, RECENT_MAX);
  if (own.length === 0) {
    return <p class="found-hint">{t('keypad.site', { count: site.counts.value.all })}</p>;
  }
  return (
    <ul class="found">
      {own.map(({ edit }) => (
        <li key={edit.id} class="recent">
          <span class="recent-text">{editWords(edit)}</span>
          <time>{site.time.value.when(edit.at, site.now.value)}</time>
          <button type="button" class="button" data-quiet onClick={() => site.undo(edit.id)}>
            <Icon name="undo" />
            {t('undo.do')}
          </button>
        </li>
      ))}
    </ul>
  );
}
