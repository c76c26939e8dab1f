import { useState } from 'preact/hooks';
import { PASSWORD_CHARS_MIN } from '../../../worker/protocol/limits.ts';
import type { Shift } from '../../../worker/protocol/site.ts';
import '../../messages/add-account.ts';
import { t } from '../../messages/translate.ts';
import { setUp } from '../../state/setup-api.ts';
import {
  emptySetup,
  type SetupForm,
  type SetupProblems,
  setupBodyOf,
  setupFieldOf,
  setupProblems,
} from '../../state/setup-form.ts';
import { shiftProblems } from '../../state/shift-form.ts';
import { useApp } from '../context.ts';
import { Field } from '../Field.tsx';
import { ShiftList } from '../sites/ShiftList.tsx';
import { TimeZoneField } from '../TimeZoneField.tsx';
import { Door } from './Door.tsx';
import { Password } from './Password.tsx';
import { problemWords } from './problem-words.ts';

/** Makes the site and its administrator, once. */
export function SetupScreen() {
  const { router, session, ports } = useApp();
  const { value: route } = router.route;
  const token = route.at === 'setup' ? route.token : '';
  const [form, setForm] = useState(() => emptySetup(token, ports.surroundings.timeZone));
  const [shifts, setShifts] = useState<readonly Shift[]>([]);
  const [problems, setProblems] = useState<SetupProblems>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  // The link has brought it, unless it was not the right one.
  const asksToken = token === '' || form.token !== token || problems.token !== undefined;
  const set = (field: keyof SetupForm) => (text: string) => {
    setForm({ ...form, [field]: text });
    setProblems({ ...problems, [field]: undefined });
  };
  const input = (field: keyof SetupForm) => ({
    class: 'field',
    value: form[field],
    onInput: (event: InputEvent & { currentTarget: HTMLInputElement }) =>
      set(field)(event.currentTarget.value),
  });

  const create = async (event: Event) => {
    event.preventDefault();
    const found = setupProblems(form);
    setProblems(found);
    setFailure(null);
    const areShiftsWrong = shiftProblems(shifts).some((problem) => problem !== null);
    if (areShiftsWrong || Object.keys(found).length > 0) return;
    setBusy(true);
    const reply = await setUp(ports.api, setupBodyOf(form, shifts));
    if (!reply.ok) {
      setBusy(false);
      const field = reply.field === undefined ? null : setupFieldOf(reply.field);
      if (field) setProblems({ [field]: t(field === 'password' ? 'password.common' : 'error.invalid') });
      else setFailure(problemWords(reply));
      return;
    }
    await session.signIn({ email: form.email.trim(), password: form.password });
    router.go({ at: 'start' }, 'replace');
  };
  return (
    <Door title={t('setup.title')} lead={t('setup.lead')}>
      <form class="form" onSubmit={create} noValidate>
        {asksToken && (
          <Field label={t('setup.token')} hint={t('setup.tokenHint')} error={problems.token}>
            {(field) => <input {...field} {...input('token')} autocomplete="off" spellcheck={false} />}
          </Field>
        )}
        <h2>{t('setup.site')}</h2>
        <Field label={t('setup.name')} error={problems.site}>
          {(field) => <input {...field} {...input('site')} autocomplete="organization" />}
        </Field>
        <TimeZoneField value={form.timeZone} error={problems.timeZone} onChoose={set('timeZone')} />
        <Field label={t('setup.locations')} hint={t('setup.locationsHint')} error={problems.locations}>
          {(field) => (
            <textarea
              {...field}
              class="field"
              rows={9}
              value={form.locations}
              onInput={(event) => set('locations')(event.currentTarget.value)}
            />
          )}
        </Field>
        <ShiftList shifts={shifts} onChange={setShifts} />
        <h2>{t('setup.admin')}</h2>
        <Field label={t('setup.adminName')} error={problems.name}>
          {(field) => <input {...field} {...input('name')} autocomplete="name" />}
        </Field>
        <Field label={t('signIn.email')} error={problems.email}>
          {(field) => <input {...field} {...input('email')} type="email" autocomplete="username" />}
        </Field>
        <Password
          label={t('signIn.password')}
          autocomplete="new-password"
          hint={t('setup.passwordHint', { count: PASSWORD_CHARS_MIN })}
          error={problems.password}
          value={form.password}
          onInput={set('password')}
        />
        {failure !== null && (
          <p class="bad" role="alert">
            {failure}
          </p>
        )}
        <button type="submit" class="action" data-next disabled={busy}>
          {t(busy ? 'setup.doing' : 'setup.do')}
        </button>
      </form>
      <button type="button" class="button" data-quiet onClick={() => router.go({ at: 'start' })}>
        {t('setup.signIn')}
      </button>
    </Door>
  );
}
