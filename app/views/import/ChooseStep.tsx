import { useState } from 'preact/hooks';
import { t } from '../../messages/translate.ts';
import type { ImportFlow } from '../../state/import-flow.ts';
import { Field } from '../Field.tsx';
import { Icon } from '../Icon.tsx';

interface ChooseStepProps {
  flow: ImportFlow;
  busy: boolean;
  problem: string | null;
}

/** A file, or rows out of a spreadsheet. */
export function ChooseStep({ flow, busy, problem }: ChooseStepProps) {
  const [csv, setCsv] = useState('');
  const [over, setOver] = useState(false);
  const take = async (file: File | undefined) => {
    if (file) await flow.file(file.name, new Uint8Array(await file.arrayBuffer()));
  };
  return (
    <>
      <p class="lead">{t('import.chooseLead')}</p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way, beside the file button */}
      <div
        class="drop"
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void take(event.dataTransfer?.files[0]);
        }}
      >
        <label class="button" data-main>
          <Icon name="import" />
          {t('import.file')}
          <input
            class="hidden"
            type="file"
            accept=".csv,.txt,.tsv,text/csv,text/plain"
            disabled={busy}
            onChange={(event) => {
              const { currentTarget } = event;
              void take(currentTarget.files?.[0]);
              // The same file chosen again, after it has been mended, is a new choice.
              currentTarget.value = '';
            }}
          />
        </label>
        <span class="drop-or">{t('import.drop')}</span>
      </div>
      <p class="small">{t('import.columns')}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void flow.check({ name: t('import.pasted'), csv }, 'merge');
        }}
      >
        <Field label={t('import.paste')}>
          {(field) => (
            <textarea
              {...field}
              class="field"
              rows={5}
              spellcheck={false}
              placeholder={t('import.pasteExample')}
              value={csv}
              onInput={(event) => setCsv(event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" class="button" disabled={busy || csv.trim() === ''}>
          {t('import.checkPasted')}
        </button>
      </form>
      {busy && <p class="loading">{t('import.checking')}</p>}
      {problem !== null && (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
