import { useEffect } from 'preact/hooks';
import '../../messages/add-views.ts';
import { t } from '../../messages/translate.ts';
import type { Personal } from '../../state/personal.ts';
import { followNames, presentView } from '../../state/present-view.ts';
import { showView } from '../../state/saved-views.ts';
import { useApp, useSite } from '../context.ts';

/** The first of them stand in the bar, all in the sheet. */
const SHOWN_MAX = { phone: 3, tablet: 4, desktop: 8 };

/** The person's views of this board, each one tap away, and the way to all of them. */
export function SavedViews({ personal }: { personal: Personal }) {
  const { router, ports } = useApp();
  const state = useSite();
  const { board, known } = state;
  const { site } = state.view.value;
  const views = personal.views(known.id).map((one) => presentView(one, site));
  const now = board.query().toString();
  useEffect(() => followNames(state), [state]);
  return (
    <>
      <button
        type="button"
        class="icon-button views-button"
        aria-label={t('views.title')}
        title={t('views.title')}
        onClick={() => router.open({ type: 'sheet', sheet: 'views', car: null })}
      >
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M6.5 4h11v16L12 15.5 6.5 20z" />
        </svg>
      </button>
      {views.length > 0 && (
        <ul class="view-chips" aria-label={t('views.label')}>
          {views.slice(0, SHOWN_MAX[ports.surroundings.layout.value]).map((view) => (
            <li key={view.key}>
              <button
                type="button"
                class="view-chip"
                aria-pressed={view.query === now}
                onClick={() => showView(board, view)}
              >
                {view.name}
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
