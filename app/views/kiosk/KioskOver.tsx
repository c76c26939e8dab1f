import '../../messages/add-kiosk.ts';
import { t } from '../../messages/translate.ts';
import type { Kiosk } from '../../state/kiosk.ts';
import { useApp } from '../context.ts';
import { WhoIsHere } from './WhoIsHere.tsx';

/** Over everything on an enrolled device: the question who is here, and that it is about to lock. */
export function KioskOver({ kiosk }: { kiosk: Kiosk }) {
  const { asking } = useApp();
  if (asking.value !== null) return <WhoIsHere kiosk={kiosk} asked={asking.value} />;
  const left = kiosk.left.value;
  if (left === null) return null;
  return (
    <div class="kiosk-warning" role="alertdialog" aria-label={t('kiosk.leaving', { count: left })}>
      <p>{t('kiosk.leaving', { count: left })}</p>
      {/* Whatever is touched keeps it open: this button most of all. */}
      <button type="button" class="action" data-next onClick={() => kiosk.touch()}>
        {t('kiosk.stay')}
      </button>
      <button type="button" class="button" data-quiet onClick={() => kiosk.lock()}>
        {t('kiosk.lockNow')}
      </button>
    </div>
  );
}
