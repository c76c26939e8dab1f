import { t } from '../../messages/translate.ts';
import { BOARD_VIEWS } from '../../state/board.ts';
import { ORDERS } from '../../state/car-order.ts';
import { oneOf } from '../../state/route.ts';
import { useApp, useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { lazy } from '../lazy.tsx';
import { SEARCH_ID } from './search-id.ts';
import { Tally } from './Tally.tsx';

const SavedViews = lazy(() => import('./SavedViews.tsx').then(({ SavedViews }) => SavedViews));

/** What of the board is shown, and how. */
export function FilterBar() {
  const { board } = useSite();
  const { personal, locked } = useApp();
  return (
    <div class="filter-bar">
      <Tally show={board.filter.value.show} onShow={(show) => board.show({ show })} />
      <div class="filter-fields">
        <Search />
        <Location />
        <Order />
        <ViewSwitch />
        {personal.value && !locked.value && <SavedViews personal={personal.value} />}
      </div>
    </div>
  );
}

function Search() {
  const { board } = useSite();
  const { text } = board.filter.value;
  return (
    <search class="search">
      <Icon name="search" />
      <input
        id={SEARCH_ID}
        class="field"
        type="search"
        autocomplete="off"
        spellcheck={false}
        enterkeyhint="search"
        placeholder={t('board.searchShort')}
        aria-label={t('board.search')}
        value={text}
        onInput={(event) => board.show({ text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          if (text === '') event.currentTarget.blur();
          else board.show({ text: '' });
        }}
      />
    </search>
  );
}

function Location() {
  const { board, locations } = useSite();
  const { location } = board.filter.value;
  // A location the site has dropped can still be in an address.
  const names =
    location === null || locations.value.includes(location)
      ? locations.value
      : [...locations.value, location];
  return (
    <select
      class="field"
      aria-label={t('board.location')}
      value={location ?? ''}
      data-set={location !== null}
      onChange={(event) => board.show({ location: event.currentTarget.value || null })}
    >
      <option value="">{t('board.everywhere')}</option>
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

function Order() {
  const { board } = useSite();
  return (
    <span class="order">
      <Icon name="order" />
      <select
        aria-label={t('board.order')}
        value={board.order.value}
        onChange={(event) => board.show({ order: oneOf(ORDERS, event.currentTarget.value) ?? 'number' })}
      >
        {ORDERS.map((order) => (
          <option key={order} value={order}>
            {t(`board.order.${order}`)}
          </option>
        ))}
      </select>
    </span>
  );
}

function ViewSwitch() {
  const { board } = useSite();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row everywhere
    <div class="switch" role="group" aria-label={t('board.view')}>
      {BOARD_VIEWS.map((view) => (
        <button
          key={view}
          type="button"
          aria-pressed={board.view.value === view}
          aria-label={t(`board.${view}`)}
          title={t(`board.${view}`)}
          onClick={() => board.show({ view })}
        >
          <Icon name={view === 'list' ? 'list' : 'board'} />
        </button>
      ))}
    </div>
  );
}
