import { useState } from 'preact/hooks';
import type { Me } from '../../../worker/protocol/api.ts';
import type { LoginBody } from '../../../worker/protocol/bodies.ts';
import { t } from '../../messages/translate.ts';
import type { Reply } from '../../state/api.ts';
import { Field } from '../Field.tsx';
import { Password } from './Password.tsx';
import { problemWords } from './problem-words.ts';

interface CredentialsProps {
  signIn(body: LoginBody): Promise<Reply<Me>>;
  onSignedIn?(): void;
  /** The browser is everybody's: it is not to offer the address of whoever was here before. */
  isShared?: boolean;
}

/** Email and password. */
export function Credentials({ signIn, onSignedIn, isShared = false }: CredentialsProps) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const reply = await signIn({ email: email.trim(), password });
    setBusy(false);
    if (reply.ok) onSignedIn?.();
    else setProblem(problemWords(reply));
  };
  return (
    <form class="form" onSubmit={submit}>
      <Field label={t('signIn.email')}>
        {(field) => (
          <input
            {...field}
            class="field"
            type="email"
            autocomplete={isShared ? 'off' : 'username'}
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
