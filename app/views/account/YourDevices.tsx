import { useEffect, useMemo } from 'preact/hooks';
import '../../messages/add-account.ts';
import { t } from '../../messages/translate.ts';
import { othersIn, SessionList } from '../../state/session-list.ts';
import { useApp } from '../context.ts';
import { HoldButton } from '../import/HoldButton.tsx';
import { SessionRows } from './SessionRows.tsx';

/** Where the person is signed in, and how to end it: one, or all but this. */
export function YourDevices() {
  const { ports } = useApp();
  const list = useMemo(() => new SessionList(ports.api, null), [ports]);
  useEffect(() => void list.load(), [list]);
  const { sessions, busy } = list.shown.value;
  const others = othersIn(sessions);
  return (
    <section aria-labelledby="devices-title">
      <h2 id="devices-title">{t('devices.title')}</h2>
      <p class="small">{t('devices.lead')}</p>
      <SessionRows list={list} label={t('devices.title')} />
      {others > 0 && (
        <HoldButton busy={busy} hint={t('devices.endOthersHint')} onHeld={() => list.endOthers()}>
          {t('devices.endOthers', { count: others })}
        </HoldButton>
      )}
    </section>
  );
}
