import { t } from '../../messages/translate.ts';
import { useSite } from '../context.ts';

/** Edits that the browser has deleted before they were sent: nobody can bring them back, and nobody hides it. */
export function Lost() {
  const site = useSite();
  const lost = site.losses.value?.told.value ?? [];
  if (lost.length === 0) return null;
  return (
    <section class="attention-item" data-stop>
      {lost.map(({ person, name, count, at }) => {
        const time = site.time.value.when(at, site.now.value);
        const isYou = person === site.view.value.you?.person || name === '';
        return (
          <p key={`${person} ${at}`} tabIndex={-1}>
            {isYou ? t('tray.lostYours', { count, time }) : t('tray.lost', { count, name, time })}
          </p>
        );
      })}
      <p class="small">{t('tray.lostHint')}</p>
      <div class="choices">
        <button type="button" class="button" onClick={() => site.losses.value?.dismiss()}>
          {t('tray.lostRead')}
        </button>
      </div>
    </section>
  );
}
