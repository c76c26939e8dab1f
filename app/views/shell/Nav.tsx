import { t } from '../../messages/translate.ts';
import { pathOf, type Screen } from '../../state/route.ts';
import { Badge } from '../Badge.tsx';
import { useApp, useSite } from '../context.ts';
import { Icon, type IconName } from '../Icon.tsx';

interface Entry {
  screen: Screen;
  icon: IconName;
  text: string;
}

/** The few places of the app: at the thumb on a phone, at the top elsewhere. */
export function Nav() {
  const { router, ports } = useApp();
  const site = useSite();
  const route = router.route.value;
  const { own, others } = site.needs.value;
  const open = own + others;
  const phone = ports.surroundings.layout.value === 'phone';
  const entries: Entry[] = phone
    ? [
        { screen: 'home', icon: 'keypad', text: t('nav.keypad') },
        { screen: 'board', icon: 'board', text: t('nav.board') },
        { screen: 'more', icon: 'more', text: t('nav.more') },
      ]
    : [
        { screen: 'home', icon: 'board', text: t('nav.board') },
        { screen: 'history', icon: 'history', text: t('nav.history') },
        ...(site.may('import') ? [{ screen: 'import', icon: 'import', text: t('nav.import') } as const] : []),
        { screen: 'more', icon: 'more', text: t('nav.more') },
      ];
  const here = route.at === 'site' ? nearest(route.screen, entries) : null;
  return (
    <nav class="nav" aria-label={t('nav.label')}>
      {entries.map(({ screen, icon, text }) => (
        <a
          key={screen}
          href={pathOf({
            at: 'site',
            site: site.known.id,
            screen,
            overlay: null,
            query: new URLSearchParams(),
          })}
          aria-current={here === screen ? 'page' : undefined}
          onClick={(event) => {
            // With a modifier the person asks the browser for a tab of its own.
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            router.screen(screen);
          }}
        >
          <Icon name={icon} />
          <span>{text}</span>
          {screen === 'more' && open > 0 && (
            <>
              <Badge count={open} />
              <span class="hidden">{t('pill.needYou', { count: open })}</span>
            </>
          )}
        </a>
      ))}
    </nav>
  );
}

/** The entry a screen belongs to: what has none of its own is found under More, the board under home. */
function nearest(screen: Screen, entries: readonly Entry[]): Screen {
  if (entries.some((entry) => entry.screen === screen)) return screen;
  return screen === 'board' ? 'home' : 'more';
}
