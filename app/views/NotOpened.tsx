import '../messages/add-door.ts';
import { t } from '../messages/translate.ts';
import { useApp } from './context.ts';

/**
 * The device's own store would not open: without it nothing could be kept. Or a later version of the app has been at
 * work in it, and what it keeps is for that one to read.
 */
export function NotOpened({ isNewer }: { isNewer: boolean }) {
  const app = useApp();
  if (isNewer) {
    return (
      <main class="blank">
        <h1>{t('failed.newer')}</h1>
        <p>{t('failed.newerHint')}</p>
        <button type="button" class="button" data-main onClick={() => app.ports.updates.activate()}>
          {t('update.do')}
        </button>
      </main>
    );
  }
  return (
    <main class="blank">
      <h1>{t('failed.open')}</h1>
      <p>{t('failed.openHint')}</p>
      <button type="button" class="button" data-main onClick={() => app.reopen()}>
        {t('app.retry')}
      </button>
    </main>
  );
}
