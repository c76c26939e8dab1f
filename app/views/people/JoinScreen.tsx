import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Invitation } from '../../../worker/protocol/api.ts';
import '../../messages/add-people.ts';
import { t } from '../../messages/translate.ts';
import type { Reply } from '../../state/api.ts';
import { siteRoute } from '../../state/app-state.ts';
import { peopleApi } from '../../state/people-api.ts';
import { useApp } from '../context.ts';
import { Door } from '../sign-in/Door.tsx';
import { problemWords } from '../sign-in/problem-words.ts';
import { JoinAnew } from './JoinAnew.tsx';
import { JoinAs } from './JoinAs.tsx';
import { SignInFirst } from './SignInFirst.tsx';

/** What whoever opens the link of an invitation sees: what it is for, and the ways to use it. */
export function JoinScreen() {
  const app = useApp();
  const { session, router, ports } = app;
  const { value: route } = router.route;
  const token = route.at === 'join' ? route.token : '';
  const api = useMemo(() => peopleApi(ports.api), [ports]);
  const [looked, setLooked] = useState<Reply<Invitation> | null>(null);
  const [way, setWay] = useState<'own' | 'new' | 'sign-in'>('own');
  useEffect(() => {
    if (token !== '') void api.look(token).then(setLooked);
  }, [api, token]);

  if (token === '') return <Nothing title={t('join.empty')} hint={t('join.emptyHint')} />;
  const { value } = session.state;
  if (!looked || value.state === 'starting') {
    return (
      <Door title={t('join.plain')}>
        <p role="status">{t('join.looking')}</p>
      </Door>
    );
  }
  if (!looked.ok) {
    return looked.code === 'not-found' ? (
      <Nothing title={t('join.gone')} hint={t('join.goneHint')} />
    ) : (
      <Nothing title={t('join.plain')} hint={t('join.failed', { why: problemWords(looked) })} />
    );
  }
  const { site, role, name, by } = looked.value;
  const words = { by: by.name, role: t(`role.${role}`) };
  const enter = async (joined: string) => {
    // Who that is, and where they belong, is another answer than before.
    await session.refresh(true);
    router.go(siteRoute(joined), 'replace');
  };
  const me = value.state === 'signed-in' ? value.me.person : null;
  return (
    <Door
      title={t('join.title', { site: site.name })}
      lead={name === null ? t('join.lead', words) : t('join.leadNamed', { ...words, name })}
    >
      {me && way === 'own' ? (
        <JoinAs api={api} token={token} name={me.name} onJoined={enter} onOther={() => setWay('new')} />
      ) : way === 'sign-in' ? (
        <SignInFirst onSignedIn={() => setWay('own')} onNew={() => setWay('new')} />
      ) : (
        <JoinAnew
          api={api}
          token={token}
          name={name ?? ''}
          mayUsePin={role === 'worker'}
          onJoined={enter}
          other={
            me
              ? { words: t('join.own', { name: me.name }), go: () => setWay('own') }
              : { words: t('join.signIn'), go: () => setWay('sign-in') }
          }
        />
      )}
    </Door>
  );
}

/** There is nothing to join. */
function Nothing({ title, hint }: { title: string; hint: string }) {
  const { router } = useApp();
  return (
    <Door title={title} lead={hint}>
      <button type="button" class="button" onClick={() => router.go({ at: 'start' }, 'replace')}>
        {t('join.toApp')}
      </button>
    </Door>
  );
}
