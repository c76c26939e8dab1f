import { t } from '../../messages/translate.ts';
import { useApp } from '../context.ts';
import { Credentials } from '../sign-in/Credentials.tsx';

/** For who has an account: the invitation waits while they sign in to it. */
export function SignInFirst({ onSignedIn, onNew }: { onSignedIn: () => void; onNew: () => void }) {
  const { session } = useApp();
  return (
    <>
      <Credentials signIn={(body) => session.signIn(body)} onSignedIn={onSignedIn} />
      <button type="button" class="button" data-quiet onClick={onNew}>
        {t('join.new')}
      </button>
    </>
  );
}
