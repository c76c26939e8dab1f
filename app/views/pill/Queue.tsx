import { t } from '../../messages/translate.ts';
import { editWords } from '../../state/edit-words.ts';
import type { Pending } from '../../state/site-state.ts';
import { useSite } from '../context.ts';

/** Each edit that the hub has not answered yet. */
export function Queue() {
  const site = useSite();
  const { pending } = site.view.value;
  return (
    <section aria-labelledby="queue-title">
      <h3 id="queue-title">{t('sync.queue')}</h3>
      {pending.length === 0 && <p class="small">{t('sync.queueEmpty')}</p>}
      <ul class="lines">
        {pending.map((one) => (
          <li key={one.edit.id} class="line">
            <span class="line-text">
              <span class="first-capital">{editWords(one.edit)}</span>
              <small>
                {site.time.value.when(one.edit.at, site.now.value)} · {progress(one)}
              </small>
            </span>
            {one.edit.type !== 'settle' && (
              <button type="button" class="button" data-quiet onClick={() => site.discard(one)}>
                {t('sync.discard')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function progress({ saved, sent }: Pending): string {
  if (!saved) return t('sync.unsaved');
  return t(sent ? 'sync.sent' : 'sync.saved');
}
