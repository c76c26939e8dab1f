import { useEffect, useRef, useState } from 'preact/hooks';
import type { EnrolledDevice } from '../../../worker/protocol/api.ts';
import { PERSON_NAME_CHARS_MAX } from '../../../worker/protocol/limits.ts';
import { t } from '../../messages/translate.ts';
import type { DeviceList } from '../../state/device-list.ts';
import { Field } from '../Field.tsx';
import { problemWords } from '../sign-in/problem-words.ts';

/** Another name for a device, in its own place of the list. */
export function RenameDevice({ device, list }: { device: EnrolledDevice; list: DeviceList }) {
  const [name, setName] = useState(device.name);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  const save = async (event: Event) => {
    event.preventDefault();
    if (name.trim() === '') return setProblem(t('enrol.nameMissing'));
    setBusy(true);
    const refused = await list.rename(device, name.trim());
    setBusy(false);
    if (!refused) return;
    const isTaken = refused.field === 'name';
    setProblem(isTaken ? t('enrol.nameTaken') : t('enrolled.notRenamed', { why: problemWords(refused) }));
  };
  return (
    <form class="form" onSubmit={save} noValidate>
      <Field label={t('enrolled.newName', { name: device.name })} error={problem}>
        {(field) => (
          <input
            {...field}
            ref={input}
            class="field"
            value={name}
            maxLength={PERSON_NAME_CHARS_MAX}
            autocomplete="off"
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        )}
      </Field>
      <div class="choices">
        <button type="submit" class="button" data-main disabled={busy}>
          {t('enrolled.save')}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            list.act.value = { is: 'none' };
          }}
        >
          {t('enrolled.cancel')}
        </button>
      </div>
    </form>
  );
}
