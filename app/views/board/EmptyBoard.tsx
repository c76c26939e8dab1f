import '../../messages/add-empty.ts';
import { t } from '../../messages/translate.ts';
import { isFiltered, NO_FILTER } from '../../state/car-filter.ts';
import { useApp, useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';

/** Why there is nothing to see, and what can be done about it. */
export function EmptyBoard() {
  const { view, cars } = useSite();
  if (!view.value.ready) return <Waiting />;
  return cars.value.length === 0 ? <NoCars /> : <NoMatch />;
}

function Waiting() {
  const { view } = useSite();
  const offline = view.value.health.state === 'offline';
  return <p class="blank">{t(offline ? 'board.waitingOffline' : 'board.waiting')}</p>;
}

function NoCars() {
  const { router } = useApp();
  const site = useSite();
  return (
    <div class="blank">
      <h2>{t('board.empty')}</h2>
      <p>{t(site.may('import') ? 'board.emptyHint' : 'board.emptyViewer')}</p>
      {site.may('import') && (
        <button type="button" class="button" data-main onClick={() => router.screen('import')}>
          <Icon name="import" />
          {t('board.import')}
        </button>
      )}
      {site.may('add') && (
        <button
          type="button"
          class="button"
          onClick={() => router.open({ type: 'sheet', sheet: 'add', car: null })}
        >
          <Icon name="plus" />
          {t('board.add')}
        </button>
      )}
    </div>
  );
}

function NoMatch() {
  const { board } = useSite();
  return (
    <div class="blank">
      <h2>{t('board.noMatch')}</h2>
      {isFiltered(board.filter.value) && (
        <button type="button" class="button" onClick={() => board.show(NO_FILTER)}>
          {t('board.clearFilter')}
        </button>
      )}
    </div>
  );
}
