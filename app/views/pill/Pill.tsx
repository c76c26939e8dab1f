import { t } from '../../messages/translate.ts';
import { badgeOf, pillWords } from '../../state/pill.ts';
import { Badge } from '../Badge.tsx';
import { useApp, useSite } from '../context.ts';
import { Icon, type IconName } from '../Icon.tsx';

const ICONS = {
  live: 'check',
  saver: 'clock',
  saving: 'up',
  offline: 'offline',
  'catching-up': 'sync',
  'need-you': 'alert',
  stale: 'clock',
  stopped: 'alert',
} as const satisfies Record<string, IconName>;

/** Whether what is on the screen is what the hub has; opens what is behind it. */
export function Pill() {
  const { router } = useApp();
  const site = useSite();
  const pill = site.pill.value;
  const badge = badgeOf(pill, site.needs.value);
  const needsYou = pill.kind === 'need-you';
  const also = badge > 0 ? [t(needsYou ? 'pill.others' : 'pill.needYou', { count: badge })] : [];
  const status = [pillWords(pill), ...also].join('. ');
  return (
    <button
      type="button"
      class="pill"
      data-kind={pill.kind}
      aria-label={t(needsYou ? 'pill.opensTray' : 'pill.opens', { status })}
      onClick={() => router.open({ type: 'sheet', sheet: needsYou ? 'attention' : 'sync', car: null })}
    >
      <Icon name={ICONS[pill.kind]} />
      <span>{pillWords(pill)}</span>
      {badge > 0 && <Badge count={badge} />}
    </button>
  );
}
