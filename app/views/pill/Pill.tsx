import { t } from '../../messages/translate.ts';
import { pillWords } from '../../state/pill.ts';
import { useApp, useSite } from '../context.ts';
import { Icon, type IconName } from '../Icon.tsx';

const ICONS = {
  live: 'check',
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
  const pill = useSite().pill.value;
  const status = pillWords(pill);
  return (
    <button
      type="button"
      class="pill"
      data-kind={pill.kind}
      aria-label={t('pill.opens', { status })}
      onClick={() => router.open({ type: 'sheet', sheet: 'sync', car: null })}
    >
      <Icon name={ICONS[pill.kind]} />
      <span>{status}</span>
    </button>
  );
}
