import { useMemo } from 'preact/hooks';
import '../../messages/add-later.ts';
import { t } from '../../messages/translate.ts';
import { ImportFlow } from '../../state/import-flow.ts';
import { rosterApi } from '../../state/roster-api.ts';
import { useApp, useSite } from '../context.ts';
import { CheckStep } from './CheckStep.tsx';
import { ChooseStep } from './ChooseStep.tsx';
import { DoneStep } from './DoneStep.tsx';

const STEPS = ['choose', 'check', 'done'] as const;
const NAMES = { choose: 'import.choose', check: 'import.check', done: 'import.apply' } as const;

/** A roster in three steps. */
export function ImportScreen() {
  const { ports } = useApp();
  const site = useSite();
  const flow = useMemo(() => new ImportFlow(rosterApi(ports.api), site.known.id), [ports, site]);
  const at = flow.at.value;
  if (!site.may('import')) return <p class="blank">{t('error.forbidden')}</p>;
  return (
    <div class="page">
      <h1>{t('import.title')}</h1>
      <ol class="steps">
        {STEPS.map((step) => (
          <li key={step} aria-current={at.step === step ? 'step' : undefined}>
            {t(NAMES[step])}
          </li>
        ))}
      </ol>
      {at.step === 'choose' && <ChooseStep flow={flow} busy={at.busy} problem={at.problem} />}
      {at.step === 'check' && <CheckStep flow={flow} at={at} />}
      {at.step === 'done' && <DoneStep flow={flow} result={at.result} />}
    </div>
  );
}
