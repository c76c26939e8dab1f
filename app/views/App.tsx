import { useSignalEffect } from '@preact/signals';
import type { ComponentType } from 'preact';
import { t } from '../messages/translate.ts';
import type { AppState } from '../state/app-state.ts';
import { AppContext, useApp } from './context.ts';
import { lazy } from './lazy.tsx';

const SignInScreen = lazy(() =>
  import('./sign-in/SignInScreen.tsx').then(({ SignInScreen }) => SignInScreen),
);
const SetupScreen = lazy(() => import('./sign-in/SetupScreen.tsx').then(({ SetupScreen }) => SetupScreen));
const ResetScreen = lazy(() => import('./account/ResetScreen.tsx').then(({ ResetScreen }) => ResetScreen));
const JoinScreen = lazy(() => import('./people/JoinScreen.tsx').then(({ JoinScreen }) => JoinScreen));
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
  if (route.at === 'setup') return <SetupScreen />;
  if (route.at === 'reset') return <ResetScreen />;
  if (route.at === 'join') return <JoinScreen />;
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
