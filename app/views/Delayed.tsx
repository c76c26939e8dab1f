import { t } from '../messages/translate.ts';
import { useSite } from './context.ts';
import { Icon } from './Icon.tsx';

/** For those the hub tells: the archive has been waiting for too long. Nobody else sees anything. */
export function Delayed() {
  const site = useSite();
  const { delayedSince } = site.view.value;
  if (delayedSince === null) return null;
  const time = site.time.value.when(delayedSince, site.hubNow());
  return (
    <div class="delayed">
      <Icon name="clock" />
      <p>
        {t('delayed.since', { time })}
        <small>{t('delayed.hint')}</small>
      </p>
    </div>
  );
}
