import { useEffect } from 'preact/hooks';
import '../../messages/add-board.ts';
import { t } from '../../messages/translate.ts';
import type { Layout } from '../../state/app-state.ts';
import type { Overlay } from '../../state/route.ts';
import { useApp, useSite } from '../context.ts';
import { kioskParts } from '../kiosk-parts.ts';
import { lazy } from '../lazy.tsx';
import { Pill } from '../pill/Pill.tsx';
import { rememberFocus } from '../use-focus-inside.ts';
import { Announcements } from './Announcements.tsx';
import { Nav } from './Nav.tsx';
import { PeopleHere } from './PeopleHere.tsx';
import { SiteName } from './SiteName.tsx';
import { Toasts } from './Toasts.tsx';

const BoardScreen = lazy(() => import('../board/BoardScreen.tsx').then(({ BoardScreen }) => BoardScreen));
const KeypadScreen = lazy(() =>
  import('../keypad/KeypadScreen.tsx').then(({ KeypadScreen }) => KeypadScreen),
);
const FindPanel = lazy(() => import('../keypad/FindPanel.tsx').then(({ FindPanel }) => FindPanel));

/** Fetches what a person sees first on such a device, while the store is being read. */
export async function loadFirstScreen(layout: Layout): Promise<void> {
  const parts =
    layout === 'phone' ? [KeypadScreen] : layout === 'tablet' ? [BoardScreen, FindPanel] : [BoardScreen];
  // What does not come now is asked for again when it is shown.
  await Promise.allSettled(parts.map((part) => part.ahead()));
}

const OtherScreen = lazy(() => import('./OtherScreen.tsx').then(({ OtherScreen }) => OtherScreen));
const UpdateBar = lazy(() => import('./UpdateBar.tsx').then(({ UpdateBar }) => UpdateBar));
const Opened = lazy(() => import('./Opened.tsx').then(({ Opened }) => Opened), 'often');

/** What covers the bottom of a phone shows them itself, clear of its buttons. */
function hasOwnToasts(over: Overlay | null): boolean {
  return over?.type === 'car' || over?.sheet === 'attention';
}

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
  const kiosk = kioskParts.value;
  const asks = kiosk !== null && app.asking.value !== null;
  const aside = overlay?.type === 'car' && layout !== 'phone' ? overlay : null;
  const over = aside ? null : overlay;
  const onBoard = screen === 'home' || screen === 'board';
  return (
    <>
      <div
        onFocusIn={rememberFocus}
        class="shell"
        inert={over !== null || asks}
        data-side={aside !== null || (layout === 'tablet' && onBoard)}
      >
        <a class="skip" href="#main">
          {t('app.skip')}
        </a>
        <header class="top">
          <SiteName />
          {layout !== 'phone' && <Nav />}
          <div class="top-end">
            <PeopleHere />
            <Pill />
            {kiosk && <kiosk.Head />}
          </div>
        </header>
        {app.ports.updates.waiting.value && <UpdateBar />}
        <main id="main" class="main" tabIndex={-1}>
          {screen === 'home' && layout === 'phone' ? (
            <KeypadScreen />
          ) : screen === 'home' || screen === 'board' ? (
            <BoardScreen />
          ) : (
            <OtherScreen screen={screen} />
          )}
        </main>
        {aside ? (
          <Opened overlay={aside} beside={true} />
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
      {over && !asks && <Opened overlay={over} beside={false} />}
      {!hasOwnToasts(over) && <Toasts />}
      <Announcements />
      {kiosk && <kiosk.Over />}
    </>
  );
}
