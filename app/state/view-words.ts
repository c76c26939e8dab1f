import { t } from '../messages/translate.ts';
import { BOARD_VIEWS } from './board.ts';
import { SHOWS } from './car-filter.ts';
import { ORDERS } from './car-order.ts';
import { oneOf } from './route.ts';

/** What a view of the board shows and how, in words. `query` is as `Board.query` gives it. */
export function viewWords(query: string): string {
  const given = new URLSearchParams(query);
  const show = oneOf(SHOWS, given.get('show')) ?? 'all';
  const order = oneOf(ORDERS, given.get('order')) ?? 'number';
  const view = oneOf(BOARD_VIEWS, given.get('view')) ?? 'list';
  const text = given.get('q');
  const words = [
    show === 'all' ? t('views.everything') : t(`state.${show}`),
    given.get('at'),
    text && t('views.containing', { text }),
    order !== 'number' && t(`board.order.${order}`),
    view !== 'list' && t(`board.${view}`),
  ];
  return words.filter(Boolean).join(t('list.comma'));
}
