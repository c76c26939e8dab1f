import { useState } from 'preact/hooks';
import { t } from '../../messages/translate.ts';
import type { PeopleApi } from '../../state/people-api.ts';
import { useApp } from '../context.ts';
import { problemWords } from '../sign-in/problem-words.ts';

interface JoinAsProps {
  api: PeopleApi;
  token: string;
  /** Of who is signed in. */
  name: string;
  onJoined: (site: string) => Promise<void>;
  onOther: () => void;
}

/** Joining as who is signed in here. */
export function JoinAs({ api, token, name, onJoined, onOther }: JoinAsProps) {
  const { session } = useApp();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const join = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const reply = await api.accept({ token });
    if (reply.ok) return onJoined(reply.value.site.id);
    setBusy(false);
    setProblem(problemWords(reply));
    // The sign-in has ended: this screen then offers the other ways.
    if (reply.code === 'unauthenticated') session.expired(0);
  };
  return (
    <>
      <form class="form" onSubmit={join}>
        <p>{t('join.signedIn', { name })}</p>
        {problem !== null && (
          <p class="bad" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="action" data-next disabled={busy}>
          {busy ? t('join.doing') : t('join.as', { name })}
        </button>
      </form>
      <button type="button" class="button" data-quiet onClick={onOther}>
        {t('join.other')}
      </button>
    </>
  );
}
