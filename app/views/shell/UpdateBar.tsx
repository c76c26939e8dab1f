import { t } from '../../messages/translate.ts';
import { hasUnsaved } from '../../state/quiet-updates.ts';
import { useApp } from '../context.ts';

/** A new version waits for a quiet moment, or for the person to ask for it, and for edits that are not kept yet. */
export function UpdateBar() {
  const { ports, site } = useApp();
  return (
    <div class="update-bar" role="status">
      <span>{t('update.ready')}</span>
      <button
        type="button"
        class="button"
        disabled={hasUnsaved(site.value)}
        onClick={() => ports.updates.activate()}
      >
        {t('update.do')}
      </button>
    </div>
  );
}
