import { t } from '../../messages/translate.ts';
import { useApp } from '../context.ts';

/** A new version waits for the person to ask for it, and for edits that are not kept yet. */
export function UpdateBar() {
  const { ports, site } = useApp();
  const unsaved = site.value?.view.value.pending.some((pending) => !pending.saved) ?? false;
  return (
    <div class="update-bar" role="status">
      <span>{t('update.ready')}</span>
      <button type="button" class="button" disabled={unsaved} onClick={() => ports.updates.activate()}>
        {t('update.do')}
      </button>
    </div>
  );
}
