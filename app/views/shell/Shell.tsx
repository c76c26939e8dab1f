import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import '../../messages/add-board.ts';
import { t } from '../../messages/translate.ts';
import type { Overlay, Screen, SheetName } from '../../state/route.ts';
import { useApp, useSite } from '../context.ts';
import { lazy } from '../lazy.tsx';
import { Pill } from '../pill/Pill.tsx';
import { Announcements } from './Announcements.tsx';
import { Nav } from './Nav.tsx';
import { Over, Side } from './Over.tsx';
import { PeopleHere } from './PeopleHere.tsx';
import { Toasts } from './Toasts.tsx';
import { UpdateBar } from './UpdateBar.tsx';

const BoardScreen = lazy(() => import('../board/BoardScreen.tsx').then(({ BoardScreen }) => BoardScreen));
const KeypadScreen = lazy(() =>
  import('../keypad/KeypadScreen.tsx').then(({ KeypadScreen }) => KeypadScreen),
);
const FindPanel = lazy(() => import('../keypad/FindPanel.tsx').then(({ FindPanel }) => FindPanel));

const SCREENS: { [S in Exclude<Screen, 'home'>]: ComponentType } = {
  board: BoardScreen,
  more: lazy(() => import('../settings/MoreScreen.tsx').then(({ MoreScreen }) => MoreScreen)),
  import: lazy(() => import('../import/ImportScreen.tsx').then(({ ImportScreen }) => ImportScreen)),
  history: lazy(() => import('../history/HistoryScreen.tsx').then(({ HistoryScreen }) => HistoryScreen)),
  settings: lazy(() => import('../settings/SettingsScreen.tsx').then(({ SettingsScreen }) => SettingsScreen)),
};

const CarSheet = lazy(() => import('../car/CarSheet.tsx').then(({ CarSheet }) => CarSheet));

const SHEETS: { [S in SheetName]: ComponentType<{ car: string | null }> } = {
  sync: lazy(() => import('../pill/SyncSheet.tsx').then(({ SyncSheet }) => SyncSheet)),
  people: lazy(() => import('../sheets/PeopleSheet.tsx').then(({ PeopleSheet }) => PeopleSheet)),
  undo: lazy(() => import('../sheets/UndoSheet.tsx').then(({ UndoSheet }) => UndoSheet)),
  add: lazy(() => import('../sheets/AddSheet.tsx').then(({ AddSheet }) => AddSheet)),
  removed: lazy(() => import('../sheets/RemovedSheet.tsx').then(({ RemovedSheet }) => RemovedSheet)),
};

/** The frame of an open site: header, places, what lies beside and over them. */
export function Shell() {
  const app = useApp();
  const site = useSite();
  const layout = app.ports.surroundings.layout.value;
  const route = app.router.route.value;
  useEffect(() => {
    // After the first drawing: nobody types into what is not there yet.
    const stop = import('./keys.ts').then(({ listenToKeys }) => listenToKeys(app, site));
    return () => void stop.then((end) => end());
  }, [app, site]);
  if (route.at !== 'site') return null;
  const { screen, overlay } = route;
  const Main = screen === 'home' ? (layout === 'phone' ? KeypadScreen : BoardScreen) : SCREENS[screen];
  const aside = overlay?.type === 'car' && layout !== 'phone' ? overlay : null;
  const over = aside ? null : overlay;
  const onBoard = screen === 'home' || screen === 'board';
  return (
    <>
      <div class="shell" inert={over !== null} data-side={aside !== null || (layout === 'tablet' && onBoard)}>
        <a class="skip" href="#main">
          {t('app.skip')}
        </a>
        <header class="top">
          <p class="site-name">{site.name}</p>
          {layout !== 'phone' && <Nav />}
          <div class="top-end">
            <PeopleHere />
            <Pill />
          </div>
        </header>
        <UpdateBar />
        <main id="main" class="main" tabIndex={-1}>
          <Main />
        </main>
        {aside ? (
          <Side what={`${aside.car} ${aside.part}`} label={t('car.label', { car: aside.car })}>
            <CarSheet id={aside.car} part={aside.part} />
          </Side>
        ) : (
          layout === 'tablet' &&
          onBoard && (
            <aside class="side" aria-label={t('keypad.title')}>
              <FindPanel />
            </aside>
          )
        )}
        {layout === 'phone' && <Nav />}
      </div>
      {over && <Overlaid overlay={over} />}
      {!(over?.type === 'car') && <Toasts />}
      <Announcements />
    </>
  );
}

function Overlaid({ overlay }: { overlay: Overlay }) {
  const { router } = useApp();
  const close = () => router.close();
  if (overlay.type === 'car') {
    return (
      <Over what={`${overlay.car} ${overlay.part}`} onClose={close}>
        <CarSheet id={overlay.car} part={overlay.part} />
      </Over>
    );
  }
  const Sheet = SHEETS[overlay.sheet];
  return (
    <Over what={overlay.sheet} onClose={close}>
      <Sheet car={overlay.car} />
    </Over>
  );
}
