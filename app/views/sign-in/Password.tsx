import { useState } from 'preact/hooks';
import { t } from '../../messages/translate.ts';
import { Field } from '../Field.tsx';
import { Icon } from '../Icon.tsx';

interface PasswordProps {
  label: string;
  autocomplete: 'current-password' | 'new-password';
  value: string;
  onInput: (text: string) => void;
  hint?: string;
  error?: string | undefined;
}

/** A password, which gloves and a dim hall make worth looking at. */
export function Password({ label, autocomplete, value, onInput, hint, error }: PasswordProps) {
  const [shown, setShown] = useState(false);
  const input = {
    class: 'field',
    autocomplete,
    spellcheck: false,
    required: true,
    value,
    onInput: (event: InputEvent & { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
  };
  return (
    <Field label={label} hint={hint} error={error}>
      {(field) => (
        <div class="password">
          {shown ? (
            <input {...field} {...input} type="text" />
          ) : (
            <input {...field} {...input} type="password" />
          )}
          <button
            type="button"
            class="icon-button"
            aria-label={t('signIn.show')}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            <Icon name="eye" />
          </button>
        </div>
      )}
    </Field>
  );
}
