import '../../messages/add-door.ts';
import { t } from '../../messages/translate.ts';
import { useApp } from '../context.ts';
import { Credentials } from './Credentials.tsx';
import { Door } from './Door.tsx';

/** Email and password, and what is kept here for whom. */
export function SignInScreen() {
  const { session, router, ports } = useApp();
  const { value } = session.state;
  const left = value.state === 'signed-out' ? value.left : null;
  return (
    <Door title={t('signIn.title')} lead={t('signIn.lead')}>
      {left !== null && left.unsent > 0 && (
        <p class="hint">{t('signIn.left', { count: left.unsent, name: left.name })}</p>
      )}
      {session.stands.value && <p class="hint">{t('signIn.stands')}</p>}
      {!ports.surroundings.online.value && <p class="hint">{t('signIn.offline')}</p>}
      <Credentials signIn={(body) => session.signIn(body)} />
      <button type="button" class="button" data-quiet onClick={() => router.go({ at: 'tablet' })}>
        {t('signIn.tablet')}
      </button>
      <button type="button" class="button" data-quiet onClick={() => router.go({ at: 'setup', token: '' })}>
        {t('signIn.setup')}
      </button>
    </Door>
  );
}
