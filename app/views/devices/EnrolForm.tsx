import { useEffect, useRef, useState } from 'preact/hooks';
import type { EnrolBody } from '../../../worker/protocol/bodies.ts';
import { PERSON_NAME_CHARS_MAX } from '../../../worker/protocol/limits.ts';
import { t } from '../../messages/translate.ts';
import type { Reply } from '../../state/api.ts';
import { Field } from '../Field.tsx';
import { problemWords } from '../sign-in/problem-words.ts';

interface EnrolFormProps {
  /** What a code has said already; null where they are typed. */
  code: string | null;
  /** The refusal; null where it belongs to the site now. */
  enrol: (body: EnrolBody) => Promise<Extract<Reply<never>, { ok: false }> | null>;
  onDone?: () => void;
}

const DIGITS = 6;

/** A lead says yes to a device, by its digits, and what it is called. */
export function EnrolForm({ code: said, enrol, onDone }: EnrolFormProps) {
  const [code, setCode] = useState(said ?? '');
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<{ code?: string; name?: string; other?: string }>({});
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);

  const add = async (event: Event) => {
    event.preventDefault();
    const found = {
      ...(code.length !== DIGITS && { code: t('enrol.digitsMissing') }),
      ...(name.trim() === '' && { name: t('enrol.nameMissing') }),
    };
    setProblem(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    const refused = await enrol({ code, name: name.trim() });
    setBusy(false);
    if (!refused) return onDone?.();
    if (refused.field === 'name') setProblem({ name: t('enrol.nameTaken') });
    else if (refused.field === 'code' && said === null) setProblem({ code: problemWords(refused) });
    else setProblem({ other: t('enrol.failed', { why: problemWords(refused) }) });
  };
  return (
    <form class="form" onSubmit={add} noValidate>
      {said === null && (
        <Field label={t('enrol.digits')} error={problem.code}>
          {(field) => (
            <input
              {...field}
              ref={first}
              class="field"
              inputMode="numeric"
              autocomplete="off"
              value={code}
              onInput={({ currentTarget }) => {
                // As they are shown, in two halves, or as they are read.
                const digits = currentTarget.value.replace(/[^0-9]/g, '').slice(0, DIGITS);
                currentTarget.value = digits;
                setCode(digits);
              }}
            />
          )}
        </Field>
      )}
      <Field label={t('enrol.name')} hint={t('enrol.nameHint')} error={problem.name}>
        {(field) => (
          <input
            {...field}
            {...(said !== null && { ref: first })}
            class="field"
            value={name}
            maxLength={PERSON_NAME_CHARS_MAX}
            autocomplete="off"
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        )}
      </Field>
      {problem.other && (
        <p class="bad" role="alert">
          {problem.other}
        </p>
      )}
      <button type="submit" class="action" data-next disabled={busy}>
        {t(busy ? 'enrol.doing' : 'enrol.do')}
      </button>
    </form>
  );
}
