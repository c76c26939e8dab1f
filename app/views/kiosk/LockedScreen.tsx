import '../../messages/add-kiosk.ts';
import { t } from '../../messages/translate.ts';
import { useApp } from '../context.ts';

/** In the place of what is somebody's own, while nobody has said who they are. */
export function LockedScreen() {
  const { asking } = useApp();
  const ask = () => {
    asking.value = {};
  };
  return (
    <div class="page">
      <h1 id="sheet-title">{t('kiosk.locked')}</h1>
      <p>{t('kiosk.lockedHint')}</p>
      <button type="button" class="action" data-next onClick={ask}>
        {t('kiosk.ask')}
      </button>
    </div>
  );
}
