import { useEffect, useMemo } from 'preact/hooks';
import { t } from '../../messages/translate.ts';
import { progressWords, verdictWords } from '../../state/check-words.ts';
import { type Check, HistoryCheck } from '../../state/history-check.ts';
import { useApp, useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';

/** The check of a site's archive, for as long as its screen is there. */
export function useHistoryCheck(): HistoryCheck {
  const { ports } = useApp();
  const site = useSite();
  const check = useMemo(() => new HistoryCheck(ports.api, site.known.id), [ports, site]);
  useEffect(() => () => check.stop(), [check]);
  return check;
}

/** Begins it, or goes on with it. */
export function VerifyButton({ check }: { check: HistoryCheck }) {
  const { is } = check.state.value;
  const isRunning = is === 'running';
  return (
    <button
      type="button"
      class="button"
      // Not disabled: whoever pressed it keeps the focus.
      aria-disabled={isRunning}
      onClick={() => !isRunning && (is === 'stopped' ? check.goOn() : check.begin())}
    >
      {t(is === 'stopped' ? 'verify.goOn' : is === 'idle' || isRunning ? 'verify.do' : 'verify.again')}
    </button>
  );
}

/** How far it is, and whether the archive is as the hub wrote it. */
export function Verdict({ check }: { check: HistoryCheck }) {
  const site = useSite();
  const state = check.state.value;
  const isShown = state.is !== 'idle' && state.is !== 'running';
  const when = (atMs: number) => site.time.value.when(atMs, site.hubNow());
  return (
    <section
      class={state.is === 'idle' ? 'hidden' : 'verify'}
      data-is={state.is}
      aria-label={t('verify.title')}
    >
      {state.is === 'running' && <Progress {...state} />}
      <div class={isShown ? 'verify-verdict' : 'hidden'} role="status">
        {isShown && <Icon name={state.is === 'intact' ? 'check' : 'alert'} />}
        <div>
          <p>{verdictWords(state, when)}</p>
          <Beside state={state} />
        </div>
      </div>
    </section>
  );
}

function Progress({ checked, total }: { checked: number; total: number | null }) {
  return (
    <div class="verify-progress">
      <progress aria-labelledby="verify-progress" {...(total !== null && { value: checked, max: total })} />
      <span id="verify-progress">{progressWords({ checked, total })}</span>
    </div>
  );
}

/** What goes with the verdict, and what to do. */
function Beside({ state }: { state: Check }) {
  switch (state.is) {
    case 'intact':
      return state.from > 1 ? <p class="small">{t('verify.older', { version: state.from })}</p> : null;
    case 'stopped':
      return state.checked > 0 ? <p class="small">{progressWords(state)}</p> : null;
    case 'altered':
      return (
        <>
          {state.checked > 0 && <p class="small">{t('verify.sound', { count: state.checked })}</p>}
          <p class="small">{t('verify.whatToDo')}</p>
        </>
      );
    default:
      return null;
  }
}
