import { useState } from 'preact/hooks';
import { t } from '../../messages/translate.ts';
import type { Kiosk } from '../../state/kiosk.ts';
import { Field } from '../Field.tsx';
import { Password } from '../sign-in/Password.tsx';
import { problemWords } from '../sign-in/SignInScreen.tsx';

/** For who has no PIN. */
export function PasswordEntry({ kiosk }: { kiosk: Kiosk }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const signIn = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const reply = await kiosk.signIn({ email: email.trim(), password });
    setBusy(false);
    if (!reply.ok) setProblem(problemWords(reply));
  };
  return (
    <form class="form" onSubmit={signIn}>
      <Field label={t('signIn.email')}>
        {(field) => (
          <input
            {...field}
            class="field"
            type="email"
            autocomplete="off"
            autocapitalize="none"
            required
            value={email}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        )}
      </Field>
      <Password
        label={t('signIn.password')}
        autocomplete="current-password"
        value={password}
        onInput={setPassword}
      />
      {problem !== null && (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" class="action" data-next disabled={busy}>
        {t(busy ? 'signIn.doing' : 'signIn.do')}
      </button>
    </form>
  );
}
