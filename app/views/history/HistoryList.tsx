import { t } from '../../messages/translate.ts';
import type { HistoryPages } from '../../state/history-pages.ts';
import { historyWords } from '../../state/history-words.ts';
import { initialsOf } from '../../state/presence.ts';
import { useApp, useSite } from '../context.ts';

/** The entries that have come, and the way to older ones. */
export function HistoryList({ pages, filtered }: { pages: HistoryPages; filtered: boolean }) {
  const { router } = useApp();
  const site = useSite();
  const { entries, loading, next, delayed, problem } = pages.shown.value;
  const people = {
    you: site.view.value.you?.person ?? null,
    nameOf: (person: string) => site.nameOf(person),
  };
  return (
    <>
      <ol class="lines history" aria-busy={loading}>
        {entries.map((entry) => {
          const only = entry.cars.length === 1 ? entry.cars[0]?.id : undefined;
          return (
            <li key={entry.version} class="line">
              <span class="avatar" data-text={initialsOf(entry.name)} aria-hidden="true" />
              <span class="line-text">
                {only === undefined ? (
                  historyWords(entry, people)
                ) : (
                  <button
                    type="button"
                    class="link"
                    onClick={() => router.open({ type: 'car', car: only, part: 'car' })}
                  >
                    {historyWords(entry, people)}
                  </button>
                )}
                <small>{entry.name}</small>
              </span>
              <time dateTime={new Date(entry.at).toISOString()} title={site.time.value.full(entry.at)}>
                {site.time.value.when(entry.at, site.hubNow())}
              </time>
            </li>
          );
        })}
      </ol>
      {!loading && problem === null && entries.length === 0 && (
        <p>{t(filtered ? 'history.noneFor' : 'history.none')}</p>
      )}
      {delayed && <p class="hint">{t('history.delayed')}</p>}
      {problem !== null && (
        <p class="bad" role="alert">
          {t('history.failed', { why: t(`error.${problem}`) })}
        </p>
      )}
      {loading && <p class="loading">{t('history.loading')}</p>}
      {!loading && (next !== null || problem !== null) && (
        <button type="button" class="button" onClick={() => pages.more()}>
          {t(problem === null ? 'history.more' : 'app.retry')}
        </button>
      )}
    </>
  );
}
