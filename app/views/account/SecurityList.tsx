import type { Named, SecurityEntry } from '../../../worker/protocol/security.ts';
import { t } from '../../messages/translate.ts';
import type { SecurityPages } from '../../state/security-pages.ts';
import { securityDetail, securityWords } from '../../state/security-words.ts';
import { useApp, useSite } from '../context.ts';

/** The events that have come, and the way to older ones. */
export function SecurityList({ pages }: { pages: SecurityPages }) {
  const { entries, loading, next, problem } = pages.shown.value;
  return (
    <>
      <ol class="lines history" aria-busy={loading}>
        {entries.map((entry) => (
          <Line key={entry.id} entry={entry} />
        ))}
      </ol>
      {!loading && problem === null && entries.length === 0 && <p>{t('history.noneFor')}</p>}
      {problem !== null && (
        <p class="bad" role="alert">
          {t('security.failed', { why: t(`error.${problem}`) })}
        </p>
      )}
      {loading && <p class="loading">{t('security.loading')}</p>}
      {!loading && (next !== null || problem !== null) && (
        <button type="button" class="button" onClick={() => pages.more()}>
          {t(problem === null ? 'history.more' : 'app.retry')}
        </button>
      )}
    </>
  );
}

/** A line leads to the account of whom it speaks of. */
function Line({ entry }: { entry: SecurityEntry }) {
  const { router } = useApp();
  const site = useSite();
  const person: Named | null = entry.subject ?? entry.actor;
  const [words, detail] = [securityWords(entry), securityDetail(entry)];
  return (
    <li class="line">
      <span class="line-text">
        {person?.name ? (
          <button type="button" class="link" onClick={() => router.account(person.id)}>
            {words}
          </button>
        ) : (
          words
        )}
        {detail !== '' && <small>{detail}</small>}
      </span>
      <time dateTime={new Date(entry.at).toISOString()} title={site.time.value.full(entry.at)}>
        {site.time.value.when(entry.at, site.hubNow())}
      </time>
    </li>
  );
}
