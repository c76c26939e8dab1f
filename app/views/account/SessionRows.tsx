import type { SessionView } from '../../../worker/protocol/session.ts';
import '../../messages/add-account.ts';
import { t } from '../../messages/translate.ts';
import { type SessionList, sessionWords } from '../../state/session-list.ts';
import { useSite } from '../context.ts';
import { problemWords } from '../sign-in/problem-words.ts';

/** Where somebody is signed in, each with the way to end it; what asks is not ended from here. */
export function SessionRows({ list, label }: { list: SessionList; label: string }) {
  const { sessions, busy, ended, problem } = list.shown.value;
  return (
    <>
      {sessions === null && problem === null && <p class="loading">{t('devices.loading')}</p>}
      {sessions !== null && (
        <ul class="lines" aria-label={label}>
          {sessions.map((session) => (
            <Row key={session.id} session={session} busy={busy} onEnd={() => list.end(session.id)} />
          ))}
        </ul>
      )}
      <p role="status" hidden={ended === 0}>
        {ended > 0 && t('devices.ended', { count: ended })}
      </p>
      {problem !== null && (
        <p class="bad" role="alert">
          {t('devices.failed', { why: problemWords({ ok: false, code: problem }) })}
        </p>
      )}
    </>
  );
}

interface RowProps {
  session: SessionView;
  busy: boolean;
  onEnd: () => void;
}

function Row({ session, busy, onEnd }: RowProps) {
  const site = useSite();
  const words = sessionWords(session);
  const when = (atMs: number): string => site.time.value.when(atMs, site.hubNow());
  const { lastUsedAt, createdAt, current } = session;
  return (
    <li class="line">
      <span class="line-text">
        {words}
        <small>{t('devices.used', { time: when(lastUsedAt), since: when(createdAt) })}</small>
      </span>
      {!current && (
        <button
          type="button"
          class="button end-session"
          aria-label={t('devices.endLabel', { device: words })}
          aria-disabled={busy}
          onClick={onEnd}
        >
          {t('devices.end')}
        </button>
      )}
    </li>
  );
}
