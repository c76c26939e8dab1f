import { useSignalEffect } from '@preact/signals';
import type { ComponentType } from 'preact';
import { t } from '../messages/translate.ts';
import type { AppState } from '../state/app-state.ts';
import { AppContext, useApp } from './context.ts';
import { lazy } from './lazy.tsx';

const SignInScreen = lazy(() =>
  import('./sign-in/SignInScreen.tsx').then(({ SignInScreen }) => SignInScreen),
);
const OtherDoor = lazy(() => import('./sign-in/OtherDoor.tsx').then(({ OtherDoor }) => OtherDoor));
const SitesScreen = lazy(() => import('./sign-in/SitesScreen.tsx').then(({ SitesScreen }) => SitesScreen));
const NotOpened = lazy(() => import('./NotOpened.tsx').then(({ NotOpened }) => NotOpened));

interface AppProps {
  app: AppState;
  /** The frame of an open site, which comes with the site's own code. */
  Shell: ComponentType;
}

export function App({ app, Shell }: AppProps) {
  useSignalEffect(() => {
    document.documentElement.dataset.theme = app.theme.value;
    document.documentElement.dataset.layout = app.ports.surroundings.layout.value;
    document.title = app.site.value ? `${app.site.value.name} · ${t('app.name')}` : t('app.name');
  });
  return (
    <AppContext.Provider value={app}>
      <Screen Shell={Shell} />
    </AppContext.Provider>
  );
}

/** Who is not signed in signs in, wherever they wanted to go, and is there afterwards. */
function Screen({ Shell }: Pick<AppProps, 'Shell'>) {
  const { router, session, site, opening } = useApp();
  const route = router.route.value;
  const { at } = route;
  if (at !== 'start' && at !== 'sites' && at !== 'site') return <OtherDoor at={at} />;
  const { value } = session.state;
  switch (value.state) {
    case 'starting':
      return <p class="loading">{t('app.loading')}</p>;
    case 'signed-out':
      return <SignInScreen />;
    case 'signed-in':
      if (site.value) return <Shell key={site.value.known.id} />;
      if (opening.value === 'now') return <p class="loading">{t('app.loading')}</p>;
      if (opening.value === 'no') return <SitesScreen />;
      return <NotOpened isNewer={opening.value === 'newer'} />;
    default:
      return value satisfies never;
  }
}
