import { t } from '../../messages/translate.ts';
import { useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';

/** What one has just done, with a way back. Read out by the announcer, not from here. */
export function Toasts() {
  const site = useSite();
  const shown = site.toasts.shown.value;
  if (shown.length === 0) return null;
  return (
    <section class="toasts" aria-label={t('toasts.label')}>
      {shown.map(({ id, text, tone, edit }) => (
        <div key={id} class="toast" data-tone={tone} data-undo={edit !== null}>
          <span>{text}</span>
          {edit === null ? (
            <button
              type="button"
              class="icon-button"
              aria-label={t('app.close')}
              onClick={() => site.toasts.dismiss(id)}
            >
              <Icon name="close" />
            </button>
          ) : (
            <button type="button" class="button" onClick={() => site.undo(edit)}>
              <Icon name="undo" />
              {t('undo.do')}
            </button>
          )}
        </div>
      ))}
    </section>
  );
}
