import { useState } from 'preact/hooks';
import { PASSWORD_CHARS_MIN } from '../../../worker/protocol/limits.ts';
import '../../messages/add-account.ts';
import { t } from '../../messages/translate.ts';
import { changePassword } from '../../state/account.ts';
import { newPasswordProblem } from '../../state/new-password.ts';
import { useApp } from '../context.ts';
import { Password } from '../sign-in/Password.tsx';
import { problemWords } from '../sign-in/problem-words.ts';

/** Another password, which signs the person out everywhere else. */
export function ChangePassword() {
  const [state, setState] = useState<'closed' | 'open' | 'done'>('closed');
  return (
    <section aria-labelledby="password-title">
      <h2 id="password-title">{t('password.title')}</h2>
      <p role="status" hidden={state !== 'done'}>
        {state === 'done' && t('password.done')}
      </p>
      {state === 'open' ? (
        <Form onDone={() => setState('done')} onCancel={() => setState('closed')} />
      ) : (
        <button type="button" class="button" onClick={() => setState('open')}>
          {t('password.open')}
        </button>
      )}
    </section>
  );
}

type Problems = { current?: string; password?: string; all?: string };

function Form({ onDone, onCancel }: { onDone: () => void; onCancel: () => void }) {
  const { ports } = useApp();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);

  const change = async (event: Event) => {
    event.preventDefault();
    const problem = newPasswordProblem(password);
    if (problem !== null) return setProblems({ password: problem });
    setBusy(true);
    setProblems({});
    const reply = await changePassword(ports.api, { current, password });
    setBusy(false);
    if (reply.ok) return onDone();
    if (reply.code === 'wrong-credentials') setProblems({ current: t('password.wrong') });
    else if (reply.field === 'password') setProblems({ password: t('password.common') });
    else setProblems({ all: problemWords(reply) });
  };
  return (
    <form class="form" onSubmit={change} noValidate>
      <Password
        label={t('password.current')}
        autocomplete="current-password"
        error={problems.current}
        value={current}
        onInput={setCurrent}
      />
      <Password
        label={t('password.new')}
        autocomplete="new-password"
        hint={t('setup.passwordHint', { count: PASSWORD_CHARS_MIN })}
        error={problems.password}
        value={password}
        onInput={setPassword}
      />
      {problems.all !== undefined && (
        <p class="bad" role="alert">
          {problems.all}
        </p>
      )}
      <p class="small">{t('password.endsOthers')}</p>
      <button type="submit" class="action" data-next disabled={busy}>
        {t(busy ? 'password.doing' : 'password.do')}
      </button>
      <button type="button" class="button" data-quiet onClick={onCancel}>
        {t('password.cancel')}
      </button>
    </form>
  );
}
