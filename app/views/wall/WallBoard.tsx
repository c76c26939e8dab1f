import { useMemo } from 'preact/hooks';
import { t } from '../../messages/translate.ts';
import { groupByLocation } from '../../state/location-groups.ts';
import type { SiteState } from '../../state/site-state.ts';
import { boardAsOf, digitsOf, placeColumns, shiftNow, wallNews } from '../../state/wall-board.ts';
import { useApp } from '../context.ts';
import { useNow } from './use-now.ts';
import { WallLate } from './WallLate.tsx';

const STATES = ['expected', 'late', 'arrived', 'empty'] as const;

/** The board as it is read across a room: nothing on it can be pressed. */
export function WallBoard({ site }: { site: SiteState }) {
  const now = useNow(useApp().ports.clock);
  const view = site.view.value;
  const hubNow = now + view.hubTimeOffsetMs;
  const news = wallNews(view, now);
  const asOf = boardAsOf(view, now);
  const time = site.time.value;
  const shift = shiftNow(view.site, hubNow);
  const counts = site.counts.value;
  return (
    <main class="wall" data-news={news !== null}>
      <header class="wall-top">
        <h1>{site.name}</h1>
        {shift && <p>{t('wall.shift', { ...shift })}</p>}
        <time>{time.time(hubNow)}</time>
      </header>
      <dl
        class="wall-states"
        aria-label={t('wall.states')}
        style={{ '--digits': digitsOf(STATES.map((state) => counts[state])) }}
      >
        {STATES.map((state) => (
          <div key={state} data-state={state}>
            <dt>{t(`state.${state}`)}</dt>
            <dd>{view.ready ? counts[state] : '–'}</dd>
          </div>
        ))}
      </dl>
      <Places site={site} />
      <WallLate site={site} now={now} />
      <footer class="wall-foot">
        {news && (
          <p class="wall-news" role="alert">
            <b>{news.word}</b> {news.age ?? t('wall.noBoard')}
          </p>
        )}
        <p>
          {asOf === null ? t('wall.noBoard') : t('wall.asOf', { time: time.when(asOf, hubNow) })}
          {!news && ` · ${t('pill.live')}`}
        </p>
      </footer>
    </main>
  );
}

function Places({ site }: { site: SiteState }) {
  const { cars, locations } = site;
  const groups = useMemo(() => groupByLocation(cars.value, locations.value), [cars.value, locations.value]);
  return (
    <dl
      class="wall-places"
      aria-label={t('wall.places')}
      style={{
        '--columns': placeColumns(groups.length),
        '--digits': digitsOf(groups.map(({ cars }) => cars.length)),
      }}
    >
      {groups.map(({ location, cars }) => (
        <div key={location} data-none={cars.length === 0}>
          <dt>{location}</dt>
          <dd>{cars.length}</dd>
        </div>
      ))}
    </dl>
  );
}
