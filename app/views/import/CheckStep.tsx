import { t } from '../../messages/translate.ts';
import { HOLD_ROWS, type ImportFlow, type ImportStep, rowsTouched } from '../../state/import-flow.ts';
import { HoldButton } from './HoldButton.tsx';
import { ImportRows } from './ImportRows.tsx';

interface CheckStepProps {
  flow: ImportFlow;
  at: ImportStep & { step: 'check' };
}

const MODES = ['merge', 'replace'] as const;

/** What the roster would do, before it does anything. */
export function CheckStep({ flow, at: { roster, mode, result, busy, problem } }: CheckStepProps) {
  const touched = rowsTouched(result);
  const apply = () => void flow.apply();
  return (
    <>
      <p class="lead">{roster.name}</p>
      <fieldset class="choice" disabled={busy}>
        <legend>{t('import.mode')}</legend>
        {MODES.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="mode"
              checked={mode === one}
              onChange={() => void flow.check(roster, one)}
            />
            <span>{t(`import.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <ImportRows result={result} />
      {problem !== null && (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
      <div class="import-do">
        {touched === 0 ? (
          <p>{t('import.nothing')}</p>
        ) : touched > HOLD_ROWS ? (
          <HoldButton busy={busy} hint={t('import.holdHint')} onHeld={apply}>
            {t(busy ? 'import.applying' : 'import.hold', { count: touched })}
          </HoldButton>
        ) : (
          <button type="button" class="action" data-next disabled={busy} onClick={apply}>
            {t(busy ? 'import.applying' : 'import.do', { count: touched })}
          </button>
        )}
        <button type="button" class="button" data-quiet disabled={busy} onClick={() => flow.restart()}>
          {t('import.another')}
        </button>
      </div>
    </>
  );
}
