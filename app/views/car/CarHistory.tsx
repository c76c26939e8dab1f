import { useEffect, useMemo } from 'preact/hooks';
import '../../messages/add-later.ts';
import { t } from '../../messages/translate.ts';
import { HistoryPages } from '../../state/history-pages.ts';
import { useApp, useSite } from '../context.ts';
import { HistoryList } from '../history/HistoryList.tsx';

/** What has become of one car. */
export function CarHistory({ car }: { car: string }) {
  const { ports } = useApp();
  const site = useSite();
  const pages = useMemo(() => new HistoryPages(ports.api, site.known.id), [ports, site]);
  useEffect(() => {
    void pages.choose({ car });
  }, [pages, car]);
  return (
    <section class="car-history" aria-labelledby="car-history-title">
      <h3 id="car-history-title">{t('history.title')}</h3>
      <HistoryList pages={pages} filtered={false} />
    </section>
  );
}
