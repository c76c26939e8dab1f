import { useEffect, useRef, useState } from 'preact/hooks';
import type { ImportResult } from '../../../worker/protocol/api.ts';
import { t } from '../../messages/translate.ts';
import { type ImportFlow, rowsTouched } from '../../state/import-flow.ts';
import { useApp, useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { ImportRows } from './ImportRows.tsx';

/** What the roster did, and the way back from all of it. */
export function DoneStep({ flow, result }: { flow: ImportFlow; result: ImportResult }) {
  const { router } = useApp();
  const site = useSite();
  const [undone, setUndone] = useState(false);
  const { version } = result;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const undo = async () => {
    if (version !== null) setUndone(await site.do({ type: 'undo', version }));
  };
  return (
    <>
      <h2 tabIndex={-1} ref={title}>
        {version === null
          ? t('import.doneNothing')
          : undone
            ? t('undo.undone')
            : t('import.doneTitle', { count: rowsTouched(result) })}
      </h2>
      <div class="choices">
        <button type="button" class="button" data-main onClick={() => router.screen('board')}>
          {t('import.toBoard')}
        </button>
        {version !== null && !undone && (
          <button type="button" class="button" onClick={undo}>
            <Icon name="undo" />
            {t('undo.do')}
          </button>
        )}
        <button type="button" class="button" data-quiet onClick={() => flow.restart()}>
          {t('import.another')}
        </button>
      </div>
      <ImportRows result={result} />
    </>
  );
}
