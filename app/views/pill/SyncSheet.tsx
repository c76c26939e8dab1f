import { useState } from 'preact/hooks';
import '../../messages/add-later.ts';
import { t } from '../../messages/translate.ts';
import { syncWords } from '../../state/sync-words.ts';
import { useApp, useSite } from '../context.ts';
import { Evictable } from '../Evictable.tsx';
import { Icon } from '../Icon.tsx';
import { SheetHead } from '../SheetHead.tsx';
import { AttentionList } from './AttentionList.tsx';
import { Queue } from './Queue.tsx';

/** What is behind the pill: what waits, what needs the person, and when all was well. */
export function SyncSheet() {
  const { ports } = useApp();
  const site = useSite();
  const { syncedAt } = site.view.value;
  return (
    <>
      <SheetHead title={t('sync.title')} />
      <div class="sheet-body">
        <p class="sync-state">{syncWords(site.view.value, site.now.value)}</p>
        <dl class="facts">
          <dt>{t('sync.last')}</dt>
          <dd>{syncedAt === null ? t('sync.never') : site.time.value.when(syncedAt, site.now.value)}</dd>
        </dl>
        <SyncNow />
        <AttentionList />
        <Queue />
        <Evictable />
        <p class="small">{t('sync.version', { version: ports.surroundings.version })}</p>
      </div>
    </>
  );
}

type Trial = 'none' | 'trying' | 'done' | 'failed';

function SyncNow() {
  const app = useApp();
  const site = useSite();
  const [trial, setTrial] = useState<Trial>('none');
  const sync = async () => {
    if (site.hasLetGo) {
      app.reopen();
      return;
    }
    setTrial('trying');
    setTrial((await site.syncNow()) ? 'done' : 'failed');
  };
  return (
    <div class="sync-now">
      <button type="button" class="button" data-main disabled={trial === 'trying'} onClick={sync}>
        <Icon name="sync" />
        {t(trial === 'trying' ? 'sync.trying' : 'sync.now')}
      </button>
      <p role="status">{trial === 'done' ? t('sync.done') : trial === 'failed' ? t('sync.failed') : ''}</p>
    </div>
  );
}
