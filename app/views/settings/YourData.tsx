import '../../messages/add-views.ts';
import { t } from '../../messages/translate.ts';
import { useApp } from '../context.ts';
import { Icon } from '../Icon.tsx';

/** What follows the person from device to device, and the way to have it all as a file. */
export function YourData() {
  const { personal } = useApp();
  const counts = personal.value?.counts;
  return (
    <section aria-labelledby="data-title">
      <h2 id="data-title">{t('data.title')}</h2>
      <p class="small">{t('data.hint')}</p>
      <a class="button" href="/api/sync/export" download>
        <Icon name="export" />
        {t('data.export')}
      </a>
      {counts && (
        <p>
          {t('data.kept', { count: counts.all })}
          {counts.waiting > 0 && ` ${t('data.waits', { count: counts.waiting })}`}
        </p>
      )}
    </section>
  );
}
