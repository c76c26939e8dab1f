import { useMemo } from 'preact/hooks';
import { t } from '../../messages/translate.ts';
import type { SiteState } from '../../state/site-state.ts';
import { lateGrid, latePage } from '../../state/wall-board.ts';

/** Late cars by their numbers, as large as there is room; more than fit come by turns. */
export function WallLate({ site, now }: { site: SiteState; now: number }) {
  const cars = site.cars.value;
  const late = useMemo(() => cars.filter((car) => car.late).map(({ id }) => id), [cars]);
  const page = latePage(late, now);
  const { wide, tall, chars } = lateGrid(page.cars);
  return (
    <section class="wall-late">
      <h2>
        {late.length === 0 ? t('wall.noLate') : t('wall.late')}
        {page.cars.length < late.length && (
          <small>{t('wall.latePage', { from: page.from, to: page.to, count: late.length })}</small>
        )}
      </h2>
      <ul
        style={{
          '--wide': wide.columns,
          '--wide-rows': wide.rows,
          '--tall': tall.columns,
          '--tall-rows': tall.rows,
          '--chars': chars,
        }}
      >
        {page.cars.map((car) => (
          <li key={car}>{car}</li>
        ))}
      </ul>
    </section>
  );
}
