import { useState } from 'preact/hooks';
import { PASSWORD_CHARS_MIN } from '../../../worker/protocol/limits.ts';
import '../../messages/add-account.ts';
import { t } from '../../messages/translate.ts';
import { resetPassword } from '../../state/account.ts';
import { newPasswordProblem } from '../../state/new-password.ts';
import { useApp } from '../context.ts';
import { Door } from '../sign-in/Door.tsx';
import { Password } from '../sign-in/Password.tsx';
import { problemWords } from '../sign-in/problem-words.ts';

/** For whoever has been given a link: a new password, which signs them in. */
export function ResetScreen() {
  const { router, session, ports } = useApp();
  const { value: route } = router.route;
  // The address loses it at once; the screen keeps it.
  const [token] = useState(route.at === 'reset' ? route.token : '');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(token === '' ? t('reset.incomplete') : null);
  const [busy, setBusy] = useState(false);

  const choose = async (event: Event) => {
    event.preventDefault();
    const found = newPasswordProblem(password);
    setProblem(found);
    setFailure(null);
    if (found !== null) return;
    setBusy(true);
    const reply = await resetPassword(ports.api, { token, password });
    if (reply.ok) {
      await session.refresh(true);
      return router.go({ at: 'start' }, 'replace');
    }
    setBusy(false);
    if (reply.field === 'password') setProblem(t('password.common'));
    else setFailure(reply.code === 'not-found' ? t('reset.gone') : problemWords(reply));
  };
  return (
    <Door title={t('reset.title')} lead={t('reset.lead')}>
      {token !== '' && (
        <form class="form" onSubmit={choose} noValidate>
          <Password
            label={t('password.new')}
            autocomplete="new-password"
            hint={t('setup.passwordHint', { count: PASSWORD_CHARS_MIN })}
            error={problem ?? undefined}
            value={password}
            onInput={setPassword}
          />
          <button type="submit" class="action" data-next disabled={busy}>
            {t(busy ? 'reset.doing' : 'reset.do')}
          </button>
        </form>
      )}
      {failure !== null && (
        <p class="bad" role="alert">
          {failure}
        </p>
      )}
      <button type="button" class="button" data-quiet onClick={() => router.go({ at: 'start' }, 'replace')}>
        {t('reset.signIn')}
      </button>
    </Door>
  );
}
