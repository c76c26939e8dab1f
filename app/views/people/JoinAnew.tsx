import { useState } from 'preact/hooks';
import { PASSWORD_CHARS_MIN, PERSON_NAME_CHARS_MAX } from '../../../worker/protocol/limits.ts';
import '../../messages/add-kiosk.ts';
import { t } from '../../messages/translate.ts';
import {
  emptyJoin,
  type JoinForm,
  type JoinProblems,
  type JoinWay,
  joinBody,
  joinFieldOf,
  joinProblems,
} from '../../state/join-form.ts';
import type { PeopleApi } from '../../state/people-api.ts';
import { PinField } from '../account/ChangePin.tsx';
import { Field } from '../Field.tsx';
import { Password } from '../sign-in/Password.tsx';
import { problemWords } from '../sign-in/problem-words.ts';

interface JoinAnewProps {
  api: PeopleApi;
  token: string;
  /** Whom the invitation is for, as far as it says. */
  name: string;
  /** Who works on the floor needs no more than a PIN. */
  mayUsePin: boolean;
  onJoined: (site: string) => Promise<void>;
  /** The way for who has an account. */
  other: { words: string; go: () => void };
}

/** Joining with a new account. */
export function JoinAnew({ api, token, name, mayUsePin, onJoined, other }: JoinAnewProps) {
  const [way, setWay] = useState<JoinWay>(mayUsePin ? 'pin' : 'password');
  const [form, setForm] = useState(() => emptyJoin(name));
  const [problems, setProblems] = useState<JoinProblems>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const set = (field: keyof JoinForm) => (text: string) => {
    setForm({ ...form, [field]: text });
    setProblems({ ...problems, [field]: undefined });
  };
  const input = (field: keyof JoinForm) => ({
    class: 'field',
    value: form[field],
    onInput: (event: InputEvent & { currentTarget: HTMLInputElement }) =>
      set(field)(event.currentTarget.value),
  });
  const join = async (event: Event) => {
    event.preventDefault();
    const found = joinProblems(form, way);
    setProblems(found);
    setFailure(null);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    const reply = await api.accept({ token, ...joinBody(form, way) });
    if (reply.ok) return onJoined(reply.value.site.id);
    setBusy(false);
    const field = reply.field === undefined ? null : joinFieldOf(reply.field);
    if (field === 'pin') setProblems({ pin: t('kiosk.easyPin') });
    else if (field) setProblems({ [field]: t(`error.${reply.code}`) });
    else setFailure(reply.code === 'not-found' ? t('join.goneHint') : problemWords(reply));
  };
  return (
    <>
      <form class="form" onSubmit={join} noValidate>
        <Field label={t('join.name')} error={problems.name}>
          {(field) => (
            <input {...field} {...input('name')} autocomplete="name" maxLength={PERSON_NAME_CHARS_MAX} />
          )}
        </Field>
        {mayUsePin && (
          <fieldset class="choice">
            <legend>{t('join.how')}</legend>
            {(['pin', 'password'] as const).map((one) => (
              <label key={one}>
                <input type="radio" name="way" checked={way === one} onChange={() => setWay(one)} />
                <span>{t(one === 'pin' ? 'join.byPin' : 'join.byPassword')}</span>
              </label>
            ))}
          </fieldset>
        )}
        {way === 'pin' ? (
          <PinField
            label={t('join.pin')}
            hint={t('join.pinHint')}
            error={problems.pin}
            value={form.pin}
            onInput={set('pin')}
          />
        ) : (
          <>
            <Field label={t('signIn.email')} error={problems.email}>
              {(field) => (
                <input
                  {...field}
                  {...input('email')}
                  type="email"
                  autocomplete="username"
                  autocapitalize="none"
                />
              )}
            </Field>
            <Password
              label={t('signIn.password')}
              autocomplete="new-password"
              hint={t('setup.passwordHint', { count: PASSWORD_CHARS_MIN })}
              error={problems.password}
              value={form.password}
              onInput={set('password')}
            />
          </>
        )}
        {failure !== null && (
          <p class="bad" role="alert">
            {failure}
          </p>
        )}
        <button type="submit" class="action" data-next disabled={busy}>
          {t(busy ? 'join.doing' : 'join.do')}
        </button>
      </form>
      <button type="button" class="button" data-quiet onClick={other.go}>
        {other.words}
      </button>
    </>
  );
}
