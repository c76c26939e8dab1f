import { t } from '../../messages/translate.ts';
import { SHOWS, type Show } from '../../state/car-filter.ts';
import { useSite } from '../context.ts';
import { StateIcon } from '../StateIcon.tsx';

/** How many cars are in which state; pressing one shows them. `show` is the one shown now. */
export function Tally({ show, onShow }: { show: Show | null; onShow: (show: Show) => void }) {
  const { counts } = useSite();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a grid everywhere
    <div class="tally" role="group" aria-label={t('show.label')}>
      {SHOWS.map((one) => {
        const word = t(one === 'all' ? 'show.all' : `state.${one}`);
        const count = counts.value[one];
        return (
          <button
            key={one}
            type="button"
            class="tally-cell"
            data-state={one}
            aria-pressed={show === null ? undefined : show === one}
            aria-label={t('show.option', { state: word, count })}
            onClick={() => onShow(one)}
          >
            <span class="tally-word">
              {one !== 'all' && <StateIcon state={one} />}
              {word}
            </span>{' '}
            <span class="tally-count">{t('show.count', { count })}</span>
          </button>
        );
      })}
    </div>
  );
}
