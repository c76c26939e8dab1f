import { useState } from 'preact/hooks';
import { PIN_DIGITS_MAX } from '../../../worker/protocol/limits.ts';
import '../../messages/add-kiosk.ts';
import { t } from '../../messages/translate.ts';
import { newPinProblem, type PinProof } from '../../state/new-pin.ts';
import { changePin } from '../../state/pin-api.ts';
import { useApp } from '../context.ts';
import { Field } from '../Field.tsx';
import { kioskParts } from '../kiosk-parts.ts';
import { Password } from '../sign-in/Password.tsx';
import { problemWords } from '../sign-in/problem-words.ts';

/** One's own PIN: another one, or the first. */
export function ChangePin() {
  const [state, setState] = useState<'closed' | 'open' | 'done'>('closed');
  return (
    <section aria-labelledby="pin-title">
      <h2 id="pin-title">{t('pin.title')}</h2>
      <p>{t('pin.lead')}</p>
      <p role="status" hidden={state !== 'done'}>
        {state === 'done' && t('pin.done')}
      </p>
      {state === 'open' ? (
        <Form onDone={() => setState('done')} onCancel={() => setState('closed')} />
      ) : (
        <button type="button" class="button" onClick={() => setState('open')}>
          {t('pin.open')}
        </button>
      )}
    </section>
  );
}

type Problems = { proof?: string; pin?: string; all?: string };

function Form({ onDone, onCancel }: { onDone: () => void; onCancel: () => void }) {
  const { ports, session } = useApp();
  const { value } = session.state;
  // Who has joined by a PIN has no password to prove it by.
  const hasPassword = value.state === 'signed-in' && value.me.person.email !== null;
  const [by, setBy] = useState<PinProof>(hasPassword ? 'password' : 'current');
  const [proof, setProof] = useState('');
  const [pin, setPin] = useState('');
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);

  const change = async (event: Event) => {
    event.preventDefault();
    const problem = newPinProblem(pin);
    if (problem !== null) return setProblems({ pin: problem });
    setBusy(true);
    setProblems({});
    const reply = await changePin(ports.api, { pin, [by]: proof });
    setBusy(false);
    if (reply.ok) {
      if (reply.value.grant !== null) kioskParts.value?.keepPin(pin, reply.value.grant);
      return onDone();
    }
    if (reply.code === 'wrong-pin') setProblems({ proof: t('pin.wrong') });
    else if (reply.code === 'wrong-credentials') setProblems({ proof: t('pin.noPassword') });
    else if (reply.field === 'pin') setProblems({ pin: t('kiosk.easyPin') });
    else setProblems({ all: problemWords(reply) });
  };
  return (
    <form class="form" onSubmit={change} noValidate>
      {hasPassword && (
        <fieldset class="choice">
          <legend>{t('pin.proof')}</legend>
          {(['password', 'current'] as const).map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="pin-proof"
                checked={by === one}
                onChange={() => {
                  setBy(one);
                  setProof('');
                }}
              />
              <span>{t(one === 'password' ? 'pin.byPassword' : 'pin.byPin')}</span>
            </label>
          ))}
        </fieldset>
      )}
      {by === 'password' ? (
        <Password
          label={t('password.current')}
          autocomplete="current-password"
          error={problems.proof}
          value={proof}
          onInput={setProof}
        />
      ) : (
        <PinField label={t('pin.current')} value={proof} error={problems.proof} onInput={setProof} />
      )}
      <PinField
        label={t('pin.new')}
        value={pin}
        error={problems.pin}
        hint={t('pin.digits')}
        onInput={setPin}
      />
      {problems.all !== undefined && (
        <p class="bad" role="alert">
          {problems.all}
        </p>
      )}
      <button type="submit" class="action" data-next disabled={busy}>
        {t(busy ? 'pin.doing' : 'pin.do')}
      </button>
      <button type="button" class="button" data-quiet onClick={onCancel}>
        {t('password.cancel')}
      </button>
    </form>
  );
}

interface PinFieldProps {
  label: string;
  value: string;
  hint?: string;
  error?: string | undefined;
  onInput: (digits: string) => void;
}

/** Shown as it is typed: it is chosen by who looks at it, and a wrong one shuts them out. */
export function PinField({ label, value, hint, error, onInput }: PinFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(field) => (
        <input
          {...field}
          class="field"
          inputMode="numeric"
          autocomplete="off"
          maxLength={PIN_DIGITS_MAX}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
