import { useState } from 'preact/hooks';
import '../../messages/add-kiosk.ts';
import '../../messages/add-later.ts';
import { t } from '../../messages/translate.ts';
import { isOutOfDate, syncWords } from '../../state/sync-words.ts';
import { useApp, useSite } from '../context.ts';
import { Delayed } from '../Delayed.tsx';
import { Evictable } from '../Evictable.tsx';
import { Icon } from '../Icon.tsx';
import { SheetHead } from '../SheetHead.tsx';
import { Queue } from './Queue.tsx';

/** What is behind the pill: what waits, what needs the person, and when all was well. */
export function SyncSheet() {
  const { ports, session } = useApp();
  const site = useSite();
  const { syncedAt, pending, health, wipedAt } = site.view.value;
  return (
    <>
      <SheetHead title={t('sync.title')} />
      <div class="sheet-body">
        <p class="sync-state">{syncWords(site.view.value, site.now.value)}</p>
        {session.held.value && <p class="hint">{t('kiosk.alone')}</p>}
        <dl class="facts">
          <dt>{t('sync.last')}</dt>
          <dd>{syncedAt === null ? t('sync.never') : site.time.value.when(syncedAt, site.now.value)}</dd>
        </dl>
        {isOutOfDate(site.view.value) ? <Update /> : <SyncNow />}
        <Delayed />
        <ToTray />
        <Queue />
        <Waiting />
        <Evictable held={pending.length} isOffline={health.state !== 'live'} />
        {wipedAt !== undefined && <p class="hint">{t('failed.wiped')}</p>}
        <p class="small">{t('sync.version', { version: ports.surroundings.version })}</p>
      </div>
    </>
  );
}

/** The way to what waits for a decision, in every state of the connection. */
function ToTray() {
  const { router } = useApp();
  const { own, others } = useSite().needs.value;
  if (own + others === 0) return null;
  return (
    <button
      type="button"
      class="button to-tray"
      onClick={() => router.open({ type: 'sheet', sheet: 'attention', car: null })}
    >
      <Icon name="alert" />
      {own > 0 ? t('pill.needYou', { count: own }) : t('sync.others', { count: others })}
    </button>
  );
}

/** What other people have made on this device: only they can send it. */
function Waiting() {
  const site = useSite();
  const { waiting = [] } = site.view.value;
  if (waiting.length === 0) return null;
  return (
    <ul class="lines">
      {waiting.map(({ author, edits }) => (
        <li key={author} class="line">
          <Icon name="people" />
          <span>{t('sync.waiting', { count: edits.length, name: site.nameOf(author) })}</span>
        </li>
      ))}
    </ul>
  );
}

function Update() {
  const { ports } = useApp();
  return (
    <div class="sync-now">
      <button type="button" class="button" data-main onClick={() => ports.updates.activate()}>
        {t('update.do')}
      </button>
    </div>
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
        {t(trial === 'trying' ? 'sync.trying' : site.hasLetGo ? 'app.retry' : 'sync.now')}
      </button>
      <p role="status">{trial === 'done' ? t('sync.done') : trial === 'failed' ? t('sync.failed') : ''}</p>
    </div>
  );
}
