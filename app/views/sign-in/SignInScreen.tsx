import { useState } from 'preact/hooks';
import '../../messages/add-door.ts';
import { t } from '../../messages/translate.ts';
import type { Reply } from '../../state/api.ts';
import { useApp } from '../context.ts';
import { Field } from '../Field.tsx';
import { Door } from './Door.tsx';
import { Password } from './Password.tsx';

/** Email and password, and what is kept here for whom. */
export function SignInScreen() {
  const { session, router, ports } = useApp();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { value } = session.state;
  const left = value.state === 'signed-out' ? value.left : null;

  const signIn = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const reply = await session.signIn({ email: email.trim(), password });
    setBusy(false);
    if (!reply.ok) setProblem(problemWords(reply));
  };
  return (
    <Door title={t('signIn.title')} lead={t('signIn.lead')}>
      {left !== null && left.unsent > 0 && (
        <p class="hint">{t('signIn.left', { count: left.unsent, name: left.name })}</p>
      )}
      {!ports.surroundings.online.value && <p class="hint">{t('signIn.offline')}</p>}
      <form class="form" onSubmit={signIn}>
        <Field label={t('signIn.email')}>
          {(field) => (
            <input
              {...field}
              class="field"
              type="email"
              autocomplete="username"
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
      <button type="button" class="button" data-quiet onClick={() => router.go({ at: 'tablet' })}>
        {t('signIn.tablet')}
      </button>
      <button type="button" class="button" data-quiet onClick={() => router.go({ at: 'setup', token: '' })}>
        {t('signIn.setup')}
      </button>
    </Door>
  );
}

export function problemWords(reply: Reply<unknown> & { ok: false }): string {
  const words = t(`error.${reply.code}`);
  return reply.retryAfterSeconds === undefined
    ? words
    : `${words} ${t('signIn.wait', { count: reply.retryAfterSeconds })}`;
}
