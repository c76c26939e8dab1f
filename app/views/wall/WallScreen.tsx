import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import '../../messages/add-wall.ts';
import { t } from '../../messages/translate.ts';
import { Wall } from '../../state/wall.ts';
import { useApp } from '../context.ts';
import { useWakeLock } from './use-wake-lock.ts';
import { WallBoard } from './WallBoard.tsx';

/** The board on a wall, or why it is not there; never a sign-in. */
export function WallScreen() {
  const { ports, session, router } = useApp();
  const { value: route } = router.route;
  const token = route.at === 'wall' ? route.token : '';
  const wall = useMemo(() => new Wall({ ...ports, session }, token), [ports, session, token]);
  useEffect(() => wall.start(), [wall]);
  useWakeLock();
  const shown = wall.shown.value;
  switch (shown.is) {
    case 'board':
      return <WallBoard site={shown.site} />;
    case 'starting':
      return <WallWords title={t('wall.starting')} />;
    case 'waiting':
      return <WallWords title={t('wall.waiting')} hint={t('wall.waitingHint')} isTrying />;
    case 'ended':
      return <WallWords title={t('wall.ended')} hint={t('wall.endedHint')} />;
    case 'unknown':
      return <WallWords title={t('wall.unknown')} hint={t('wall.unknownHint')} />;
    case 'taken':
      return (
        <WallWords title={t('wall.taken', { name: shown.name })} hint={t('wall.takenHint')}>
          <div class="choices">
            <button type="button" class="action" data-next onClick={() => wall.take()}>
              {t('wall.take')}
            </button>
            <button type="button" class="action" onClick={() => router.go({ at: 'start' }, 'replace')}>
              {t('wall.leave')}
            </button>
          </div>
        </WallWords>
      );
    default:
      return shown satisfies never;
  }
}

interface WordsProps {
  title: string;
  hint?: string;
  isTrying?: boolean;
  children?: ComponentChildren;
}

/** What is wrong, as large as the board would be. */
function WallWords({ title, hint, isTrying = false, children }: WordsProps) {
  return (
    <main class="wall wall-words">
      <h1>{title}</h1>
      {hint !== undefined && <p>{hint}</p>}
      {isTrying && <p role="status">{t('wall.trying')}</p>}
      {children}
    </main>
  );
}
