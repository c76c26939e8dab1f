import type { ComponentType } from 'preact';
import { t } from '../../messages/translate.ts';
import type { Overlay, SheetName } from '../../state/route.ts';
import { CarSheet } from '../car/CarSheet.tsx';
import { useApp } from '../context.ts';
import { lazy } from '../lazy.tsx';
import { Over, Side } from './Over.tsx';

const SHEETS: { [S in SheetName]: ComponentType<{ car: string | null }> } = {
  sync: lazy(() => import('../pill/SyncSheet.tsx').then(({ SyncSheet }) => SyncSheet), 'often'),
  attention: lazy(() => import('../tray/TraySheet.tsx').then(({ TraySheet }) => TraySheet), 'often'),
  people: lazy(() => import('../sheets/PeopleSheet.tsx').then(({ PeopleSheet }) => PeopleSheet), 'often'),
  undo: lazy(() => import('../sheets/UndoSheet.tsx').then(({ UndoSheet }) => UndoSheet), 'often'),
  add: lazy(() => import('../sheets/AddSheet.tsx').then(({ AddSheet }) => AddSheet), 'often'),
  removed: lazy(() => import('../sheets/RemovedSheet.tsx').then(({ RemovedSheet }) => RemovedSheet), 'often'),
  views: lazy(() => import('../sheets/ViewsSheet.tsx').then(({ ViewsSheet }) => ViewsSheet), 'often'),
  sites: lazy(() => import('../sites/SitesSheet.tsx').then(({ SitesSheet }) => SitesSheet), 'often'),
};

const LockedScreen = lazy(() => import('../kiosk/LockedScreen.tsx').then(({ LockedScreen }) => LockedScreen));
/** What tells nothing of anybody's own. */
const FOR_ALL: readonly SheetName[] = ['sync', 'people', 'add', 'removed'];

interface OpenedProps {
  overlay: Overlay;
  /** A car has room beside the board, which stays in use; otherwise it lies over it. */
  beside: boolean;
}

/** What has been opened over a screen, or beside it. */
export function Opened({ overlay, beside }: OpenedProps) {
  const { router, locked } = useApp();
  const close = () => router.close();
  if (overlay.type === 'sheet') {
    const Sheet = SHEETS[overlay.sheet];
    return (
      <Over what={overlay.sheet} onClose={close}>
        {locked.value && !FOR_ALL.includes(overlay.sheet) ? <LockedScreen /> : <Sheet car={overlay.car} />}
      </Over>
    );
  }
  const { car, part } = overlay;
  const what = `${car} ${part}`;
  return beside ? (
    <Side what={what} label={t('car.label', { car })}>
      <CarSheet id={car} part={part} />
    </Side>
  ) : (
    <Over what={what} onClose={close}>
      <CarSheet id={car} part={part} />
    </Over>
  );
}
