import { t } from '../messages/translate.ts';
import { useApp } from './context.ts';
import { Icon } from './Icon.tsx';

/** Title of a sheet and the way out of it. */
export function SheetHead({ title }: { title: string }) {
  const { router } = useApp();
  return (
    <header class="sheet-head">
      <h2 id="sheet-title" tabIndex={-1} data-focus-first>
        {title}
      </h2>
      <button type="button" class="icon-button" aria-label={t('app.close')} onClick={() => router.close()}>
        <Icon name="close" />
      </button>
    </header>
  );
}
